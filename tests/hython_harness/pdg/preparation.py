"""What a new cook keeps of the one before, and what it does again."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import NotPlayedError
from .enums import SUCCESSFUL, UNSUCCESSFUL, State
from .generation import ALL_COOKED, EACH_COOKED, decide
from .items import WorkItem
from .nodes import Node
from .outputs import lost_outputs

if TYPE_CHECKING:
    from .context import GraphContext


def prepare(context: GraphContext, nodes: list[Node]) -> None:
    """Nodes that were changed make their items anew, as do those after them.

    Failed items, and those whose files are gone, cook again, and with them all that came of them.
    """
    stale: set[int] = set()
    for node in nodes:
        node._source.clear_messages()
        decide(node)
        node._cooked = False
        before = context._nodes_before(node._source)
        signature = _signature(node, before)
        fresh = node._broken or node._signature != signature or _always(node)
        if fresh or any(id(one) in stale for one in before):
            if node._items and hasattr(node._kind, "onRegenerate"):
                raise NotPlayedError(f"{node.name}: the harness makes items anew by onGenerate only")
            node._clear()
            node._signature = signature
            stale.add(id(node))
    again: set[int] = set()
    for node in nodes:
        _take_up(context, node, again)


def _always(node: Node) -> bool:
    parameter = node.parameter("alwaysregenerate")
    return node._options.isAlwaysRegenerate or (parameter is not None and bool(parameter.evaluateInt()))


def _take_up(context: GraphContext, node: Node, again: set[int]) -> None:
    """`again` has the items of the nodes before that cook once more or are gone; this node's are added."""
    before = context._nodes_before(node._source)
    unfinished = any(not one._generated for one in before)
    renewed = any(item.id in again for one in before for item in one)
    how = node._when
    if (unfinished and how != EACH_COOKED) or (renewed and how == ALL_COOKED):
        again.update(item.id for item in node)
        node._clear()  # its items come of all those before, which are others now
        return
    scheduler = context._scheduler_of(node)
    kept = []
    for item in node:
        needs_it = any(need.id in again for need in item._needs)
        if needs_it and item.parent is not None and item.parent.id in node._consumed:
            node._consumed.discard(item.parent.id)  # it is made anew when its parent has cooked
            again.add(item.id)
            continue
        kept.append(item)
        lost = item.state in SUCCESSFUL and lost_outputs(item, scheduler)
        if item.state in UNSUCCESSFUL or needs_it or lost:
            again.add(item.id)
            item._reset()
        elif item.state is State.CookedSuccess:
            item._cooked_before = True
    node._keep(kept)
    for unit in node._units():  # a batch cooks as a whole
        if any(part.id in again for part in unit._parts()) and unit.isBatch:
            unit._reset()
            again.update(part.id for part in unit._parts())
    if how == EACH_COOKED and (unfinished or renewed):
        node._generated = False


def dirty(nodes: list[Node], *, remove_outputs: bool) -> None:
    """Forgets the items of these nodes."""
    for node in nodes:
        if remove_outputs:
            for item in node:
                _remove(item)
        node._clear()
        node._signature = None


def _remove(item: WorkItem) -> None:
    for file in item.outputFiles:
        with contextlib.suppress(OSError):
            Path(file.path).unlink()


def _signature(node: Node, before: list[Node]) -> Any:
    """What the node's items hang on: its parameters as written, and its wires."""
    parms = tuple((parm.name(), parm.rawValue()) for parm in node.topNode().parms())
    return parms, tuple(one._source.path() for one in before)
