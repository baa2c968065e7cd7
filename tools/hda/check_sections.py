"""The frame of an expanded asset: lists of sections, the index, option files, the TAB menu's tool."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from pathlib import Path

from .names import unescape
from .python_names import Finding, compile_errors

Located = tuple[str, int, str]  # file, line, what is wrong

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
EXTRA_KEYS = frozenset(["pdgtype", "subtype", "visibleoutputs", "inputcolors", "outputcolors", "guide"])
PDG_TYPES = frozenset(["node", "scheduler"])
# Days and months as the C locale writes them.
MODIFIED = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 1-3]\d \d\d:\d\d:\d\d \d{4}"
)

NEEDED_SECTIONS = ("DialogScript", "CreateScript", "TypePropertiesOptions", "Tools.shelf")
SCRIPT_SECTIONS = frozenset(
    "PythonModule OnCreated OnLoaded OnUpdated OnDeleted OnNameChanged OnInputChanged PreFirstCreate "
    "SyncNodeVersion".split()
)
SECTIONS = frozenset(
    [
        *NEEDED_SECTIONS,
        *SCRIPT_SECTIONS,
        *"Help IconSVG IconImage ExtraFileOptions InternalFileOptions EditableNodes MessageNodes "
        "DescriptiveParmName DefaultState DiveTarget FunctionName HelpUrl Version Contents.gz".split(),
    ]
)
TYPE_OPTIONS = frozenset(
    "CheckExternal ContentsCompressionType ForbidOutsideParms GzipContents LockContents MakeDefault "
    "ParmsFromVfl PrefixDroppedParmLabel PrefixDroppedParmName SaveCachedCode SaveIcon SaveSpareParms "
    "UnlockOnCreate UseDSParms".split()
)
FILE_OPTIONS = {
    "IsPython": ("bool", bool),
    "IsScript": ("bool", bool),
    "IsExpr": ("bool", bool),
    "Source": ("string", str),
    "Cursor": ("intarray", list),
}
TOOL_VARIABLES = {"name": "$HDA_DEFAULT_TOOL", "label": "$HDA_LABEL", "icon": "$HDA_ICON"}


def section_rows(file: Path) -> tuple[dict[str, str], list[Finding]]:
    """Name on disk -> section, and what is wrong with the list."""
    text = file.read_text(encoding="utf-8")
    wrong: list[Finding] = []
    if "\r" in text:
        wrong.append((1, "its lines have to end with LF alone"))
    if not text.endswith("\n"):
        wrong.append((text.count("\n") + 1, "its last line has no end"))
    lines = text.splitlines()
    if not lines or lines[0] != '""':
        wrong.append((1, 'its first line has to be ""'))
    rows: dict[str, str] = {}
    for number, line in enumerate(lines[1:], 2):
        disk, tab, section = line.partition("\t")
        if not tab or not disk or "\t" in section:
            wrong.append((number, f"'{line}' is not a name on disk, a tab and a section"))
        elif unescape(disk) != section:
            wrong.append((number, f"{disk} is not how {section} is written on disk"))
        elif disk in rows:
            wrong.append((number, f"{disk} is listed twice"))
        else:
            rows[disk] = section
    return rows, wrong


def index_errors(file: Path, assets: Mapping[str, str]) -> Iterator[Finding]:
    """`assets` are those of Sections.list: each needs an entry that fits, and no other may be there."""
    seen = set()
    for line, entry in _index_entries(file.read_text(encoding="utf-8")):
        yield from ((at, text) for at, text in _entry_errors(line, entry))
        path = entry.get("Path", (line, ""))[1].partition("?")[2]
        seen.add(path)
        if path not in assets.values():
            yield entry.get("Path", (line, ""))[0], f"'{path}' is no asset of Sections.list"
    for section in assets.values():
        if section not in seen:
            yield 1, f"there is no entry for {section}"


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
    if not re.fullmatch(r"\d+ to \d+", entry["Inputs"][1]):
        yield entry["Inputs"][0], f"'{entry['Inputs'][1]}' is not a number of inputs, as in 0 to 1"
    for key in ("Subnet", "Python", "Empty"):
        if entry[key][1] not in ("true", "false"):
            yield entry[key][0], f"{key} is '{entry[key][1]}' and not true or false"
    if not MODIFIED.fullmatch(entry["Modified"][1]):
        yield entry["Modified"][0], f"'{entry['Modified'][1]}' is no date as Houdini writes it"
    if entry["Icon"][1].startswith("opdef:") and entry["Icon"][1] != f"opdef:/{section}?IconSVG":
        yield entry["Icon"][0], f"the icon {entry['Icon'][1]} is not this asset's IconSVG"
    yield from _extra_errors(*entry["Extra"], table, operator)


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


def asset_errors(folder: Path) -> Iterator[Located]:
    """What is wrong with the files of one asset, its interface apart."""
    if not (folder / "Sections.list").is_file():
        yield "Sections.list", 1, "it is missing"
        return
    rows, wrong = section_rows(folder / "Sections.list")
    for line, text in wrong:
        yield "Sections.list", line, text
    there = {path.name for path in folder.iterdir() if path.name not in ("Sections.list", "Contents.dir")}
    for disk in sorted(there - set(rows)):
        yield "Sections.list", 1, f"{disk} is there and not listed"
    for disk in rows:
        if disk not in there and not (disk == "Contents.gz" and (folder / "Contents.dir").is_dir()):
            yield "Sections.list", 1, f"{disk} is listed and not there"
        if disk not in SECTIONS:
            yield "Sections.list", 1, f"{disk} is no section that Houdini knows"
    for name in NEEDED_SECTIONS:
        if name not in there:
            yield name, 1, "it is missing, and an asset needs it"
    options = yield from _option_errors(folder, there)
    for name in sorted(there & SCRIPT_SECTIONS):
        if options.get(f"{name}/IsPython") is not True:
            yield "ExtraFileOptions", 1, f"it doesn't say that {name} is Python"
        text = (folder / name).read_text(encoding="utf-8")
        for line, said in compile_errors(text):
            yield name, line, said
    if "TypePropertiesOptions" in there:
        yield from _type_option_errors(folder / "TypePropertiesOptions")
    for name in ("Tools.shelf", "IconSVG"):
        if name in there:
            yield from _xml_errors(folder / name)


def _option_errors(folder: Path, there: set[str]) -> Iterator[Located]:  # returns option -> value
    values: dict[str, object] = {}
    if "ExtraFileOptions" not in there:
        return values
    name = "ExtraFileOptions"
    try:
        options = json.loads((folder / name).read_text(encoding="utf-8"))
    except ValueError as error:
        yield name, getattr(error, "lineno", 1), f"it is no JSON: {error}"
        return values
    if not isinstance(options, dict):
        yield name, 1, "it is no JSON object"
        return values
    for key, option in options.items():
        section, _, what = key.rpartition("/")
        if section not in there:
            yield name, 1, f"'{key}' is about a section that isn't there"
        if what not in FILE_OPTIONS:
            yield name, 1, f"'{key}' is no option that Houdini knows"
        elif not _is_option(option, *FILE_OPTIONS[what]):
            yield name, 1, f"'{key}' should be a {FILE_OPTIONS[what][0]}"
        else:
            values[key] = option["value"]
    return values


def _is_option(option: object, kind: str, of: type) -> bool:
    return isinstance(option, dict) and option.get("type") == kind and isinstance(option.get("value"), of)


def _type_option_errors(file: Path) -> Iterator[Located]:
    found = set()
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        match = re.fullmatch(r"(\w+) := (\d+);", line)
        if match is None:
            yield file.name, number, f"'{line}' is not written as KEY := NUMBER;"
        elif match[1] not in TYPE_OPTIONS:
            yield file.name, number, f"'{match[1]}' is no option of a type"
        else:
            found.add(match[1])
    for key in sorted(TYPE_OPTIONS - found):
        yield file.name, 1, f"{key} is missing"


def _xml_errors(file: Path) -> Iterator[Located]:
    try:
        root = ET.fromstring(file.read_text(encoding="utf-8").encode())
    except ET.ParseError as error:
        yield file.name, error.position[0], f"it is no XML: {error}"
        return
    if file.name == "Tools.shelf":
        yield from ((file.name, 1, text) for text in _tool_errors(root))
    elif not root.tag.endswith("svg"):
        yield file.name, 1, f"it is a {root.tag} and no SVG picture"


def _tool_errors(root: ET.Element) -> Iterator[str]:
    tool = root.find("tool")
    if root.tag != "shelfDocument" or tool is None:
        yield "it holds no tool, so the node is not in the TAB menu"
        return
    for key, variable in TOOL_VARIABLES.items():
        if tool.get(key) != variable:
            yield f"the tool's {key} is '{tool.get(key)}' and not {variable}"
    contexts = {context.get("name") for context in tool.findall("toolMenuContext")}
    if "network" not in contexts:
        yield "the tool has no network context, so the node is not in the TAB menu"
    if not (tool.findtext("toolSubmenu") or "").strip():
        yield "the tool names no submenu"
    script = tool.find("script")
    if script is None or script.get("scriptType") != "python":
        yield "the tool has no Python script"
        return
    for line, said in compile_errors(script.text or ""):
        yield f"the tool's script, line {line}: {said}"
    if "$HDA_NAME" not in (script.text or ""):
        yield "the tool's script doesn't name the asset"
