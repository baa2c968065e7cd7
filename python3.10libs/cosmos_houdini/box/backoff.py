"""Trying again after a lost connection: a little later each time, and not for ever."""

from __future__ import annotations

import random
import time

from .ssh_errors import UnreachableError

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds


class Backoff:
    """Growing, jittered pauses until `limit` seconds have passed since the last progress."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self.progress()

    def progress(self) -> None:
        """Something went through: the time starts anew."""
        self._begun = time.monotonic()
        self._pause = FIRST_PAUSE

    def wait(self, error: UnreachableError) -> None:
        """Pauses before the next try; raises `error` where the limit would pass meanwhile."""
        # Jitter, so that fifty clients of a box that restarts don't all knock at the same moment.
        pause = self._pause * random.uniform(0.5, 1.5)  # noqa: S311 - no secret is made of it
        if time.monotonic() + pause - self._begun > self._limit:
            raise error
        time.sleep(pause)
        self._pause = min(LONGEST_PAUSE, self._pause * 2)
