"""INDEX__SECTION: what Houdini knows of each asset before it opens it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from .python_names import Finding

INDEX_FIELDS = (
    "Operator",
    "Label",
    "Path",
    "Icon",
    "Table",
    "License",
    "Extra",
    "User",
    "Inputs",
    "Outputs",
    "Subnet",
    "Python",
    "Empty",
    "Modified",
)
OPTIONAL_INDEX_FIELDS = frozenset(["Outputs"])
TABLES = frozenset(["Top", "Driver", "Object", "Sop", "Lop", "Cop2", "Vop", "Shop", "Dop", "Chop"])
EXTRA_KEYS = frozenset(
    [
        "pdgtype",
        "subtype",
        "visibleoutputs",
        "inputcolors",
        "outputcolors",
        "guide",
        "shadertype",
        "vopnetmask",
    ]
)
PDG_TYPES = frozenset(["node", "scheduler"])
# Days and months as the C locale writes them.
MODIFIED = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r" [ 1-3]\d \d\d:\d\d:\d\d \d{4}"
)


def index_errors(file: Path, assets: Mapping[str, str]) -> Iterator[Finding]:
    """`assets` are those of Sections.list: each needs an entry that fits, and no other may be there."""
    seen = set()
    for line, entry in _index_entries(file.read_text(encoding="utf-8")):
        yield from ((at, text) for at, text in _entry_errors(line, entry))
        path = entry.get("Path", (line, ""))[1].partition("?")[2]
        seen.add(path)
        yield from _contents_errors(entry, [file.parent / disk for disk, of in assets.items() if of == path])
        if path not in assets.values():
            yield entry.get("Path", (line, ""))[0], f"'{path}' is no asset of Sections.list"
    for section in assets.values():
        if section not in seen:
            yield 1, f"there is no entry for {section}"


def _contents_errors(entry: Mapping[str, tuple[int, str]], folders: list[Path]) -> Iterator[Finding]:
    """Subnet is true for an asset with a network inside, and false for one without."""
    line, told = entry.get("Subnet", (1, ""))
    for folder in folders:
        inside = (folder / "Contents.dir").is_dir()
        if told in ("true", "false") and told != str(inside).lower():
            yield line, f"Subnet is {told}, and the asset has {'a' if inside else 'no'} network inside"


def _index_entries(text: str) -> Iterator[tuple[int, dict[str, tuple[int, str]]]]:
    """Line of each entry, and its fields: name -> line and value."""
    entry: dict[str, tuple[int, str]] = {}
    start = 1
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.strip():
            key, _, value = line.partition(":")
            entry[key] = (number, value.strip())
        elif entry:
            yield start, entry
            entry = {}
        if not line.strip():
            start = number + 1


def _entry_errors(line: int, entry: Mapping[str, tuple[int, str]]) -> Iterator[Finding]:
    for key, (at, _) in entry.items():
        if key not in INDEX_FIELDS:
            yield at, f"'{key}' is no field of the index"
    missing = [key for key in INDEX_FIELDS if key not in entry and key not in OPTIONAL_INDEX_FIELDS]
    for key in missing:
        yield line, f"the entry lacks '{key}'"
    if missing:
        return
    at, path = entry["Path"]
    library, _, section = path.partition("?")
    if library != f"oplib:/{section}":
        yield at, f"the path names {library} in front of the ? and {section} behind it"
    namespace_table, _, name = section.partition("/")
    namespace, _, table = namespace_table.rpartition("::")
    if entry["Table"][1] not in TABLES:
        yield entry["Table"][0], f"'{entry['Table'][1]}' is no table of operators"
    if table != entry["Table"][1]:
        yield entry["Table"][0], f"the table is {entry['Table'][1]}, and the path says {table}"
    operator = f"{namespace}::{name}" if namespace else name
    if entry["Operator"][1] != operator:
        yield entry["Operator"][0], f"the operator is {entry['Operator'][1]}, and the path says {operator}"
    yield from _value_errors(entry)
    if entry["Icon"][1].startswith("opdef:") and entry["Icon"][1] != f"opdef:/{section}?IconSVG":
        yield entry["Icon"][0], f"the icon {entry['Icon'][1]} is not this asset's IconSVG"
    yield from _extra_errors(*entry["Extra"], table, operator)


def _value_errors(entry: Mapping[str, tuple[int, str]]) -> Iterator[Finding]:
    if not re.fullmatch(r"\d+ to \d+", entry["Inputs"][1]):
        yield entry["Inputs"][0], f"'{entry['Inputs'][1]}' is not a number of inputs, as in 0 to 1"
    elif int(entry["Inputs"][1].split()[0]) > int(entry["Inputs"][1].split()[2]):
        yield entry["Inputs"][0], f"the inputs go from more to less: {entry['Inputs'][1]}"
    if not entry["Label"][1]:
        yield entry["Label"][0], "the label is empty"
    if "pdgtype='scheduler'" in entry["Extra"][1] and entry.get("Outputs", (0, "1"))[1] != "0":
        yield entry["Extra"][0], "a scheduler has no outputs: it says Outputs: 0"
    for key in ("Subnet", "Python", "Empty"):
        if entry[key][1] not in ("true", "false"):
            yield entry[key][0], f"{key} is '{entry[key][1]}' and not true or false"
    if not MODIFIED.fullmatch(entry["Modified"][1]):
        yield entry["Modified"][0], f"'{entry['Modified'][1]}' is no date as Houdini writes it"


def _extra_errors(line: int, extra: str, table: str, operator: str) -> Iterator[Finding]:
    words = {key: quoted or bare for key, quoted, bare in re.findall(r"(\w+)=(?:'([^']*)'|(\S+))", extra)}
    if re.sub(r"(\w+)=(?:'([^']*)'|(\S+))", "", extra).strip():
        yield line, f"Extra is not made of key=value words: {extra}"
    for key in words:
        if key not in EXTRA_KEYS:
            yield line, f"'{key}' is no key of Extra"
    if table != "Top" or "pdgtype" not in words:
        return
    if words["pdgtype"] not in PDG_TYPES:
        yield line, f"pdgtype is '{words['pdgtype']}' and not node or scheduler"
    if words.get("subtype") != operator.rpartition("::")[2]:
        yield line, f"subtype is '{words.get('subtype')}', and the operator is {operator}"
    if words["pdgtype"] == "scheduler" and words.get("visibleoutputs") != "0":
        yield line, "a scheduler has visibleoutputs=0"
