"""The runtime as a child process: started with a clean environment, its log kept, ended for certain."""

from __future__ import annotations

import contextlib
import io
import os
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Callable, Optional

from ...environment import clean_environment
from ...errors import BridgeError
from .. import runtime

TAIL = 4000  # characters of the log that are shown when something fails
LOGS_KEPT = 20
KILLED_WITHIN = 5.0  # seconds, for the system to clear away a process that was killed
GREETING = 120.0  # seconds until `hello` is answered; a first start from a network disk may take one minute
LINE_LIMIT = 256 << 20  # bytes; the listing of a hundred thousand runs is below 64 MiB


def command() -> list[str]:
    """How the bridge is started; BadInputError where the runtime is missing."""
    return [str(runtime.python()), "-m", "cosmos_houdini.bridge"]


class BridgeProcess:
    """One life of the bridge. `on_line` gets each line that it says, `on_end` is called once when it is over;
    both in a thread of this object."""

    def __init__(
        self,
        words: Sequence[str],
        on_line: Callable[[bytes], None],
        on_end: Callable[[BridgeProcess], None],
    ) -> None:
        import subprocess  # here and below: what only a start needs is not loaded with every start of Houdini

        self.greeted = False  # whether it has answered yet
        self._ended_because = ""  # where we ended it
        self.log_file, log = _open_log()
        environment = clean_environment(os.environ)
        environment["PYTHONPATH"] = str(runtime.library_path())
        try:
            self._process = subprocess.Popen(
                list(words),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
                env=environment,
                cwd=str(runtime.root()),
                # Ctrl-C in a shell is for whoever runs there, not for it.
                start_new_session=os.name != "nt",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0)
                | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError as error:
            raise BridgeError(
                "The runtime of Cosmos Houdini can't be started.",
                # The folder that it should start in may be what is missing.
                why=f"{error.filename or words[0]}: {error.strerror or error}",
                fix="Run `cosmos-houdini install` in a shell: it mends the runtime.",
            ) from error
        finally:
            log.close()
        self._greeting = threading.Timer(GREETING, self._not_greeted)
        self._greeting.daemon = True
        self._greeting.start()
        reader = threading.Thread(
            target=self._read, args=(on_line, on_end), name="cosmos bridge reader", daemon=True
        )
        reader.start()

    def write(self, line: bytes) -> None:
        """May wait for the bridge; OSError once it is gone."""
        assert self._process.stdin is not None
        left = memoryview(line)
        while left:
            left = left[self._process.stdin.write(left) :]

    def close_input(self) -> None:
        """Tells the bridge to end."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def end(self, patience: float, why: str = "It said no more.") -> None:
        """Waits for its end for `patience` seconds, then kills it; `why` is for a person."""
        import subprocess

        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._ended_because = self._ended_because or why
            self._process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(KILLED_WITHIN)

    def how_it_ended(self) -> str:
        """The exit code or why we ended it, and the last lines of the log, for a person."""
        code = self._process.poll()
        said = self._tail().strip()
        how = "It is not known how." if code is None else f"It ended with {_in_words(code)}."
        if self._ended_because:
            how = f"{self._ended_because} So it was ended."
        log = f" Its log: {self.log_file}" if self.log_file else ""
        return f"{how}{log}" + (f"\n{said}" if said else "")

    def _not_greeted(self) -> None:
        if not self.greeted:
            self.end(0, f"It has not answered within {GREETING:g} seconds.")

    def _read(self, on_line: Callable[[bytes], None], on_end: Callable[[BridgeProcess], None]) -> None:
        assert isinstance(self._process.stdout, io.RawIOBase)
        try:
            with io.BufferedReader(self._process.stdout) as lines, contextlib.suppress(OSError, ValueError):
                while line := lines.readline(LINE_LIMIT):
                    if len(line) == LINE_LIMIT:  # it would fill the memory of Houdini
                        self._ended_because = f"It sent a line of more than {LINE_LIMIT >> 20} MiB."
                        break
                    on_line(line)
        finally:
            self._greeting.cancel()
            self.end(KILLED_WITHIN)  # who says no more is of no use, should it live on
            on_end(self)

    def _tail(self) -> str:
        if self.log_file is None:
            return ""
        try:
            return self.log_file.read_bytes()[-TAIL:].decode("utf-8", "replace")
        except OSError:
            return ""


def _in_words(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _open_log() -> tuple[Optional[Path], BinaryIO]:
    """A new log file in the user's cache, else in the folder for temporary files, else nowhere."""
    import tempfile

    # A name of its own: what the one before it said, a moment ago, is not to be taken for its last words.
    name = f"bridge-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{os.urandom(4).hex()}.log"
    for folder in (runtime.log_folder(), Path(tempfile.gettempdir()) / "cosmos-houdini"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _remove_old(folder)
            return folder / name, (folder / name).open("xb", buffering=0)
        except OSError:
            continue
    return None, open(os.devnull, "wb")  # noqa: PTH123 - the caller closes it


def _remove_old(folder: Path) -> None:
    for log in sorted(_logs(folder), reverse=True)[LOGS_KEPT:]:
        with contextlib.suppress(OSError):  # another session was quicker, or Windows has it open
            log.unlink()


def _logs(folder: Path) -> Iterator[Path]:
    """Their names begin with their time, so that they sort by it."""
    return folder.glob("bridge-*.log")
