"""One way to report progress, for the command line, the panel and PDG alike.

Standard library and Python 3.9 syntax only.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable, Optional

UNREACHABLE = "unreachable since"  # how the message of a box out of reach begins


@dataclass(frozen=True)
class Progress:
    """How far one phase has come.

    `done` and `total` count `unit`s ("frames", "bytes", "steps"). `seconds` is the time that was watched, and
    `done_before` what was done when that began: who comes back to a run has not seen how fast it was.
    """

    phase: str
    done: int
    total: int
    unit: str
    seconds: float
    message: str = ""
    done_before: int = 0

    @property
    def fraction(self) -> float:
        """0..1; 0 where the total is not known yet."""
        return min(1.0, self.done / self.total) if self.total > 0 else 0.0

    @property
    def rate(self) -> float:
        """Units a second while it was watched."""
        return (self.done - self.done_before) / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> Optional[float]:
        """None while there is nothing to judge by."""
        if self.total <= 0 or self.rate <= 0:
            return None
        return max(0, self.total - self.done) / self.rate


# A report may raise (KeyboardInterrupt, CancelledError): whoever reports cleans up and lets it through.
Report = Callable[[Progress], None]


def silent(_progress: Progress) -> None:
    """The report of somebody who doesn't want to know."""


class Throttle:
    """Lets through the first and the last of each phase, and else one in `interval` seconds."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._phase = ""
        self._last = 0.0

    def lets_through(self, progress: Progress) -> bool:
        now = time.monotonic()
        ended = 0 < progress.total <= progress.done
        if progress.phase == self._phase and not ended and now - self._last < self._interval:
            return False
        self._phase, self._last = progress.phase, now
        return True


class Meter:
    """Counts one phase and reports each step; the first report is sent at once, with nothing done."""

    def __init__(self, report: Report, phase: str, total: int, unit: str) -> None:
        self._report = report
        self._phase = phase
        self._total = total
        self._unit = unit
        self._begun = time.monotonic()
        self.done = 0
        self._send("")

    def advance(self, count: int = 1, message: str = "") -> None:
        self.done += count
        self._send(message)

    def _send(self, message: str) -> None:
        seconds = time.monotonic() - self._begun
        self._report(Progress(self._phase, self.done, self._total, self._unit, seconds, message))
