"""A run in a COP network: file nodes for result, beauty and controls, and a node that compares.

Pictures are only read here; the runtime has written them before (gather.py). Nodes of ours are known by
a mark on them: loading a run again brings them up to date in their place, other nodes are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

import hou

from ...errors import BadInputError
from ..interface import LoadSettings
from ..nodes import wires
from ..nodes.done import Done, words
from ..nodes.edit import put, put_note
from . import cop2, copernicus
from .gather import RunPictures
from .pictures import BEAUTY, RESULT, Picture

MARK = "cosmos_cop"  # user data: which run or set, and which of its pictures, a node shows
NETWORK = "cosmos_comp"
OLD = "cosmos_comp_old"  # of classic compositing, beside a Copernicus network
COMPARE = "compare"
# kind of network -> how its nodes are told things
KINDS = {"Cop": copernicus, "Cop2": cop2}


@dataclass
class Shown(Done):
    """The network, its nodes by role, and what was done."""

    network: Any
    nodes: dict[str, Any] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    missing: tuple[str, ...] = ()

    def told(self) -> str:
        """What was done, in a line or two."""
        lines = [f"{self.network.path()}: {words(self.made, self.changed) or 'all is there already'}."]
        return "\n".join([*lines, *(f"Not shown: {one}" for one in self.missing)])


def load(one: RunPictures, settings: LoadSettings) -> Shown:
    """Makes the nodes of a run or brings them up to date; BadInputError for no network that holds them."""
    network, new = _network(settings)
    shown = Shown(network, missing=one.missing, made=[network.name()] if new else [])
    for picture in one.pictures:
        node = _take_up(shown, _mark(one, picture.role), "file", _name(one, picture.role), picture.role)
        told = _file_parms(network, picture)
        for name, value in told.items():
            shown.note(node, put(node, name, value))
        if picture.note:
            shown.note(node, put_note(node, f"Cosmos Houdini: {picture.note}"))
    if settings.comparison is not None:
        _compare(shown, one, settings.comparison)
    made = tuple(node for node in shown.nodes.values() if node.name() in shown.made)
    if made:  # the others stand where the artist has put them
        network.layoutChildren(items=made)
    return shown


def _file_parms(network: Any, picture: Picture) -> dict[str, Any]:
    path = hou.text.collapseCommonVars(picture.before, ("$HIP",)) + picture.path()[len(picture.before) :]
    return dict(_kind(network).file_parms(path, picture.space))


def _compare(shown: Shown, one: RunPictures, wanted: str) -> None:
    """The node that shows result and beauty together, where this Houdini has one."""
    known = shown.network.childTypeCategory().nodeTypes()
    kind = next((name for name in _kind(shown.network).COMPARISONS[wanted] if name in known), None)
    first, second = shown.nodes.get(RESULT), shown.nodes.get(BEAUTY)
    if kind is None or first is None or second is None:
        return
    node = _take_up(shown, f"{one.run}:{COMPARE}", kind, _name(one, COMPARE), COMPARE)
    new = node.name() in shown.made
    if node.type().name() != kind:  # another comparison than last time
        node, new = _replaced(shown, node, kind), True
    others = [node for role, node in shown.nodes.items() if role not in (RESULT, BEAUTY, COMPARE)]
    sources = [first, second] if kind == "wipe" else [second, *others, first]
    for index, source in enumerate(sources):
        if node.input(index) is None:
            node.setInput(index, source)
            shown.note(node)
    if new:  # from then on it is the artist's what is displayed, and where the edge of a wipe stands
        for name, value in _kind(shown.network).comparison_parms(kind).items():
            put(node, name, value)
        node.setDisplayFlag(True)


def _replaced(shown: Shown, old: Any, kind: str) -> Any:
    """A comparison of another kind in the place of `old`, under its name."""
    fresh = old.parent().createNode(kind, f"{old.name()}_new")
    fresh.setUserData(MARK, old.userData(MARK))
    fresh.setPosition(old.position())
    for behind, place in wires.after(old):
        behind.setInput(place, fresh)
    name = old.name()
    old.destroy()
    fresh.setName(name)
    shown.nodes[COMPARE] = fresh
    shown.changed.append(name)
    return fresh


def _take_up(shown: Shown, mark: str, kind: str, name: str, role: str) -> Any:
    there = [child for child in shown.network.children() if child.userData(MARK) == mark]
    # Copies that the artist makes carry our mark, too.
    found = next((child for child in there if child.name() == name), there[0] if there else None)
    if found is None:
        found = shown.network.createNode(kind, name)
        found.setUserData(MARK, mark)
        shown.made.append(found.name())
    shown.nodes[role] = found
    return found


def _mark(one: RunPictures, role: str) -> str:
    """A result is a run's own; beauty and controls are shared by all runs of a set."""
    return f"{one.run if role == RESULT else one.group}:{role}"


def _name(one: RunPictures, role: str) -> str:
    own = role in (RESULT, COMPARE)
    base = f"{one.shown['record']['name']}_{one.run[-6:]}" if own else one.group
    return str(hou.text.variableName(f"{base}_{role}"))


def _kind(network: Any) -> Any:
    return KINDS[network.childTypeCategory().name()]


def _network(settings: LoadSettings) -> tuple[Any, bool]:
    """The network that is named, else ours, and whether it was made just now."""
    if settings.copnet is not None:
        return _named(settings.copnet), False
    wanted = _wanted(settings.cop_type)
    name = NETWORK if wanted == "copnet" or not _has("copnet") else OLD
    root: Any = hou.node("/obj")
    there = root.node(name)
    category = there.childTypeCategory() if there is not None else None
    if category is not None and category.name() in KINDS:
        return there, False
    return root.createNode(wanted, name), True


def _named(path: str) -> Any:
    network: Any = hou.node(path)
    category = network.childTypeCategory() if network is not None else None
    if category is None or category.name() not in KINDS:
        raise BadInputError(
            f"{path} is no COP network.",
            why="There is no such node." if network is None else f"Its type is {network.type().name()}.",
            fix="Name a Copernicus or compositing network, or leave COP Network empty.",
        )
    return network


def _wanted(cop_type: str) -> str:
    """`copnet` (Copernicus, since 20.5) or `cop2net`."""
    if cop_type == "cop2" or (cop_type == "auto" and not _has("copnet")):
        if not _has("cop2net"):
            raise _lacking("classic compositing networks", "The Newest This Houdini Has")
        return "cop2net"
    if not _has("copnet"):
        raise _lacking("Copernicus networks (they came with 20.5)", "Classic Compositing")
    return "copnet"


def _has(kind: str) -> bool:
    return kind in hou.objNodeTypeCategory().nodeTypes()


def _lacking(what: str, instead: str) -> BadInputError:
    version: Optional[str] = hou.applicationVersionString()
    return BadInputError(f"Houdini {version} has no {what}.", fix=f"Set New Network Is to {instead}.")
