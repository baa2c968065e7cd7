"""One cook: generates items and starts those that are ready, in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .enums import ACTIVE, COOKED, UNSUCCESSFUL, EventType, State, result
from .errors import told
from .generation import generate, hopeless
from .nodes import Node
from .preparation import prepare
from .starting import Starter
from .ticking import Ticker

if TYPE_CHECKING:
    from .context import GraphContext

TICK = 0.05  # seconds; Houdini ticks every half second


class Cook:
    """`nodes` in the order of their wires."""

    def __init__(self, context: GraphContext, nodes: list[Node], *, generate_only: bool) -> None:
        self._context, self._nodes, self._generate_only = context, nodes, generate_only
        self._thread = threading.Thread(target=self._run, name=f"cook of {context.name}", daemon=True)
        self._tickers: dict[int, Ticker] = {}
        self._starter = Starter(context, self._tickers)
        self.cancelled = False
        self.running = False

    def begin(self) -> None:
        prepare(self._context, self._nodes)
        self.running = True
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
        with self._context._wake:
            self.cancelled = True
            self._context._wake.notify_all()

    def _run(self) -> None:
        try:
            self._context._emit(EventType.CookStart)
            self._each("onPreCook")
            if self._generate_only or self._start_schedulers():
                self._loop()
        except BaseException as error:  # handed to whoever waits
            self._context._failed(error)
        finally:
            self._end_safely()
            self.running = False
            self._context._emit(EventType.CookComplete)

    def _start_schedulers(self) -> bool:
        """Each that a node of this cook names; no source tells if Houdini does so before it is needed."""
        for node in self._nodes:
            scheduler = self._context._scheduler_of(node)
            if scheduler is None or id(scheduler) in self._tickers:
                continue
            uses = {one for one in self._nodes if self._context._scheduler_of(one) is scheduler}
            ticker = Ticker(scheduler, TICK, self)
            if not ticker.begin(uses):
                self.cancelled = True
                return False
            self._tickers[id(scheduler)] = ticker
        return True

    def _loop(self) -> None:
        while not self.cancelled:
            seen = self._context._revision
            changed = generate(self._nodes, static_only=self._generate_only)
            if self._generate_only:
                if not changed:
                    return
                continue
            changed = self._starter.start_ready(self._nodes, lambda: self.cancelled) or changed
            self._tell_cooked_nodes()
            with self._context._wake:
                if changed or seen != self._context._revision:
                    continue
                if self._over():
                    return
                self._context._wake.wait(TICK)

    def _over(self) -> bool:
        """Whether no item is under way or can still come to its turn; what could be generated has been."""
        lost = hopeless(self._nodes)
        return not any(
            item.state in ACTIVE and item.id not in lost for node in self._nodes for item in node._all()
        )

    def _end_safely(self) -> None:
        try:
            self._end()
        except BaseException as error:  # handed to whoever waits
            self._context._failed(error)

    def _end(self) -> None:
        for ticker in self._tickers.values():
            ticker.end(self.cancelled)
        self._starter.close()
        for node in self._nodes:
            for item in node._all():
                if item.state is State.Waiting:
                    item._become(State.Uncooked)
                elif item.state in ACTIVE:
                    item._become(State.CookedCancel)
        self._each("onPostCook")
        for node in self._nodes:
            if any(item.state is State.CookedFail for item in node) and not node.hasErrors:
                node._fail("Some work items failed.")

    def _tell_cooked_nodes(self) -> None:
        if not self._context._handlers.wanted(EventType.NodeCooked):
            return
        for node in self._nodes:
            done = node._generated and all(item.state in COOKED for item in node)
            if done and not node._cooked and not any(item.state in UNSUCCESSFUL for item in node):
                node._cooked = True
                self._context._emit(EventType.NodeCooked, node)

    def _each(self, callback: str) -> None:
        for node in self._nodes:
            try:
                action: Callable[[], Any] = getattr(node._kind, callback)
                answer = action()
                if not isinstance(answer, result):
                    raise TypeError(f"{callback} returns a pdg.result, not {answer!r}")
            except Exception as error:  # PDG shows it on the node
                node._fail(told(error))
