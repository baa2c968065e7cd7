"""Houdini's window in the tests: how long a tool keeps its thread busy, and that nothing makes it wait."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from cosmos_houdini.houdini.bridge_client.replies import Reply

if TYPE_CHECKING:
    from hython_harness.session import Session
    from hython_harness.ui import Screen

# Seconds of work at a time. The goal is a tenth of it on a machine that does nothing else, and is measured by
# the benchmarks; what reads pictures or waits for another Python takes longer than this anywhere.
LONGEST = 0.5


class Window:
    """The window of `session`. Its thread is held for one action at a time, `longest` in seconds of work."""

    longest = 0.0
    held_now = False
    session: Session

    @property
    def screen(self) -> Screen:
        return self.session.screen

    def press(self, tool: str, *answers: Any, **kwargs: Any) -> None:
        """Presses a tool of the shelf, whose dialogs get the answers."""
        from cosmos_houdini.houdini.shelf import tools

        self.screen.answers[:] = answers
        self.held(lambda: getattr(tools, tool)(kwargs))

    def held(self, action: Callable[[], Any]) -> Any:
        begun = time.thread_time()
        Window.held_now = True
        try:
            return action()
        finally:
            Window.held_now = False
            self.longest = max(self.longest, time.thread_time() - begun)


@pytest.fixture
def no_waiting(monkeypatch):
    """Whoever waits in the thread of the window fails: for the bridge always, else while it is held."""

    def forbid(owner: Any, name: str, waits: Callable[..., bool]) -> None:
        original = getattr(owner, name)

        def guarded(*arguments: Any, **options: Any) -> Any:
            in_window = threading.current_thread() is threading.main_thread() and "hou" in sys.modules
            if in_window and sys.modules["hou"].isUIAvailable() and waits(*arguments):
                raise AssertionError(f"the window is made to wait: {name}{arguments}")
            return original(*arguments, **options)

        monkeypatch.setattr(owner, name, guarded)

    forbid(Reply, "result", lambda reply, *_: not reply.done())
    for owner, name in ((time, "sleep"), (subprocess.Popen, "wait"), (subprocess.Popen, "communicate")):
        forbid(owner, name, lambda *_: Window.held_now)
