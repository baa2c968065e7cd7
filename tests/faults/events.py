"""What a command with --json says while it goes on."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Callable


class Events:
    """The JSON lines of a command that goes on, read as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, words: str) -> None:
        self._wait(lambda: any(words in line for line in self._lines), words)

    def wait_for_more(self) -> None:
        """Two more lines of a box that is reached: one may have been under way."""
        seen = len(self._lines)
        self._wait(lambda: sum("unreachable" not in line for line in self._lines[seen:]) >= 2, "news")

    def end(self, code: int) -> str:
        """Waits for the end of the command, which should be this one; returns its last line."""
        errors = self._process.stderr
        assert errors is not None
        told = errors.read()
        assert self._process.wait(timeout=300) == code, f"{self._lines[-3:]}\n{told}"
        assert "Traceback" not in told, told
        self._reader.join(timeout=30)
        return self._lines[-1]

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(timeout=30)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            json.loads(line)
            self._lines.append(line)

    def _wait(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + 90
        while not condition():
            assert time.monotonic() < deadline, f"never: {what}; {self._lines[-5:]}"
            assert self._process.poll() is None, f"ended before {what}: {self._lines[-3:]}"
            time.sleep(0.05)
