"""Nodes are made in Houdini's main thread; PDG cooks in others."""

from __future__ import annotations

import threading
from typing import Any, Callable, Optional

PATIENCE = 5.0  # seconds; an event loop that takes longer is held up by somebody, who may wait for us


def in_main_thread(action: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Calls `action` where nodes may be made, waits for it, and returns or raises what it does.

    With a window that is the event loop. Without one (hython) the main thread waits for the cook, so nobody
    else touches the scene meanwhile, and it is called here. So it is where the event loop doesn't come to it
    within `patience` seconds: a script that cooks and waits holds it up until we are done.
    """
    import hou

    if not hou.isUIAvailable() or threading.current_thread() is threading.main_thread():
        return action()
    call = _Call(action)
    hou.ui.postEventCallback(call.make)
    if not call.begun.wait(patience):
        call.make()
    call.ended.wait()
    if call.error is not None:
        raise call.error
    return call.result


class _Call:
    """A call that is made once, by whoever comes first."""

    def __init__(self, action: Callable[[], Any]) -> None:
        self._action = action
        self._lock = threading.Lock()
        self.begun, self.ended = threading.Event(), threading.Event()
        self.result: Any = None
        self.error: Optional[BaseException] = None

    def make(self) -> None:
        with self._lock:
            if self.begun.is_set():
                return
            self.begun.set()
        try:
            self.result = self._action()
        except BaseException as error:
            self.error = error
        finally:
            self.ended.set()
