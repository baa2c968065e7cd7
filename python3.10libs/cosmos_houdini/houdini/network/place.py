"""Where a TOP network goes, and who runs its work items."""

from __future__ import annotations

from typing import Any, Optional

from ...errors import BadInputError

NAME = "cosmos_topnet"


def find_place(where: Any, mark: str) -> tuple[Any, bool]:
    """The TOP network for `where` (a node, a path, or None), and whether it was made just now."""
    import hou

    if where is None:
        return _own(mark) or (_new(hou.node("/obj")), True)
    node = hou.node(where) if isinstance(where, str) else where
    if node is None:
        raise BadInputError(
            f"There is no node {where}.", fix="Name a TOP network, as in /obj/topnet1, or none at all."
        )
    while node is not None:
        category = node.childTypeCategory()
        if category is not None and category.name() == "Top":
            return node, False
        if category is not None and "topnet" in category.nodeTypes():
            return _new(node), True
        node = node.parent()
    raise BadInputError(
        f"No TOP network can be made at {where}.",
        why="It is inside of no network that takes one.",
        fix="Name a TOP network, as in /obj/topnet1, or /obj.",
    )


def give_scheduler(topnet: Any) -> list[str]:
    """Makes sure that the network has a scheduler; returns the names of what was made."""
    parm = topnet.parm("topscheduler")
    if parm is None:  # a TOP network inside another asset: its scheduler is the asset's business
        return []
    named = parm.eval()
    if named and topnet.node(named) is not None:
        return []
    there = [child for child in topnet.children() if child.isScheduler()]
    local = next((child for child in there if child.type().name() == "localscheduler"), None)
    made = []
    if local is None:
        local = topnet.createNode("localscheduler", "localscheduler")
        made = [local.name()]
    parm.set(local.name())
    return made


def _own(mark: str) -> Optional[tuple[Any, bool]]:
    """The TOP network that holds nodes of ours already."""
    import hou

    root: Any = hou.node("/")
    for node in root.allSubChildren(recurse_in_locked_nodes=False):
        if node.userData(mark) and node.parent() is not None:
            return node.parent(), False
    return None


def _new(parent: Any) -> Any:
    return parent.createNode("topnet", NAME)
