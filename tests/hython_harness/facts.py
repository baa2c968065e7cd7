"""The catalogue: which node types and parameters there are in which version, as far as sources tell.

`catalogue/*.json` are the files; a type lists the Houdini versions in which its whole interface was `seen`,
and so does each parm. A version between or before those is judged by its neighbours; what rests on such a
judgement is not `certain`, and a session notes its use.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "catalogue"
VERSIONS = ("20.0", "20.5", "21.0")
UNTOLD_IN_DUMP = {"button", "separator", "label", "multiparm", "folder"}  # what the dump of 21.0 leaves out
MANY = 9999  # Houdini's number for "as many inputs as you like"


@dataclass(frozen=True)
class ParmFact:
    """One parm tuple. `suffix` names the components where there are several; None: no source tells."""

    name: str
    kind: str
    size: int = 1
    suffix: str | None = None
    default: tuple[str, ...] | None = None
    menu: tuple[str | None, ...] | None = None  # None among them: a token that no source tells
    labels: tuple[str, ...] | None = None
    script_menu: bool = False
    label: str = ""
    hidden: bool = False
    init: bool = False  # made by the node's creation script, not by its type
    parent: str = ""  # the multiparm that an instance `name#` belongs to
    tags: dict[str, str] = field(default_factory=dict, hash=False)
    certain: bool = True

    def components(self) -> tuple[str, ...] | None:
        """Names of the single parms; None where no source tells them."""
        if self.size == 1:
            return (self.name,)
        if self.suffix is None:
            return None
        return tuple(self.name + letter for letter in self.suffix)

    def counts_from_tokens(self) -> bool:
        """Whether the value of a menu is its token: so where tokens are numbers that don't count from 0."""
        return bool(self.menu) and all(token and re.fullmatch(r"-?\d+", token) for token in self.menu or ())

    def instance(self, *indices: int) -> ParmFact:
        """The fact for one instance of a multiparm's parm."""
        name = self.name
        for index in indices:
            name = name.replace("#", str(index), 1)
        return replace(self, name=name)


@dataclass(frozen=True)
class TypeFact:
    """One node type in one version. `inputs` is the greatest number; None: no source tells."""

    category: str
    name: str
    parms: dict[str, ParmFact] = field(hash=False)
    inputs: int | None = 0
    outputs: int = 1
    children: str = ""  # the category of nodes inside
    contents: tuple[str, ...] = ()  # types of the nodes that a new one holds
    certain: bool = True
    label: str = ""
    subtype: str = ""  # the registered PDG type that an asset of a TOP node stands for

    def key(self) -> str:
        return f"{self.category}/{self.name}"


@functools.cache
def catalogue(version: str) -> dict[str, dict[str, TypeFact]]:
    """All types of a version: {category: {type name: fact}}."""
    additions = _read("additions")
    found: dict[str, dict[str, TypeFact]] = {}
    for path in sorted(FOLDER.glob("*.json")):
        told = _read(path.stem)
        if "category" not in told or _since(additions["categories"].get(told["category"], {})) > _number(
            version
        ):
            continue
        for name, entry in told["types"].items():
            _add(found, told["category"], name, entry, additions, version)
    for key, entry in additions["types"].items():
        category, name = key.split("/", 1)
        if entry.get("added"):
            _add(found, category, name, {"seen": [], "parms": {}} | entry, additions, version)
    return found


