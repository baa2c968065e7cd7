"""One cook: generates items, starts those that are ready, ticks the schedulers, in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from .attributes import writable
from .enums import ACTIVE, SUCCESSFUL, UNSUCCESSFUL, EventType, State, result, scheduleResult, tickResult
from .errors import told
from .generation import blocked, final, generate
from .items import WorkItem
from .nodes import Node
from .outputs import cached
from .preparation import prepare

if TYPE_CHECKING:
    from .context import GraphContext

TICK = 0.02  # seconds
IN_PROCESS = 4  # threads


class Cook:
    """`nodes` in the order of their wires."""

    def __init__(self, context: GraphContext, nodes: list[Node], *, generate_only: bool) -> None:
        self._context, self._nodes, self._generate_only = context, nodes, generate_only
        self._thread = threading.Thread(target=self._run, name=f"cook of {context.name}", daemon=True)
        self._pool = ThreadPoolExecutor(IN_PROCESS)
        self._started: dict[int, Any] = {}  # schedulers of this cook
        self._busy: set[int] = set()  # those that take no more for now
        self.cancelled = False
        self.running = False

    def begin(self) -> None:
        self.running = True
        prepare(self._context, self._nodes)
        self._thread.start()

    def wait(self, seconds: float | None, meanwhile: Callable[[], None]) -> bool:
        end = None if seconds is None else time.monotonic() + seconds
        while self._thread.is_alive():
            meanwhile()
            self._thread.join(0.01)
            if end is not None and time.monotonic() > end:
                return False
        meanwhile()
        return True

    def cancel(self) -> None:
        with self._context.wake:
            self.cancelled = True
            self._context.wake.notify_all()

    def _run(self) -> None:
        try:
            self._context._emit(EventType.CookStart)
            self._each(lambda node: node.kind.onPreCook())
            self._loop()
            self._end()
        except BaseException as error:
            self._context.failed(error)
        finally:
            self._pool.shutdown(wait=not self.cancelled)
            self.running = False
            self._context._emit(EventType.CookComplete)

    def _loop(self) -> None:
        while not self.cancelled:
            changed = generate(self._nodes, self._generate_only)
            if self._generate_only:
                if not changed:
                    return
                continue
            changed = self._start_ready() or changed
            self._tick()
            with self._context.wake:
                if not changed and not self._active() and not self._waiting():
                    return
                if not changed:
                    self._context.wake.wait(TICK)

    def _active(self) -> bool:
        return any(item.state in (State.Scheduled, State.Cooking) for node in self._nodes for item in node)

    def _waiting(self) -> bool:
        """Whether an item can still come to its turn, or a node make more of them."""
        if any(item.state is State.Waiting and not blocked(item) for node in self._nodes for item in node):
            return True
        return any(not node.generated and all(map(final, _upstream(node))) for node in self._nodes)

    def _start_ready(self) -> bool:
        started = False
        full: set[int] = set()
        for node in self._nodes:
            for item in node:
                if self.cancelled:
                    return started
                if item.state is State.Uncooked:
                    item._become(State.Waiting)
                if item.state is State.Waiting and all(need.state in SUCCESSFUL for need in item._needs):
                    started = self._start(node, item, full) or started
        return started

    def _start(self, node: Node, item: WorkItem, full: set[int]) -> bool:
        if item.isPartition:
            item._become(State.CookedSuccess)
        elif cached(item):
            for file in item._expected:
                item._put_output(file.path, file.tag, file.hash, file.owned)
            item._become(State.CookedCache)
        elif item.isInProcess:
            item._become(State.Scheduled)
            self._pool.submit(self._cook_here, node, item)
        elif not item.hasCommand:  # as in Houdini: it has nothing to do, and succeeds
            item._become(State.CookedSuccess)
        else:
            return self._schedule(node, item, full)
        return True

    def _cook_here(self, node: Node, item: WorkItem) -> None:
        try:
            item._become(State.Cooking)
            with writable(item):
                answer = node.kind.onCookTask(item)
            if answer not in (result.Success, result.Failure):
                raise TypeError(f"onCookTask returns a pdg.result, not {answer!r}")
            self._context._ended(
                item, succeeded=answer is result.Success, seconds=time.monotonic() - item._begun
            )
        except Exception as error:
            item.addError(told(error))
            node.addError(told(error))
            self._context._ended(item, succeeded=False)
        except BaseException as error:
            self._context.failed(error)
            self._context._ended(item, succeeded=False)

    def _schedule(self, node: Node, item: WorkItem, full: set[int]) -> bool:
        scheduler = self._context.scheduler_of(node)
        if scheduler is None:
            node.addError("No scheduler: the node and its network name none.")
            item._become(State.CookedFail)
            return True
        if id(scheduler) in self._busy or id(scheduler) in full or not self._running_scheduler(scheduler):
            return False
        item._become(State.Scheduled)
        with writable(item):
            answer = self._asked(scheduler, lambda: scheduler.onSchedule(item), scheduleResult)
        if answer in (scheduleResult.Deferred, scheduleResult.FullDeferred):
            item._become(State.Waiting)
            if answer is scheduleResult.FullDeferred:
                full.add(id(scheduler))
            return False
        if answer in (None, scheduleResult.Failed, scheduleResult.CookFailed):
            item._become(State.CookedFail)
        elif answer is scheduleResult.CookCanceled:
            item._become(State.CookedCancel)
        elif answer is scheduleResult.CookSucceeded:
            self._context._ended(item, succeeded=True)
        return True

    def _running_scheduler(self, scheduler: Any) -> bool:
        if id(scheduler) not in self._started:
            started = self._asked(scheduler, lambda: scheduler.onStartCook(False, set(self._nodes)), bool)
            if not started:
                scheduler.cookError("The scheduler could not start the cook.")
                self.cancelled = True
                return False
            self._started[id(scheduler)] = scheduler
        return True

    def _tick(self) -> None:
        for key, scheduler in list(self._started.items()):
            answer = self._asked(scheduler, scheduler.onTick, tickResult)
            self._busy.discard(key)
            if answer is tickResult.SchedulerBusy:
                self._busy.add(key)
            elif answer in (None, tickResult.SchedulerCancelCook):
                self.cancelled = True

    def _asked(self, scheduler: Any, action: Callable[[], Any], kind: type) -> Any:
        """A callback's answer; None, and an error on the node, where it raised or gave something else."""
        try:
            answer = action()
        except Exception as error:
            scheduler.cookError(told(error))
            return None
        if not isinstance(answer, kind):
            scheduler.cookError(f"a {kind.__name__} was expected, not {answer!r}")
            return None
        return answer

    def _end(self) -> None:
        for scheduler in self._started.values():
            self._asked(scheduler, lambda one=scheduler: bool(one.onStopCook(self.cancelled)), bool)
        for node in self._nodes:
            for item in node:
                if item.state is State.Waiting:
                    item._become(State.Uncooked)
                elif item.state in ACTIVE:
                    item._become(State.CookedCancel)
        self._each(lambda node: node.kind.onPostCook())
        for node in self._nodes:
            if any(item.state in UNSUCCESSFUL for item in node) and not node.hasErrors and not self.cancelled:
                node.addError("Some work items failed.")

    def _each(self, action: Callable[[Node], Any]) -> None:
        for node in self._nodes:
            try:
                action(node)
            except Exception as error:
                node.addError(told(error))


def _upstream(node: Node) -> list[WorkItem]:
    return [item for before in node._context.nodes_before(node._source) for item in before]
