"""`pdg.Graph`, and the nodes of a network in the order of their wires."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..errors import NotPlayedError
from .errors import CookError
from .items import WorkItem
from .nodes import Node

if TYPE_CHECKING:
    from ..top_source import TopSource
    from .context import GraphContext


class Graph:
    """All nodes and items of one context."""

    def __init__(self, context: GraphContext) -> None:
        self._context = context

    def nodes(self) -> list[Node]:
        return [node for node in self._context._nodes.values() if node._registered.kind != "scheduler"]

    def node(self, name: str) -> Node | None:
        return next((node for node in self.nodes() if node.name == name), None)

    def workItemById(self, item_id: int) -> WorkItem | None:
        if not isinstance(item_id, int) or isinstance(item_id, bool):
            raise TypeError(f"a work item's id is a number, not {item_id!r}")
        return self._context._by_id.get(item_id)

    def workItemByName(self, name: str) -> WorkItem | None:
        return next((item for item in self._items() if item.name == name), None)

    def _items(self) -> list[WorkItem]:
        return [item for node in self.nodes() for item in node]


def node_of(context: GraphContext, source: TopSource) -> Node:
    """The PDG node of a TOP node, made when it is first asked for."""
    found = context._nodes.get(source)
    if found is not None:
        return found
    registered = context._world.registry._find(source.registered_name())
    if registered is None:
        raise NotPlayedError(f"the harness doesn't cook TOP nodes of the type {source.registered_name()}")
    node = Node(context, source, registered)
    if registered.kind == "scheduler":
        node._kind = registered.cls(node, source.name())
        node._kind.onStart()
    else:
        node._kind = registered.cls(node)
        node._kind.onConfigureNode(node._options)
    context._nodes[source] = node
    return node


def nodes_before(source: TopSource) -> list[TopSource]:
    """The nodes wired in, with those in the place of bypassed ones."""
    found: list[TopSource] = []
    for before in source.input_nodes():
        found += nodes_before(before) if before.is_bypassed() else [before]
    return found


def ordered(context: GraphContext, targets: Iterable[TopSource]) -> list[Node]:
    """These nodes and all that they need, each after what it needs. CookError for a ring."""
    done: dict[TopSource, Any] = {}

    def visit(source: TopSource) -> None:
        if source in done:
            if done[source] is None:
                raise CookError(f"{source.path()} is wired to itself")
            return
        done[source] = None
        for before in nodes_before(source):
            visit(before)
        done[source] = node_of(context, source)

    for target in targets:
        for start in [target] if not target.is_bypassed() else nodes_before(target):
            visit(start)
    order: list[TopSource] = []

    def put(source: TopSource) -> None:
        if source in order:
            return
        for before in nodes_before(source):
            put(before)
        order.append(source)

    for source in done:
        put(source)
    return [done[source] for source in order]
