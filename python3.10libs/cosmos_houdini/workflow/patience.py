"""Waiting for a box that can't be reached. Not to see a run is no news about it."""

from __future__ import annotations

import dataclasses
import random
import time
from collections.abc import Callable
from datetime import datetime
from typing import Optional, TypeVar

from ..box.ssh_errors import UnreachableError
from ..progress import UNREACHABLE, Progress, Report

PATIENCE_SECONDS = 600.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between two tries

Result = TypeVar("Result")


class Patience:
    """Does things with a box, and does them again while it is out of reach, for `seconds` at a time.

    It is also a report: what it passed on last is what is shown, with "unreachable since …", while it waits.
    """

    def __init__(self, run_id: str, box: str, report: Report, seconds: float = PATIENCE_SECONDS) -> None:
        self._run_id = run_id
        self._box = box
        self._report = report
        self._seconds = seconds
        self._begun = time.monotonic()
        self._shown: Optional[Progress] = None

    def report(self, progress: Progress) -> None:
        self._shown = progress
        self._report(progress)

    def reach(self, action: Callable[[], Result]) -> Result:
        """What `action` returns; it must be one that may be repeated.

        Raises UnreachableError, with the way back to the run, once patience is over.
        """
        since = datetime.now().astimezone()
        deadline = time.monotonic() + self._seconds
        pause = FIRST_PAUSE
        while True:
            try:
                return action()
            except UnreachableError as error:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise self._over(since, error) from error
                self._tell(since)
            # Jitter, so that everybody who watches this box doesn't come back at the same moment.
            time.sleep(min(left, pause * random.uniform(0.5, 1.5)))  # noqa: S311 - no secret is made of it
            pause = min(LONGEST_PAUSE, pause * 1.5)

    def _tell(self, since: datetime) -> None:
        seconds = time.monotonic() - self._begun
        shown = self._shown or Progress("waiting", 0, 0, "steps", seconds)
        self._report(dataclasses.replace(shown, message=f"{UNREACHABLE} {since:%H:%M:%S}"))

    def _over(self, since: datetime, error: UnreachableError) -> UnreachableError:
        return UnreachableError(
            f"The box '{self._box}' has been unreachable since {since:%H:%M:%S}.",
            f"{error.what} {error.why}".strip(),
            f"What the box has begun goes on. Come back to it: cosmos-houdini attach {self._run_id}",
        )
