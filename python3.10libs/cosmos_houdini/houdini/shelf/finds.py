"""What a shelf tool works on where nothing says it: the ROPs, the TOP network, the runs of the project."""

from __future__ import annotations

from typing import Any, Optional

import hou

from ...errors import BadInputError
from ..dialogs import choose
from ..network.build import MARK as NETWORK_MARK
from ..network.build import marked
from ..rops import judge


def pass_rops() -> list[Any]:
    """The ROPs that render the passes: those selected, else ours; BadInputError where none would render."""
    picked = [node for node in hou.selectedNodes() if judge.renders(node)]
    found = picked or _one_group(judge.ours())
    if not found:
        raise BadInputError(
            "There is no ROP that renders passes.",
            why="None is selected, and Set Up Passes has made none in this scene.",
            fix="Use Set Up Passes first, or select the ROPs that render the shot.",
        )
    return [judge.usable(node.path()) for node in found]


def _one_group(rops: list[Any]) -> list[Any]:
    """ROPs that belong together; where there are several such groups, the one that is chosen."""
    groups = judge.groups(rops)
    if len(groups) < 2:
        return next(iter(groups.values()), [])
    names = list(groups)
    chosen = choose(names, "Passes", "Which passes shall the network render?")
    if chosen is None:
        raise BadInputError(
            f"There are {len(groups)} sets of ROPs, and none was chosen.",
            why="They are: " + "; ".join(names) + ".",
            fix="Select the ROPs of one of them, then try again.",
        )
    return groups[names[chosen]]


def place_for_network() -> Optional[Any]:
    """Where a TOP network goes: into the selected one, or the one that is open; None leaves it to Houdini."""
    for node in hou.selectedNodes():
        network = _top_network(node)
        if network is not None:
            return network
    if hou.isUIAvailable():
        editor: Any = hou.ui.paneTabOfType(hou.paneTabType.NetworkEditor)
        if editor is not None and _is_top(editor.pwd()):
            return editor.pwd()
    return None


def built_network() -> Optional[Any]:
    """The TOP network that Build TOP Network has made: the selected one, else the first there is."""
    chosen = place_for_network()
    if chosen is not None and _ours(chosen):
        return chosen
    return next((network for network in _topnets() if _ours(network)), None)


def last_step(network: Any) -> Any:
    """What to cook for the whole of it: Cosmos Load."""
    return _ours(network)["load"]


def fetches(network: Any) -> list[Any]:
    """Its ROP Fetch nodes."""
    return [node for node in network.children() if node.type().name() == "ropfetch" and _ours_mark(node)]


def _ours(network: Any) -> dict[str, Any]:
    found = marked(network)
    return found if "load" in found else {}


def _ours_mark(node: Any) -> str:
    return str(node.userData(NETWORK_MARK) or "")


def _top_network(node: Any) -> Optional[Any]:
    if _is_top(node):
        return node
    parent = node.parent()
    return parent if parent is not None and _is_top(parent) else None


def _is_top(node: Any) -> bool:
    category = node.childTypeCategory()
    return category is not None and bool(category.name() == "Top")


def _topnets() -> list[Any]:
    """TOP networks at the usual places. Looking through the whole scene would take its time."""
    kinds = (hou.objNodeTypeCategory(), hou.ropNodeTypeCategory(), hou.lopNodeTypeCategory())
    found = []
    for category in kinds:
        kind: Any = category.nodeType("topnet")
        found += list(kind.instances()) if kind is not None else []
    tasks: Any = hou.node("/tasks")
    return found + (list(tasks.children()) if tasks is not None else [])
