"""What a batch says while it works: lines for a person, or one JSON object a line."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from typing import Any, TextIO

from ...errors import CosmosError
from ..work.told import words

NOTHING_DONE = "nothing was done: --dry-run"
EVERY = 1.0  # seconds between two lines of progress of one phase; a farm's log keeps them all


class Says:
    """Everything goes to `out`; errors in words go to `err`."""

    def __init__(self, as_json: bool = False, out: TextIO = sys.stdout, err: TextIO = sys.stderr) -> None:
        self._as_json = as_json
        self._out = out
        self._err = err
        self._shown = ""
        self._phase = ""
        self._at = 0.0

    def line(self, text: str) -> None:
        """For a person alone."""
        if not self._as_json:
            self._write(text)

    def event(self, name: str, told: str, /, **values: Any) -> None:
        """Something that a program may want to know, too: `told` for a person, `values` for the program."""
        self._write(json.dumps({"event": name, **values}, default=str) if self._as_json else told)

    def progress(self, progress: Mapping[str, Any]) -> None:
        """A line for each new phase, and then one a second where something has changed."""
        text, phase, now = words(progress), str(progress.get("phase")), time.monotonic()
        if text == self._shown or (phase == self._phase and now - self._at < EVERY):
            return
        self._shown, self._phase, self._at = text, phase, now
        self._write(
            json.dumps({"event": "progress", **progress}, default=str) if self._as_json else f"  {text}"
        )

    def error(self, error: CosmosError) -> None:
        if self._as_json:
            self._write(json.dumps({"event": "error", **error.as_json()}))
        else:
            print(f"error: {error}", file=self._err, flush=True)

    def _write(self, text: str) -> None:
        print(text, file=self._out, flush=True)
