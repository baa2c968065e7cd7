"""What comes back from the bridge: answers that are waited for, and notifications that are looked at."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from typing import Any, Callable, NamedTuple, Optional

from ...errors import (
    BadInputError,
    BoxError,
    BridgeError,
    CancelledError,
    CosmosError,
    RunFailedError,
    UsageError,
)

MOST_KEPT = 10_000  # notifications of one subscription that nobody polls; the oldest go first

_KINDS: dict[Any, type[CosmosError]] = {
    kind.exit_code: kind for kind in (UsageError, BadInputError, BoxError, RunFailedError, CancelledError)
}


def error_of(told: Mapping[str, Any]) -> CosmosError:
    """The error of an answer or of a `state` notification, as the class that it is there, or its base."""
    data = _object(told.get("data")) or told
    code = data.get("exit_code")
    kind = _KINDS.get(code, BridgeError) if isinstance(code, int) else BridgeError
    what = data.get("what") or told.get("message") or "The runtime refused, and did not say why."
    return kind(str(what), str(data.get("why") or ""), str(data.get("fix") or ""))


def read_message(line: bytes) -> Optional[Mapping[str, Any]]:
    """A notification or an answer whose parts are of the kinds that they should be; None for any other line.

    What a broken runtime prints may happen to be JSON.
    """
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    if "method" in said:
        sound = isinstance(said["method"], str) and isinstance(said.get("params", {}), dict)
    else:
        sound = isinstance(said.get("id"), (int, str)) and isinstance(said.get("error", {}), dict)
    return said if sound else None


def protocol_of(hello: Mapping[str, Any]) -> Any:
    """The protocol that an answer to `hello` names; None where it names none."""
    return _object(hello.get("result")).get("protocol")


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


class Notification(NamedTuple):
    """`progress`, `state` or `log`, with what it says."""

    method: str
    params: Mapping[str, Any]


class Reply:
    """The answer to one call, which may not be here yet. All but `result` come back at once."""

    def __init__(self, method: str, cancel: Callable[[Reply], None]) -> None:
        self.method = method
        self._cancel = cancel
        self._changed = threading.Condition()
        self._done = False
        self._value: Any = None
        self._error: Optional[CosmosError] = None
        self._progress: Optional[Mapping[str, Any]] = None

    def done(self) -> bool:
        return self._done

    def result(
        self,
        timeout: Optional[float] = None,
        on_progress: Optional[Callable[[Mapping[str, Any]], None]] = None,
    ) -> Any:
        """Waits for the answer; raises what went wrong, and BridgeError after `timeout` seconds.

        `on_progress` is called in this thread, with the newest of what came.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        shown: Optional[Mapping[str, Any]] = None
        while True:
            with self._changed:
                while not self._done and (on_progress is None or self._progress is shown):
                    left = None if deadline is None else deadline - time.monotonic()
                    if left is not None and left <= 0:
                        raise BridgeError(
                            f"The runtime has not answered {self.method} within {timeout:g} seconds.",
                            fix="It may still be at work: try again. If this stays so, start Houdini anew.",
                        )
                    self._changed.wait(left)
                shown, done = self._progress, self._done
            if on_progress is not None and shown is not None and not done:
                on_progress(shown)
            if done:
                if self._error is not None:
                    raise self._error
                return self._value

    def progress(self) -> Optional[Mapping[str, Any]]:
        """The newest progress; None where none came."""
        return self._progress

    def cancel(self) -> None:
        """The call ends with CancelledError; never a run that it submitted. Nothing where it is done."""
        self._cancel(self)

    def settle(self, value: Any = None, error: Optional[CosmosError] = None) -> None:
        """For the bridge alone: the answer is here. Only the first counts."""
        with self._changed:
            if not self._done:
                self._value, self._error, self._done = value, error, True
                self._changed.notify_all()

    def tell(self, progress: Mapping[str, Any]) -> None:
        """For the bridge alone."""
        with self._changed:
            self._progress = progress
            self._changed.notify_all()


class Subscription:
    """Notifications for one listener; of the progress of a run only the newest is kept."""

    def __init__(self, leave: Callable[[Subscription], None]) -> None:
        self._leave = leave
        self._lock = threading.Lock()
        self._kept: dict[Any, Notification] = {}
        self._count = 0

    def poll(self) -> list[Notification]:
        """What came since the last time, oldest first."""
        with self._lock:
            kept, self._kept = self._kept, {}
        return list(kept.values())

    def close(self) -> None:
        self._leave(self)

    def put(self, notification: Notification) -> None:
        """For the bridge alone."""
        self._count += 1
        key: Any = self._count
        if notification.method == "progress":
            key = (notification.params.get("project"), notification.params.get("run"))
        with self._lock:
            self._kept.pop(key, None)  # the newest takes its place in time, too
            self._kept[key] = notification
            if len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
