"""Threads for calls, a few of each kind, so that what takes long never holds up what is quick."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

# Records only · transfers · questions to a box · cancelling, which never waits for them · decoding · encoding
QUICK, BOX, LOOK, CANCEL, WORK, ENCODE = "quick", "box", "look", "cancel", "work", "encode"
# An encode uses every core by itself; sshd takes ten channels of one connection, and others want some too.
THREADS = {QUICK: 2, BOX: 3, LOOK: 3, CANCEL: 2, WORK: 3, ENCODE: 1}


class Lane:
    """Does things in the order they come, with at most `threads` at once."""

    def __init__(self, name: str, threads: int) -> None:
        self._name = name
        self._threads = threads
        self._waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._begun = 0
        self._idle = 0

    def put(self, action: Callable[[], None]) -> None:
        """`action` must not raise."""
        with self._lock:
            if self._idle > 0:
                self._idle -= 1
            elif self._begun < self._threads:
                self._begun += 1
                name = f"{self._name} {self._begun}"
                threading.Thread(target=self._work, name=name, daemon=True).start()
        self._waiting.put(action)

    def _work(self) -> None:
        while True:
            self._waiting.get()()
            with self._lock:
                if self._waiting.empty():
                    self._idle += 1


class Lanes:
    """One of each kind."""

    def __init__(self) -> None:
        self._lanes = {name: Lane(name, threads) for name, threads in THREADS.items()}

    def __getitem__(self, name: str) -> Lane:
        return self._lanes[name]
