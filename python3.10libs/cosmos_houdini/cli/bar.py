"""Progress for a person (a bar with rate and time left), for a program (JSON lines), or for nobody."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Optional, TextIO

from ..progress import UNREACHABLE, Progress, Report, silent
from .out import emit_error, emit_json

BAR = "{desc:<14}{percentage:3.0f}% |{bar}| {n_fmt}/{total_fmt}{unit}  {rate_fmt}  {remaining} left{postfix}"
USUAL_TERMINAL = (80, 24)  # columns and lines
JSON_INTERVAL = 0.25  # seconds between two lines of one phase; the first and the last always come


@contextmanager
def showing(*, as_json: bool, quiet: bool) -> Iterator[Report]:
    """A report to hand to a long job; the bar goes to standard error, JSON lines to standard output."""
    if as_json:
        yield _JsonLines()
    elif quiet or not sys.stderr.isatty():
        yield silent if quiet else _PlainLines()
    else:
        bars = _Bars()
        try:
            yield bars
        finally:
            bars.close()


class _Bars:
    def __init__(self) -> None:
        self._bar: Any = None
        self._phase: Optional[str] = None

    def __call__(self, progress: Progress) -> None:
        if progress.phase != self._phase:
            self.close()
            self._open(progress)
        self._bar.total = progress.total or None
        if progress.message:
            self._bar.set_postfix_str(progress.message, refresh=False)
        self._bar.update(progress.done - self._bar.n)
        if progress.done >= progress.total:
            self._bar.refresh()

    def _open(self, progress: Progress) -> None:
        from tqdm import tqdm

        in_bytes = progress.unit == "bytes"
        self._phase = progress.phase
        self._bar = tqdm(
            total=progress.total or None,
            initial=progress.done_before,
            desc=progress.phase,
            unit="B" if in_bytes else f" {progress.unit}",
            unit_scale=in_bytes,
            bar_format=BAR,
            file=sys.stderr,
            **_shape(sys.stderr),
            mininterval=0.1,
        )

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._bar, self._phase = None, None


def _shape(terminal: TextIO) -> dict[str, Any]:
    """tqdm's arguments for the size; a terminal of 0x0 (a serial line, a container) is taken as a usual one:
    tqdm would find no room on it for a bar."""
    try:
        size = os.get_terminal_size(terminal.fileno())
    except (OSError, ValueError):
        size = os.terminal_size((0, 0))
    return {"dynamic_ncols": True} if all(size) else {"ncols": USUAL_TERMINAL[0], "nrows": USUAL_TERMINAL[1]}


class _PlainLines:
    """Where no terminal is (a log of a render farm): a line for each phase, and for a box out of reach."""

    def __init__(self) -> None:
        self._last = ("", "")

    def __call__(self, progress: Progress) -> None:
        away = f", {progress.message}" if progress.message.startswith(UNREACHABLE) else ""
        if (progress.phase, away) != self._last:
            self._last = (progress.phase, away)
            total = f" ({progress.total} {progress.unit})" if progress.total else ""
            emit_error(f"{progress.phase}{total}{away} …")


class _JsonLines:
    def __init__(self) -> None:
        self._phase: Optional[str] = None
        self._last = 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if (
            progress.phase == self._phase
            and progress.done < progress.total
            and now - self._last < JSON_INTERVAL
        ):
            return
        self._phase, self._last = progress.phase, now
        line = {
            "event": "progress",
            "phase": progress.phase,
            "done": progress.done,
            "total": progress.total,
            "unit": progress.unit,
            "rate": round(progress.rate, 3),
            "seconds_left": None if progress.seconds_left is None else round(progress.seconds_left, 1),
        }
        if progress.message:
            line["message"] = progress.message
        emit_json(line)
