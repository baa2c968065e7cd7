"""Several processes that make one clip together: each paints every n-th frame, rank 0 writes them all.

They meet in a folder beside the result and talk through files in it, so nothing is needed but what torchrun
sets: RANK and WORLD_SIZE. Rank 0 makes and removes the folder; what an earlier, killed run left there is
swept away first. A rank that stops answering, or says that it failed, ends the others.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.preview.console import rank, world_size
from cosmos_houdini.preview.refusal import RefusalError
from cosmos_houdini.records.atomic import write_atomic

Picture = NDArray[np.uint8]

TIMEOUT_VARIABLE = "COSMOS_PREVIEW_RANK_TIMEOUT"
TIMEOUT_SECONDS = 60.0
HEARTBEAT_SECONDS = 1.0
POLL_SECONDS = 0.01
AHEAD = 12  # frames a rank may paint before rank 0 has taken the first of them; bounds the disk used


class Sharing:
    """One process's view of the common work."""

    def __init__(self, number: int, size: int, folder: Path) -> None:
        self.rank = number
        self.size = size
        self._folder = folder
        self._seconds = float(os.environ.get(TIMEOUT_VARIABLE, TIMEOUT_SECONDS))
        self._beats: dict[int, tuple[int, float]] = {}
        self._delivered: list[Path] = []

    def owns(self, frame: int) -> bool:
        return frame % self.size == self.rank

    def deliver(self, frame: int, picture: Picture) -> None:
        """Hands a painted frame to rank 0; waits while too many lie there already."""
        path = self._frame_file(frame)
        part = path.with_suffix(".part")
        with part.open("wb") as handle:
            np.save(handle, picture)
        part.replace(path)
        self._delivered.append(path)
        if len(self._delivered) > AHEAD:
            oldest = self._delivered.pop(0)
            self._wait(lambda: not oldest.exists(), [0])

    def collect(self, frame: int) -> Picture:
        """On rank 0: the frame that another rank paints."""
        path = self._frame_file(frame)
        self._wait(path.exists, [frame % self.size])
        picture = np.asarray(np.load(path, allow_pickle=False), np.uint8)
        path.unlink()
        return picture

    def finish(self) -> None:
        """The others wait here until rank 0 has written the result."""
        if self.rank == 0:
            (self._folder / "done").touch()
            self._wait(lambda: all(self._left(r).exists() for r in range(1, self.size)), [], self._seconds)
        else:
            self._wait((self._folder / "done").exists, [0])
            self._left(self.rank).touch()

    def failed(self, error: BaseException) -> None:
        """Tells the others why this one stops."""
        note = self._folder / f"failed-{self.rank}"
        part = note.with_suffix(".part")
        try:  # not by write_atomic, which would make the folder anew once rank 0 has removed it
            part.write_text(f"{type(error).__name__}: {error}", encoding="utf-8")
            part.replace(note)
        except OSError:
            return  # the folder is gone: the others have ended before

    def beat(self, stop: threading.Event) -> None:
        """Says that this process lives, until `stop`."""
        path, count = self._folder / f"alive-{self.rank}", 0
        while not stop.is_set():
            count += 1
            try:
                path.write_text(f"{count} {os.getpid()} {socket.gethostname()}")
            except OSError:
                return  # the folder is gone: the work is over
            stop.wait(HEARTBEAT_SECONDS)

    def _wait(self, arrived: Callable[[], bool], needed: list[int], seconds: Optional[float] = None) -> None:
        ends = None if seconds is None else time.monotonic() + seconds
        while not arrived():
            for other in needed:
                self._check(other)
            if ends is not None and time.monotonic() > ends:
                return
            time.sleep(POLL_SECONDS)

    def _check(self, other: int) -> None:
        """Raises RefusalError where rank `other` has failed, or has been silent for too long."""
        for number in range(self.size):
            note = self._folder / f"failed-{number}"
            if number != self.rank and note.exists():
                raise RefusalError("RuntimeError", f"rank {number} failed: {note.read_text('utf-8')}")
        now = time.monotonic()
        words = _read(self._folder / f"alive-{other}").split()
        count = int(words[0]) if words and words[0].isdigit() else 0
        last, since = self._beats.get(other, (-1, now))
        if count != last:
            self._beats[other] = (count, now)
        elif now - since > self._seconds:
            raise RefusalError("RuntimeError", f"rank {other} has not answered for {self._seconds:g} seconds")
        if len(words) == 3 and words[2] == socket.gethostname() and _is_gone(int(words[1])):
            raise RefusalError(
                "RuntimeError", f"rank {other} (process {words[1]}) has ended before its work was done"
            )

    def _frame_file(self, frame: int) -> Path:
        return self._folder / f"frame-{frame:06d}.npy"

    def _left(self, number: int) -> Path:
        return self._folder / f"left-{number}"


