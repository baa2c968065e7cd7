"""Which nodes can make work items now, and what they make them of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .enums import COOKED, SUCCESSFUL, UNSUCCESSFUL, EventType, generationType, result
from .errors import told
from .holders import DependencyHolder, PartitionHolder, WorkItemHolder
from .items import WorkItem
from .nodes import Node
from .partition_options import frame_of, order

# pdg_workitemgeneration: the menu of a downloadfile node saved by Houdini 18.5.506
EACH_COOKED, ALL_GENERATED, AUTOMATIC, ALL_COOKED = 0, 1, 2, 3


def generate(nodes: list[Node], *, static_only: bool) -> bool:
    """One step of generation; returns whether anything was made."""
    lost = hopeless(nodes)
    made = False
    for node in nodes:
        if not node._generated:
            made = _generate(node, lost, static_only) or made
    return made


def hopeless(nodes: list[Node]) -> set[int]:
    """The ids of the items that can't cook any more, since what they need failed; `nodes` in their order."""
    lost: set[int] = set()
    for node in nodes:
        waiting = [item for item in node._all() if item.state not in COOKED]
        found = True
        while found:  # items of one node may need each other, in any order
            before = len(lost)
            for item in waiting:
                if any(need.state in UNSUCCESSFUL or need.id in lost for need in item._needs):
                    lost.add(item.id)
            found = len(lost) > before
    return lost


def decide(node: Node) -> None:
    """How a node generates in this cook; the nodes before it have been decided."""
    before = node.context._nodes_before(node._source)
    node._when = _when(node, before)
    # A node after one whose items come during the cook is such a one, too.
    node._dynamic = bool(before) and (node._when != ALL_GENERATED or any(one._dynamic for one in before))


def _when(node: Node, before: list[Node]) -> int:
    """ALL_GENERATED, ALL_COOKED or EACH_COOKED."""
    if node._registered.kind == "partitioner":
        chosen = node.parameter("pdg_partitionwhen")
        return ALL_COOKED if chosen is not None and chosen.evaluateInt() == 1 else ALL_GENERATED
    cooked_inputs = node.parameter("requirescookedinputs")
    if before and cooked_inputs is not None and cooked_inputs.evaluateInt():
        return EACH_COOKED
    parameter = node.parameter("pdg_workitemgeneration")
    chosen_when = AUTOMATIC if parameter is None else parameter.evaluateInt()
    if chosen_when != AUTOMATIC:
        return chosen_when
    static = node._registered.static and not any(one._dynamic for one in before)
    return ALL_GENERATED if static or not before else EACH_COOKED


def _generate(node: Node, lost: set[int], static_only: bool) -> bool:
    before = node.context._nodes_before(node._source)
    if any(one._broken for one in before):
        node._generated = node._broken = True
        return False
    upstream = [item for one in before for item in one]
    all_there = all(one._generated for one in before)
    how = node._when
    if how == ALL_GENERATED:
        if not all_there or (static_only and node._dynamic):
            return False
        _finish(node)
        _ask(node, upstream, generationType.Dynamic if node._dynamic else generationType.Static)
        return True
    if static_only:
        return False
    settled = all_there and all(item.state in COOKED or item.id in lost for item in upstream)
    if how == ALL_COOKED:
        if not settled:
            return False
        _finish(node)
        _ask(node, [item for item in upstream if item.state in SUCCESSFUL], generationType.Dynamic)
        return True
    fresh = [item for item in upstream if item.state in SUCCESSFUL and item.id not in node._consumed]
    for item in fresh:
        node._consumed.add(item.id)
        _ask(node, [item], generationType.Dynamic)
    if settled:
        _finish(node)
        return True
    return bool(fresh)


def _finish(node: Node) -> None:
    node._generated = True
    node.context._emit(EventType.NodeGenerated, node)


def _ask(node: Node, upstream: list[WorkItem], kind: generationType) -> None:
    if node._registered.kind == "partitioner":
        _partition(node, upstream)
        return
    holder = WorkItemHolder(node, upstream)
    with holder._generating():
        if not _told(node, lambda: node._kind.onGenerate(holder, upstream, kind)):
            return
    static, order_holder = kind is generationType.Static, DependencyHolder()
    with order_holder._callback():
        ordered = _told(
            node, lambda: node._kind.onAddInternalDependencies(order_holder, list(holder._made), static)
        )
    if ordered:
        for item in holder._made:
            node._add(item)


def _partition(node: Node, upstream: list[WorkItem]) -> None:
    partitions = PartitionHolder(node)
    with partitions._callback():
        if not _told(node, lambda: node._kind.onPartition(partitions, upstream)):
            return
    for item in partitions._items(lambda inside: frame_of(node, inside), lambda inside: order(node, inside)):
        node._add(item)


def _told(node: Node, action: Callable[[], Any]) -> bool:
    """Whether the callback succeeded; its exception is shown on the node, and nothing after it is made."""
    try:
        answer = action()
        if not isinstance(answer, result):
            raise TypeError(f"a callback returns a pdg.result, not {answer!r}")
    except Exception as error:  # PDG shows it on the node
        node._fail(told(error))
        node._broken = True
        return False
    if answer is result.Failure:
        if not node.hasErrors:
            node._fail("The node failed to generate its work items.")
        node._broken = True
    return answer is not result.Failure