def _read(stem: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((FOLDER / f"{stem}.json").read_text(encoding="utf-8"))
    return told


def _add(
    found: dict[str, dict[str, TypeFact]],
    category: str,
    name: str,
    entry: dict[str, Any],
    additions: dict[str, Any],
    version: str,
) -> None:
    key = f"{category}/{name}"
    entry = entry | additions["types"].get(key, {})
    if _since(entry) > _number(version):
        return
    seen = entry["seen"]
    rows = _borrowed(additions["borrow"].get(key)) | entry["parms"]
    for whose in (f"{category}/*", key):
        for added, told in additions["parms"].get(whose, {}).items():
            if added in rows or "kind" in told:
                rows[added] = rows.get(added, {"seen": []}) | told
    multiparms = additions["multiparms"].get(key, {})
    parms = {}
    for parm, told in rows.items():
        fact = _parm(parm, told, multiparms, seen, version)
        if fact is not None:
            parms[parm] = fact
    certain = _there(seen, seen, version, "")[1] or "since" in entry or entry.get("certain", False)
    found.setdefault(category, {})[name] = TypeFact(
        category, name, parms, _inputs(category, entry), _outputs(category, entry),
        entry.get("children", ""), tuple(entry.get("contents", ())), certain,
        entry.get("label", name),
    )  # fmt: skip


def _outputs(category: str, entry: dict[str, Any]) -> int:
    """The dump lists no outputs of Copernicus nodes, though all but the last ones have them."""
    if "max_outputs" in entry:
        return int(entry["max_outputs"])
    return MANY if category == "Cop" else int(entry.get("outputs", 1))


def _inputs(category: str, entry: dict[str, Any]) -> int | None:
    """Types that take any number of inputs list none in the dump, and ROPs and Copernicus nodes never do."""
    if "max_inputs" in entry:
        return int(entry["max_inputs"])
    told = entry.get("inputs", 0)
    if told:
        return int(told)
    if category == "Cop":
        return None
    takes_all = category == "Driver" or (category == "Top" and entry.get("outputs", 1) > 0)
    return MANY if takes_all else 0


def _parm(
    name: str, told: dict[str, Any], multiparms: dict[str, list[str]], seen: list[str], version: str
) -> ParmFact | None:
    kind = "multiparm" if name in multiparms else told["kind"]
    if kind == "unknown":
        return None  # a folder, as far as one can see
    if _since(told) > _number(version):
        return None
    there, certain = _there(told["seen"], seen, version, kind)
    if "kind" in told and told.get("source"):
        there, certain = True, bool(told.get("certain"))
    if not there:
        return None
    certain = certain or told.get("certain", False)
    parent = next((count for count, names in multiparms.items() if _belongs(name, count, names)), "")
    size = told.get("size", 1)
    return ParmFact(
        name, kind, size, told.get("suffix") if size > 1 else None, _texts(told.get("default")),
        _texts(told.get("menu")), _texts(told.get("labels")), told.get("script_menu", False),
        told.get("label", name), told.get("hidden", False), told.get("init", False), parent,
        told.get("tags", {}), certain,
    )  # fmt: skip


def _borrowed(told: dict[str, Any] | None) -> dict[str, Any]:
    """Parms that one type has as another has them."""
    if told is None:
        return {}
    category, name = told["from"].split("/")
    parms = _read(category.lower())["types"][name]["parms"]
    how = {"init": bool(told.get("init"))}
    return {parm: row | how for parm, row in parms.items() if fnmatchcase(parm, told["names"])}


def _belongs(name: str, count: str, patterns: list[str]) -> bool:
    """Whether a parm is repeated by a multiparm; one inside another has a `#` more."""
    deeper = name.count("#") == count.count("#") + 1
    return deeper and any(fnmatchcase(name, pattern) for pattern in patterns)


def _texts(told: list[str] | None) -> tuple[str, ...] | None:
    return None if told is None else tuple(told)


def _there(seen: list[str], looked_at: list[str], version: str, kind: str) -> tuple[bool, bool]:
    """Whether a thing is in `version`, and whether that is certain, by the versions that were looked at."""
    if kind in UNTOLD_IN_DUMP:
        return True, version in {_short(told) for told in seen}
    wanted = _number(version)
    same = [told for told in looked_at if _number(told) == wanted]
    if same:
        return any(told in seen for told in same), True
    older = [told for told in looked_at if _number(told) < wanted]
    newer = [told for told in looked_at if _number(told) > wanted]
    neighbours = [*sorted(older, key=_number)[-1:], *sorted(newer, key=_number)[:1]]
    hits = [told in seen for told in neighbours]
    return any(hits), len(hits) == 2 and len(set(hits)) == 1


def _since(told: dict[str, Any]) -> tuple[int, int]:
    return _number(told.get("since", "0.0"))


def _short(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _number(version: str) -> tuple[int, int]:
    """(major, minor); a version that nobody noted counts as older than all."""
    found = re.match(r"(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else (0, 0)
