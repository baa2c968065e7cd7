"""Locks between processes on one machine or one shared file system.

A lock dies with its holder, so a killed process never leaves a project locked.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import BadInputError

PATIENCE = 60.0  # seconds; a record is held for milliseconds, so a minute means that something hangs


@contextmanager
def locked(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Holds an exclusive lock on the file `path` (made when absent, never removed)."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise _no_lock(path, error) from error
    try:
        deadline = time.monotonic() + patience
        while not _taken(descriptor, path):
            if time.monotonic() > deadline:
                raise BadInputError(
                    f"{path} has been locked by another process for {patience:.0f} seconds.",
                    why="Another command is changing the same record, or hangs while doing so.",
                    fix="Wait for it or end it, then try again. The lock itself needs no clean-up.",
                )
            time.sleep(0.005)
        try:
            yield
        finally:
            _unlock(descriptor)
    finally:
        os.close(descriptor)


def _taken(descriptor: int, path: Path) -> bool:
    try:
        return _try_lock(descriptor)
    except OSError as error:  # a network volume without locks
        raise _no_lock(path, error) from error


def _no_lock(path: Path, error: OSError) -> BadInputError:
    return BadInputError(
        f"{path} can't be locked.",
        why=str(error),
        fix="Make the folder writable, make room, or keep the project on a volume that knows file locks.",
    )


if os.name == "nt":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
