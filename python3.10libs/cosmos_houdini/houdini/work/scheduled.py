"""Who runs the jobs of a node."""

from __future__ import annotations

from typing import Any

from ...errors import BadInputError
from .ports import Node, top_of


def refuse_no_scheduler(node: Node) -> None:
    """BadInputError where neither the node nor a network around it names a scheduler, and none is there."""
    one: Any = top_of(node)
    while one is not None:
        parm = one.parm("topscheduler")
        named = parm.eval() if parm is not None else ""
        if named and one.node(named) is not None:
            return
        if any(child.isScheduler() for child in one.children() if hasattr(child, "isScheduler")):
            return
        if one.type().category().name() != "Top":  # the network itself
            break
        one = one.parent()
    raise BadInputError(
        f"No scheduler runs the jobs of {node.name}.",
        why="There is none in the TOP network, and Default TOP Scheduler names none.",
        fix="Put a Local Scheduler into the network, or use Build TOP Network, which does.",
    )
