"""Locks between processes, which die with their holders.

`use.lock`   held shared by everybody who uses the box: the box ends itself once nobody does
`up.lock`    held by whoever starts or ends the box
`turn.lock`  `share.lock`   many tests at once, or one that has the box alone, in the order of asking
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from box.places import LOCKS


class Lease:
    """A share in the box: while one process holds one, the box stays."""

    def __init__(self) -> None:
        self._descriptor = _opened("use.lock")
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def give_back(self, if_last: Callable[[], None]) -> None:
        """Gives the share back; `if_last` is done where nobody else holds one, before anybody can."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if_last()
        except BlockingIOError:
            pass
        finally:
            os.close(self._descriptor)


@contextmanager
def starting() -> Iterator[None]:
    """Only one process starts or ends the box."""
    with _held("up.lock", fcntl.LOCK_EX):
        yield


@contextmanager
def among_others() -> Iterator[None]:
    """The box as it is, with other tests on it."""
    with _held("turn.lock", fcntl.LOCK_EX):
        descriptor = _opened("share.lock")
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def alone() -> Iterator[None]:
    """The box for one test that breaks something; whoever asks later waits, so nobody starves."""
    with _held("turn.lock", fcntl.LOCK_EX), _held("share.lock", fcntl.LOCK_EX):
        yield


@contextmanager
def _held(name: str, how: int) -> Iterator[None]:
    descriptor = _opened(name)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


def _opened(name: str) -> int:
    LOCKS.mkdir(parents=True, exist_ok=True)
    return os.open(LOCKS / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
