"""Event handlers of a graph and of its nodes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .enums import EventType

if TYPE_CHECKING:
    from .nodes import Node


class PyEventHandler:
    """What `addEventHandler` returns, to be removed by."""

    def __init__(self, callback: Callable[..., None]) -> None:
        self.callback = callback
        self._owner: Handlers | None = None

    def removeFromAllEmitters(self) -> None:
        if self._owner is not None:
            self._owner.remove(self)


class Handlers:
    """The handlers of one graph; they are called in the thread where the event is."""

    def __init__(self) -> None:
        self._rows: list[tuple[PyEventHandler, EventType, bool, Node | None]] = []
        self._lock = threading.Lock()

    def add(
        self,
        handler: Callable[..., None] | PyEventHandler,
        event_type: EventType,
        pass_handler: bool,
        node: Node | None = None,
    ) -> PyEventHandler:
        """With `node`, for what happens to that node only."""
        if not isinstance(event_type, EventType):
            raise TypeError(f"an event type is a pdg.EventType, not {event_type!r}")
        if not isinstance(handler, PyEventHandler) and not callable(handler):
            raise TypeError(f"an event handler can be called, {handler!r} can't")
        made = handler if isinstance(handler, PyEventHandler) else PyEventHandler(handler)
        made._owner = self
        with self._lock:
            self._rows.append((made, event_type, pass_handler, node))
        return made

    def remove(self, handler: PyEventHandler) -> None:
        with self._lock:
            self._rows = [row for row in self._rows if row[0] is not handler]

    def wanted(self, kind: EventType) -> bool:
        return any(wanted in (kind, EventType.All) for _, wanted, _, _ in self._rows)

    def send(self, event: Any) -> None:
        with self._lock:
            rows = list(self._rows)
        for handler, kind, pass_handler, node in rows:
            if kind in (event.type, EventType.All) and node in (None, event.node):
                handler.callback(*((handler, event) if pass_handler else (event,)))