@contextmanager
def shared_work(scratch: Path) -> Iterator[Sharing]:
    """Meets the other ranks in the folder `scratch`; alone, it touches nothing."""
    number, size = rank(), world_size()
    if size == 1:
        yield Sharing(0, 1, scratch)
        return
    folder = _welcome(scratch, size) if number == 0 else _join(scratch, number)
    sharing = Sharing(number, size, folder)
    stop = threading.Event()
    heart = threading.Thread(target=sharing.beat, args=(stop,), daemon=True)
    heart.start()
    try:
        yield sharing
        sharing.finish()
    except BaseException as error:
        sharing.failed(error)
        raise
    finally:
        stop.set()
        heart.join()
        if number == 0:
            time.sleep(0 if (folder / "done").exists() else 4 * POLL_SECONDS)  # lets the others read why
            _remove(scratch)


def _welcome(scratch: Path, size: int) -> Path:
    """Rank 0: sweeps the folder and waits until every rank has joined this session."""
    shutil.rmtree(scratch, ignore_errors=True)
    session = scratch / f"session-{secrets.token_hex(6)}"
    session.mkdir(parents=True)
    waiting, ends = set(range(1, size)), _ends()
    while waiting:
        for number in sorted(waiting):
            nonce = _read(scratch / f"hello-{number}")
            if nonce:
                write_atomic(scratch / f"welcome-{number}", f"{nonce} {session.name}")
            if (session / f"alive-{number}").exists():
                waiting.discard(number)
        if waiting and time.monotonic() > ends:
            shutil.rmtree(scratch, ignore_errors=True)
            raise RefusalError("RuntimeError", f"rank(s) {', '.join(map(str, sorted(waiting)))} never joined")
        time.sleep(POLL_SECONDS)
    return session


def _join(scratch: Path, number: int) -> Path:
    """The others: say hello under a number of their own, until rank 0 answers to that very number."""
    nonce, ends = secrets.token_hex(8), _ends()
    while True:
        answer = _read(scratch / f"welcome-{number}").split()
        if len(answer) == 2 and answer[0] == nonce:
            return scratch / answer[1]
        if _read(scratch / f"hello-{number}") != nonce:
            try:
                write_atomic(scratch / f"hello-{number}", nonce)
            except OSError:
                continue  # rank 0 is sweeping the folder just now
        if time.monotonic() > ends:
            raise RefusalError("RuntimeError", "rank 0 never answered")
        time.sleep(POLL_SECONDS)


def _remove(scratch: Path) -> None:
    """Moves the folder away before it is emptied, so that nobody writes into it in the meantime."""
    doomed = scratch.with_name(f"{scratch.name}-{secrets.token_hex(4)}")
    try:
        scratch.rename(doomed)
    except OSError:
        doomed = scratch
    shutil.rmtree(doomed, ignore_errors=True)


def _ends() -> float:
    return time.monotonic() + float(os.environ.get(TIMEOUT_VARIABLE, TIMEOUT_SECONDS))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""


def _is_gone(process: int) -> bool:
    if os.name != "posix":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
