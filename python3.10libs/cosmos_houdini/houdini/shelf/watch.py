"""A run that is under way, told in Houdini's status line until it ends. Nothing here blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import hou

from ...errors import CosmosError
from ...records.enums import Status
from ..bridge_client.client import shared
from ..bridge_client.replies import Subscription, error_of
from ..dialogs import ask, entry_point, explain, status
from ..work.told import words

LOAD, LATER = "Load Result", "Later"


def watch(project: Path, run: str, load: Callable[[], None]) -> None:
    """Follows a run; at its end asks whether to `load` it. Only with a window."""
    Watch(project, run, load).begin()


class Watch:
    """One run; looked at by Houdini's event loop."""

    def __init__(self, project: Path, run: str, load: Callable[[], None]) -> None:
        self._project, self._run, self._load = project, run, load
        self._subscription: Subscription = shared().subscribe()

    def begin(self) -> None:
        asked = {"project": str(self._project), "runs": [self._run]}
        self._reply = shared().send("run.follow", asked)
        hou.ui.addEventLoopCallback(self.look)

    def look(self) -> None:
        """One turn of the event loop."""
        if self._reply.done() and self._failed():
            return
        for notification in self._subscription.poll():
            told = notification.params
            if (told.get("project"), told.get("run")) != (str(self._project), self._run):
                continue
            if notification.method == "progress":
                status(f"{self._run}: {words(told)}")
            elif notification.method == "state" and not told.get("following", True):
                self._end()
                self._ended(told)
                return

    def _failed(self) -> bool:
        try:
            self._reply.result()
        except CosmosError as error:
            self._end()
            explain(error)
            return True
        return False

    def _end(self) -> None:
        hou.ui.removeEventLoopCallback(self.look)
        self._subscription.close()
        status("")

    @entry_point("Runs")
    def _ended(self, told: Mapping[str, Any]) -> None:
        if told.get("error"):
            explain(error_of(told["error"]))
        elif told.get("status") == Status.SUCCESS:
            if ask(f"{self._run} is done.", (LOAD, LATER)) == 0:
                self._load()
        else:
            status(f"{self._run}: {told.get('status')}")
