"""`pdg.Node`: one TOP node as PDG sees it, with its parameters and work items."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from .enums import EventType
from .items import WorkItem

if TYPE_CHECKING:
    from ..top_source import TopSource
    from .context import GraphContext
    from .registry import RegisteredType


class Parameter:
    """A parameter of a node, evaluated for a work item or without one."""

    def __init__(self, source: TopSource, name: str) -> None:
        self._source, self.name = source, name

    def evaluate(self, work_item: WorkItem | None = None) -> Any:
        return self._source.evaluate(self.name, work_item)

    def evaluateString(self, work_item: WorkItem | None = None) -> str:
        return str(self._one(work_item))

    def evaluateInt(self, work_item: WorkItem | None = None) -> int:
        value = self._one(work_item)
        return int(float(value)) if isinstance(value, str) and value else int(value or 0)

    def evaluateFloat(self, work_item: WorkItem | None = None) -> float:
        return float(self._one(work_item) or 0)

    def _one(self, work_item: WorkItem | None) -> Any:
        value = self.evaluate(work_item)
        if isinstance(value, tuple):
            raise TypeError(f"{self.name} has {len(value)} components: read each by its own name")
        return value


class Port:
    """An input of a node; `connections` are the ports that are wired to it."""

    def __init__(self, node: Node, name: str, connections: list[Port]) -> None:
        self.node, self.name, self.connections = node, name, connections

    @property
    def connectedNodes(self) -> list[Node]:
        return [port.node for port in self.connections]


class Node:
    """One node; `kind` is the instance of its type: a processor, a partitioner or a scheduler."""

    def __init__(self, context: GraphContext, source: TopSource, registered: RegisteredType) -> None:
        self._context, self._source, self._registered = context, source, registered
        self._items: list[WorkItem] = []
        self.kind: Any = None
        self.generated = False  # every item that it will have is there
        self.consumed: set[int] = set()  # ids of upstream items that it made its own from
        self.signature: Any = None

    name = property(lambda self: self._source.name())
    context = property(lambda self: self._context)
    workItems = property(lambda self: list(self._items))  # noqa: N815
    isBypassed = property(lambda self: self._source.is_bypassed())  # noqa: N815

    @property
    def type(self) -> Any:
        return SimpleNamespace(
            typeName=self._registered.name, typeLabel=self._registered.label or self._registered.name
        )

    @property
    def hasErrors(self) -> bool:
        return bool(self._source.node.errors())

    @property
    def scheduler(self) -> Any:
        return self._context.scheduler_of(self)

    @property
    def inputs(self) -> list[Port]:
        before = [Port(node, "output", []) for node in self._context.nodes_before(self._source)]
        return [Port(self, "input", before)]

    def path(self) -> str:
        return self._source.path()

    def topNode(self) -> Any:
        return self._source.node

    def __getitem__(self, name: str) -> Parameter:
        if not self._source.has_parm(name):
            raise KeyError(f"{self.name} has no parameter {name!r}")
        return Parameter(self._source, name)

    def parameter(self, name: str) -> Parameter | None:
        return Parameter(self._source, name) if self._source.has_parm(name) else None

    def addError(self, text: str) -> None:
        self._source.add_error(str(text))
        self._context._emit(EventType.CookError, self, message=str(text))

    def addWarning(self, text: str) -> None:
        self._source.add_warning(str(text))
        self._context._emit(EventType.CookWarning, self, message=str(text))

    def add(self, item: WorkItem) -> None:
        self._items.append(item)
        self._context._emit(EventType.WorkItemAdd, self, item)

    def clear(self) -> None:
        self._items, self.generated, self.consumed = [], False, set()

    def __iter__(self) -> Iterator[WorkItem]:
        return iter(self._items)

    def __repr__(self) -> str:
        return f"<pdg.Node {self.path()}>"
