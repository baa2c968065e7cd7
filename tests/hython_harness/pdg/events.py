"""Event handlers of a graph."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from .enums import EventType


class PyEventHandler:
    """What `addEventHandler` returns, to be removed by."""

    def __init__(self, callback: Callable[..., None], event_type: EventType, pass_handler: bool) -> None:
        self.callback, self._event_type, self._pass_handler = callback, event_type, pass_handler
        self._owner: Handlers | None = None

    def removeFromAllEmitters(self) -> None:
        if self._owner is not None:
            self._owner.remove(self)

    def wants(self, kind: EventType) -> bool:
        return self._event_type in (EventType.All, kind)

    def send(self, event: Any) -> None:
        self.callback(*((self, event) if self._pass_handler else (event,)))


class Handlers:
    """The handlers of one graph; they are called in the thread where the event is."""

    def __init__(self) -> None:
        self._handlers: list[PyEventHandler] = []
        self._lock = threading.Lock()

    def add(
        self, handler: Callable[..., None] | PyEventHandler, event_type: EventType, pass_handler: bool
    ) -> PyEventHandler:
        if not isinstance(event_type, EventType):
            raise TypeError(f"an event type is a pdg.EventType, not {event_type!r}")
        made = (
            handler
            if isinstance(handler, PyEventHandler)
            else PyEventHandler(handler, event_type, pass_handler)
        )
        made._owner = self
        with self._lock:
            self._handlers.append(made)
        return made

    def remove(self, handler: PyEventHandler) -> None:
        with self._lock:
            if handler in self._handlers:
                self._handlers.remove(handler)

    def wanted(self, kind: EventType) -> bool:
        return any(handler.wants(kind) for handler in self._handlers)

    def send(self, event: Any) -> None:
        with self._lock:
            wanted = [handler for handler in self._handlers if handler.wants(event.type)]
        for handler in wanted:
            handler.send(event)
