"""`pdg.GraphContext`: the graph of one TOP network, and its cook."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ..errors import NotPlayedError
from .enums import ACTIVE, SUCCESSFUL, EventType, State
from .errors import CookError, told
from .events import Handlers, PyEventHandler
from .graph_nodes import Graph, node_of, nodes_before, ordered
from .items import WorkItem
from .nodes import Node
from .outputs import check_outputs

if TYPE_CHECKING:
    from ..top_source import TopSource
    from .cook import Cook
    from .world import World


class GraphContext:
    """What plugins may call has the names of Houdini; the rest begins with an underscore."""

    def __init__(self, world: World, network: TopSource) -> None:
        self._world, self._network = world, network
        self._nodes: dict[TopSource, Node] = {}
        self._by_id: dict[int, WorkItem] = {}
        self._wake = threading.Condition(threading.RLock())
        self._handlers = Handlers()
        self._cook: Cook | None = None
        self._failure: BaseException | None = None
        self._revision = 0  # counts the items that have ended
        self.graph = Graph(self)

    name = property(lambda self: self._network.path())

    @property
    def cooking(self) -> bool:
        """Asked from the main thread, it does what schedulers want of that, as Houdini's event loop would."""
        if threading.current_thread() is threading.main_thread():
            self._world.do_main()
        return self._cook is not None and self._cook.running

    @property
    def canceling(self) -> bool:
        return self._cook is not None and self._cook.running and self._cook.cancelled

    @property
    def schedulers(self) -> list[Any]:
        return [node._kind for node in self._nodes.values() if node._registered.kind == "scheduler"]

    def schedulerForName(self, name: str) -> Any:
        return next((scheduler for scheduler in self.schedulers if scheduler.name == name), None)

    # cooking

    def cook(self, block: bool = False) -> bool:
        """Cooks the node with the display flag, or each node that nothing comes after."""
        shown = [child for child in self._network.children() if child.node.isGenericFlagSet(self._display())]
        last = [child for child in self._network.children() if not child.output_nodes()]
        self._start(shown or last, block=block)
        return True

    def cancelCook(self) -> None:
        if self._cook is not None:
            self._cook.cancel()

    def pauseCook(self) -> None:
        raise NotPlayedError("the harness pauses no cook")

    def addEventHandler(
        self, handler: Callable[..., None] | PyEventHandler, event_type: EventType, pass_handler: bool = False
    ) -> PyEventHandler:
        return self._handlers.add(handler, event_type, pass_handler)

    def removeEventHandler(self, handler: PyEventHandler, event_type: EventType | None = None) -> None:
        self._handlers.remove(handler)

    def _start(self, sources: Iterable[TopSource], *, block: bool, generate_only: bool = False) -> None:
        """Cooks what these nodes need and themselves; `block` waits until it is over."""
        from .cook import Cook

        self._check()
        if self._cook is not None and self._cook.running:
            raise CookError(f"{self.name} is cooking already")
        targets = [source for source in sources if not self._is_scheduler(source)]
        self._cook = Cook(self, ordered(self, targets), generate_only=generate_only)
        self._cook.begin()
        if block:
            self._wait()

    def _wait(self, seconds: float | None = None) -> bool:
        """Waits until the cook is over, doing what is asked of the main thread; returns whether it is."""
        if self._cook is None:
            return True
        over = self._cook.wait(seconds, self._world.do_main)
        self._check()
        return over

    def _failed(self, error: BaseException) -> None:
        """The harness itself failed in the thread of the cook: the next call says so."""
        self._failure = error

    def _check(self) -> None:
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _close(self) -> None:
        """The session ends: so do its cook and its schedulers."""
        if self._cook is not None and self._cook.running:
            self.cancelCook()
            self._cook.wait(None, self._world.do_main)
        for scheduler in self.schedulers:
            scheduler.onStop()

    # nodes

    def _node(self, source: TopSource) -> Node:
        return node_of(self, source)

    def _nodes_before(self, source: TopSource) -> list[Node]:
        return [self._node(before) for before in nodes_before(source)]

    def _scheduler_of(self, node: Node) -> Any:
        path = node._source.scheduler_path()
        return None if path is None else self._node(self._world.session.top_source(path))._kind

    def _next_id(self) -> int:
        return self._world.next_id()

    def _is_scheduler(self, source: TopSource) -> bool:
        return bool(source.node.isScheduler())

    def _display(self) -> Any:
        return self._world.session.enumeration("nodeFlag", "Display")

    # what schedulers tell

    def _started(self, item: WorkItem) -> None:
        with self._wake:
            if item.state in ACTIVE:
                item._become(State.Cooking)

    def _ended(
        self, item: WorkItem, *, succeeded: bool, cancelled: bool = False, seconds: float = 0.0
    ) -> None:
        """An item that has ended already stays as it is: what comes late from a job is of no account."""
        with self._wake:
            if item.state not in ACTIVE:
                return
            item._duration = seconds
            self._revision += 1
            parts = [part for part in item._parts() if part is not item]
            for part in parts:  # those of a batch that the job has said nothing of
                self._ended(part, succeeded=succeeded, cancelled=cancelled)
            succeeded = succeeded and all(part.state in SUCCESSFUL for part in parts)
            if cancelled:
                item._become(State.CookedCancel)
            elif succeeded and check_outputs(item, self._scheduler_of(item.node)):
                item._become(State.CookedSuccess)
            else:
                item._become(State.CookedFail)
            self._wake.notify_all()

    def _cancel_items(self, items: Iterable[WorkItem]) -> None:
        units = dict.fromkeys(item._unit() for item in items)
        for item in [unit for unit in units if unit.state in ACTIVE]:
            scheduler = self._scheduler_of(item.node)
            if scheduler is not None and item.isOutOfProcess and item.state is not State.Waiting:
                try:
                    scheduler.onCancelWorkItems([item], item.node)
                except Exception as error:  # PDG shows it on the scheduler
                    scheduler.cookError(told(error))
            self._ended(item, succeeded=False, cancelled=True)

    def _emit(
        self,
        kind: EventType,
        node: Node | None = None,
        item: WorkItem | None = None,
        last: State | None = None,
        current: State | None = None,
        message: str = "",
    ) -> None:
        if self._handlers.wanted(kind):
            self._handlers.send(
                SimpleNamespace(
                    type=kind, node=node, context=self, workItemId=-1 if item is None else item.id,
                    lastState=last, currentState=current, message=message, dependencyId=-1, workItemIds=[],
                )
            )  # fmt: skip
