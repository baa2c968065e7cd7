"""A scheduler during one cook: its ticks come from a thread of their own, beside those that schedule."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import NotPlayedError
from .enums import tickResult
from .errors import told

if TYPE_CHECKING:
    from .cook import Cook
    from .nodes import Node


class Ticker:
    """`busy` while the scheduler takes no more items."""

    def __init__(self, scheduler: Any, period: float, cook: Cook) -> None:
        self.scheduler, self._period, self._cook = scheduler, period, cook
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._tick, name=f"ticks of {scheduler.name}", daemon=True)
        self.busy = False

    def begin(self, uses: set[Node]) -> bool:
        waits = self.scheduler.parameter("pdg_waitforfailures")
        if waits is not None and waits.evaluateInt():
            raise NotPlayedError(
                f"{self.scheduler.name}: the harness doesn't play Block on Failed Work Items"
            )
        if not asked(self.scheduler, lambda: self.scheduler.onStartCook(False, uses), bool):
            self.scheduler.cookError("The scheduler could not start the cook.")
            return False
        self._thread.start()
        return True

    def end(self, cancelled: bool) -> None:
        """The ticks stop after `onStopCook`, so that one more may come meanwhile."""
        asked(self.scheduler, lambda: self.scheduler.onStopCook(cancelled), bool)
        self._stopped.set()
        self._thread.join()

    def _tick(self) -> None:
        try:
            while not self._stopped.wait(self._period):
                answer = asked(self.scheduler, self.scheduler.onTick, tickResult)
                self.busy = answer is tickResult.SchedulerBusy
                if answer in (None, tickResult.SchedulerCancelCook):
                    self._cook.cancel()
                    return
        except BaseException as error:  # the harness's own; handed to whoever waits
            self._cook._context._failed(error)
            self._cook.cancel()


def asked(scheduler: Any, action: Callable[[], Any], kind: type) -> Any:
    """A callback's answer; None, and an error on the scheduler, where it raised or answered otherwise."""
    try:
        answer = action()
        if not isinstance(answer, kind):
            wrong = f"a callback answered {answer!r}, where a {kind.__name__} was expected"
            scheduler.context._world.session.note_oddity(f"{scheduler.name}: {wrong}")
            raise TypeError(wrong)
    except Exception as error:  # PDG shows it on the scheduler
        scheduler.cookError(told(error))
        return None
    return answer
