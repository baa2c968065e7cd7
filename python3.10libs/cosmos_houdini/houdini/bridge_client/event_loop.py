"""Answers of the bridge, waited for without holding up Houdini: its event loop looks for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ...errors import CosmosError


class Reply(Protocol):
    """What a call to the bridge returns at once."""

    def done(self) -> bool: ...

    def result(self) -> Any: ...


class EventLoop(Protocol):
    """Where a callback is called again and again while Houdini is idle; `hou.ui` is one."""

    def addEventLoopCallback(self, callback: Callable[[], None]) -> None: ...  # noqa: N802  (as hou says it)

    def removeEventLoopCallback(self, callback: Callable[[], None]) -> None: ...  # noqa: N802


@dataclass(frozen=True)
class _Wait:
    replies: tuple[Reply, ...]
    then: Callable[[list[Any]], None]
    failed: Callable[[CosmosError], None]


class Replies:
    """What is waited for. Made, asked and looked at on the UI thread only; no method of it ever blocks."""

    def __init__(self, loop: EventLoop) -> None:
        self._loop = loop
        self._waiting: list[_Wait] = []

    def when_done(
        self,
        replies: Sequence[Reply],
        then: Callable[[list[Any]], None],
        failed: Callable[[CosmosError], None],
    ) -> None:
        """Calls `then` with the results once all are there, or `failed` with the first error."""
        if not self._waiting:
            self._loop.addEventLoopCallback(self.look)
        self._waiting.append(_Wait(tuple(replies), then, failed))

    def look(self) -> None:
        """Hands on what has arrived; the last one to arrive ends the looking."""
        arrived = [wait for wait in self._waiting if all(reply.done() for reply in wait.replies)]
        self._waiting = [wait for wait in self._waiting if wait not in arrived]
        if not self._waiting:
            self._loop.removeEventLoopCallback(self.look)
        for wait in arrived:
            try:
                results = [reply.result() for reply in wait.replies]
            except CosmosError as error:
                wait.failed(error)
                continue
            wait.then(results)
