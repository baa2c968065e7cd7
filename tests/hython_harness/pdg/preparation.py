"""What a new cook keeps of the one before, and what it does again."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .enums import SUCCESSFUL, UNSUCCESSFUL, State
from .items import WorkItem
from .nodes import Node
from .outputs import lost_outputs

if TYPE_CHECKING:
    from .context import GraphContext


def prepare(context: GraphContext, nodes: list[Node]) -> None:
    """Nodes that were changed make their items anew, as do those after them; failed items, and those whose
    files are gone, cook again with all that came of them.
    """
    stale: set[int] = set()
    for node in nodes:
        node._source.clear_messages()
        before = context.nodes_before(node._source)
        signature = _signature(node, before)
        if node.signature != signature or any(id(one) in stale for one in before):
            node.clear()
            node.signature = signature
            stale.add(id(node))
    again: set[int] = set()
    for node in nodes:
        _take_up(context, node, again)


def _take_up(context: GraphContext, node: Node, again: set[int]) -> None:
    scheduler = context.scheduler_of(node)
    kept = []
    for item in node:
        needs_it = item._needs and any(need.id in again for need in item._needs)
        if needs_it and item.parent is not None and item.parent.id in node.consumed:
            node.consumed.discard(item.parent.id)  # it is made anew when its parent has cooked
            node.generated = False
            again.add(item.id)
            continue
        kept.append(item)
        if (
            item.state in UNSUCCESSFUL
            or needs_it
            or (item.state in SUCCESSFUL and lost_outputs(item, scheduler))
        ):
            again.add(item.id)
            item._reset()
        elif item.state is State.CookedSuccess:
            item._from_cache = True
    node._items = kept
    if any(one.consumed is not None and not one.generated for one in context.nodes_before(node._source)):
        node.generated = node.generated and not node.consumed


def dirty(context: GraphContext, nodes: list[Node], *, remove_outputs: bool) -> None:
    """Forgets the items of these nodes."""
    for node in nodes:
        if remove_outputs:
            for item in node:
                _remove(item)
        node.clear()
        node.signature = None


def _remove(item: WorkItem) -> None:
    for file in item.outputFiles:
        with contextlib.suppress(OSError):
            Path(file.path).unlink()


def _signature(node: Node, before: list[Node]) -> Any:
    """What the node's items hang on: its parameters as written, and its wires."""
    parms = tuple((parm.name(), parm.rawValue()) for parm in node.topNode().parms())
    return parms, tuple(one.path() for one in before)
