"""One call being carried out: it is answered once, can be cancelled, and tells how far it has come."""

from __future__ import annotations

import threading
from typing import Any, Optional

from ..errors import CancelledError, CosmosError
from ..progress import Progress, Throttle
from .messages import Answers, Request, RequestId, error_answer

INTERVAL = 0.1  # seconds between two notifications of one phase; the first and the last always come


class Call:
    """Of a notification nobody waits for an answer."""

    def __init__(self, request: Request, outlet: Answers) -> None:
        self.id: Optional[RequestId] = request.id
        self.method = request.method
        self._outlet = outlet
        self._throttle = Throttle(INTERVAL)
        self._lock = threading.Lock()
        self._answered = request.is_notification
        self._cancelled = threading.Event()

    def answer(self, result: Any) -> None:
        if self._first_answer():
            self._outlet.answer(self.id, result)

    def refuse(self, error: CosmosError) -> None:
        if self._first_answer():
            self._outlet.refuse(self.id, error_answer(error))

    def cancel(self) -> None:
        """Answers at once; the work ends where it next tells how far it has come."""
        self._cancelled.set()
        self.refuse(CancelledError(f"The call {self.method} was cancelled."))

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def report(self, progress: Progress) -> None:
        """Raises CancelledError once the call is cancelled."""
        if self.cancelled:
            raise CancelledError(f"The call {self.method} was cancelled.")
        if self.id is not None and self._throttle.lets_through(progress):
            self._outlet.notify("progress", {"id": self.id, **progress_json(progress)})

    def _first_answer(self) -> bool:
        with self._lock:
            first, self._answered = not self._answered, True
        return first


def progress_json(progress: Progress) -> dict[str, Any]:
    """A progress as notifications carry it; `fraction` is 0..1, `seconds_left` None while nobody can tell."""
    return {
        "phase": progress.phase,
        "done": progress.done,
        "total": progress.total,
        "unit": progress.unit,
        "message": progress.message,
        "fraction": round(progress.fraction, 4),
        "seconds_left": None if progress.seconds_left is None else round(progress.seconds_left, 1),
    }
