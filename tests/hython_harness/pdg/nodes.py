"""`pdg.Node`: one TOP node as PDG sees it, with its parameters and work items."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ..errors import NotPlayedError
from .enums import EventType, workItemCookType
from .items import WorkItem
from .node_options import NodeOptions

if TYPE_CHECKING:
    from ..top_source import TopSource
    from .context import GraphContext
    from .events import PyEventHandler
    from .registry import RegisteredType

COOK_TYPES = {  # pdg_cooktype (Houdini 19.5 and 20.0 parm dumps)
    0: workItemCookType.Generate,
    1: workItemCookType.InProcess,
    2: workItemCookType.OutOfProcess,
}


class Parameter:
    """A parameter of a node, evaluated for a work item or without one."""

    def __init__(self, source: TopSource, name: str) -> None:
        self._source, self.name = source, name

    def evaluate(self, work_item: WorkItem | None = None) -> Any:
        if work_item is not None and not isinstance(work_item, WorkItem):
            raise TypeError(f"{self.name} is evaluated for a pdg.WorkItem, not for {work_item!r}")
        return self._source.evaluate(self.name, work_item)  # type: ignore[arg-type]

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
    """One node; `_kind` is the instance of its type: a processor, a partitioner or a scheduler."""

    def __init__(self, context: GraphContext, source: TopSource, registered: RegisteredType) -> None:
        self._context, self._source, self._registered = context, source, registered
        self._items: list[WorkItem] = []
        self._kind: Any = None
        self._options = NodeOptions()
        self._generated = False  # every item that it will have is there
        self._broken = False  # it could not make its items
        self._cooked = False  # NodeCooked was sent
        self._consumed: set[int] = set()  # ids of upstream items that it made its own from
        self._signature: Any = None
        self._when, self._dynamic = 0, False  # how it generates in this cook

    name = property(lambda self: self._source.name())
    context = property(lambda self: self._context)
    workItems = property(lambda self: list(self._items))
    isBypassed = property(lambda self: self._source.is_bypassed())

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
        return self._context._scheduler_of(self)

    @property
    def inputs(self) -> list[Port]:
        before = [Port(node, "output", []) for node in self._context._nodes_before(self._source)]
        return [Port(self, "input", before)]

    def topNode(self) -> Any:
        return self._source.node

    def __getitem__(self, name: str) -> Parameter:
        if not self._source.has_parm(name):
            raise KeyError(f"{self.name} has no parameter {name!r}")
        return Parameter(self._source, name)

    def parameter(self, name: str) -> Parameter | None:
        return Parameter(self._source, name) if self._source.has_parm(name) else None

    def addEventHandler(
        self, handler: Callable[..., None] | PyEventHandler, event_type: EventType, pass_handler: bool = False
    ) -> PyEventHandler:
        return self._context._handlers.add(handler, event_type, pass_handler, node=self)

    def removeEventHandler(self, handler: PyEventHandler) -> None:
        self._context._handlers.remove(handler)

    # what the harness makes of it

    def _fail(self, text: str) -> None:
        self._source.add_error(str(text))
        self._context._emit(EventType.CookError, self, message=str(text))

    def _warn(self, text: str) -> None:
        self._source.add_warning(str(text))
        self._context._emit(EventType.CookWarning, self, message=str(text))

    def _add(self, item: WorkItem) -> None:
        self._items.append(item)
        self._context._by_id.update({one.id: one for one in (item._unit(), item)})
        self._context._emit(EventType.WorkItemAdd, self, item)

    def _keep(self, kept: list[WorkItem]) -> None:
        """Only these of its items are left."""
        for gone in set(self._items) - set(kept):
            self._context._by_id.pop(gone.id, None)
            self._context._by_id.pop(gone._unit().id, None)
        self._items = kept

    def _clear(self) -> None:
        self._keep([])
        self._generated = self._broken = self._cooked = False
        self._consumed = set()

    def _units(self) -> list[WorkItem]:
        """What goes to the scheduler: batches, and the items that are in none."""
        if not self._has_batches():
            return list(self._items)
        return list(dict.fromkeys(item._unit() for item in self._items))

    def _all(self) -> list[WorkItem]:
        """The items, and the batches that they are in."""
        if not self._has_batches():  # a cook asks often, of a thousand items, too
            return list(self._items)
        return list(dict.fromkeys(one for item in self._items for one in (item._unit(), item)))

    def _has_batches(self) -> bool:
        return any(item._batch is not None for item in self._items)

    def _cook_type(self) -> workItemCookType:
        """What workItemCookType.Automatic comes to on this node."""
        parameter = self.parameter("pdg_cooktype")
        if parameter is None:
            return workItemCookType.OutOfProcess
        chosen = COOK_TYPES.get(parameter.evaluateInt())
        if chosen is None:
            raise NotPlayedError(f"{self.name}: the harness plays no services")
        return chosen

    def __iter__(self) -> Iterator[WorkItem]:
        return iter(self._items)

    def __repr__(self) -> str:
        return f"<pdg.Node {self._source.path()}>"
