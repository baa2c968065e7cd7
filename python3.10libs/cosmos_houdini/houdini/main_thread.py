"""Nodes are made in Houdini's main thread; PDG cooks in others."""

from __future__ import annotations

import threading
from typing import Any, Callable, Optional


def in_main_thread(action: Callable[[], Any]) -> Any:
    """Calls `action` where nodes may be made, waits for it, and returns or raises what it does.

    With a window that is the event loop. Without one (hython) the main thread waits for the cook, so nobody
    else touches the scene meanwhile, and it is called here.
    """
    import hou

    if not hou.isUIAvailable() or threading.current_thread() is threading.main_thread():
        return action()
    done = threading.Event()
    result: list[Any] = []
    failure: list[BaseException] = []

    def called() -> None:
        try:
            result.append(action())
        except BaseException as error:
            failure.append(error)
        finally:
            done.set()

    hou.ui.postEventCallback(called)
    done.wait()
    error: Optional[BaseException] = failure[0] if failure else None
    if error is not None:
        raise error
    return result[0]
