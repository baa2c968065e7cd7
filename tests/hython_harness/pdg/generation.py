"""Which nodes can make work items now, and what they make them of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .enums import COOKED, SUCCESSFUL, UNSUCCESSFUL, generationType, result
from .errors import told
from .holders import DependencyHolder, PartitionHolder, WorkItemHolder
from .items import WorkItem
from .nodes import Node

# pdg_workitemgeneration (SideFX docs nodes/top, 20.0)
ALL_GENERATED, ALL_COOKED, AUTOMATIC, EACH_COOKED = 0, 1, 2, 3


def generate(nodes: list[Node], static_only: bool) -> bool:
    """One step of generation; returns whether anything was made."""
    made = False
    for node in nodes:
        if not node.generated:
            made = _generate(node, static_only) or made
    return made


def final(item: WorkItem) -> bool:
    return item.state in COOKED or blocked(item)


def blocked(item: WorkItem) -> bool:
    """Whether what the item needs can't come any more."""
    return item.state not in COOKED and any(
        need.state in UNSUCCESSFUL or blocked(need) for need in item._needs
    )


def when(node: Node) -> int:
    """How the node generates: ALL_GENERATED, ALL_COOKED or EACH_COOKED."""
    if node._registered.kind == "partitioner":
        chosen = node.parameter("pdg_partitionwhen")
        return ALL_COOKED if chosen is not None and chosen.evaluateInt() == 1 else ALL_GENERATED
    before = node.context.nodes_before(node._source)
    cooked_inputs = node.parameter("requirescookedinputs")
    if before and cooked_inputs is not None and cooked_inputs.evaluateInt():
        return EACH_COOKED
    parameter = node.parameter("pdg_workitemgeneration")
    chosen_when = AUTOMATIC if parameter is None else parameter.evaluateInt()
    if chosen_when != AUTOMATIC:
        return chosen_when
    static = node._registered.static and all(when(one) == ALL_GENERATED for one in before)
    return ALL_GENERATED if static or not before else EACH_COOKED


def _generate(node: Node, static_only: bool) -> bool:
    before = node.context.nodes_before(node._source)
    upstream = [item for one in before for item in one]
    all_there = all(one.generated for one in before)
    how = when(node)
    if how == ALL_GENERATED:
        if not all_there:
            return False
        node.generated = True
        _ask(node, upstream, generationType.Static)
        return True
    if static_only:
        return False
    if how == ALL_COOKED:
        if not all_there or not all(map(final, upstream)):
            return False
        node.generated = True
        _ask(node, [item for item in upstream if item.state in SUCCESSFUL], generationType.Dynamic)
        return True
    fresh = [item for item in upstream if item.state in SUCCESSFUL and item.id not in node.consumed]
    for item in fresh:
        node.consumed.add(item.id)
        _ask(node, [item], generationType.Dynamic)
    if all_there and all(map(final, upstream)):
        node.generated = True
        return True
    return bool(fresh)


def _ask(node: Node, upstream: list[WorkItem], kind: generationType) -> None:
    if node._registered.kind == "partitioner":
        partitions = PartitionHolder(node)
        if _told(node, lambda: node.kind.onPartition(partitions, upstream)):
            for item in partitions.items():
                node.add(item)
        return
    holder = WorkItemHolder(node)
    with holder.generating():
        if not _told(node, lambda: node.kind.onGenerate(holder, upstream, kind)):
            return
    is_static = kind is generationType.Static
    _told(node, lambda: node.kind.onAddInternalDependencies(DependencyHolder(), holder.made, is_static))
    for item in holder.made:
        node.add(item)


def _told(node: Node, action: Callable[[], Any]) -> bool:
    """Whether the callback succeeded; its exception is shown on the node."""
    try:
        answer = action()
    except Exception as error:
        node.addError(told(error))
        return False
    if answer not in (result.Success, result.Failure):
        node.addError(f"a callback returns a pdg.result, not {answer!r}")
        return False
    if answer is result.Failure and not node.hasErrors:
        node.addError("The node failed to generate its work items.")
    return answer is result.Success
