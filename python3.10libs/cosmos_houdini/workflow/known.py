"""Records that are made once, however often they are asked for.

Who asks may have been cut off before the answer came, or cooks a network again: the same order is the same
record.
"""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Optional

from ..records.enums import Status
from ..records.hashing import hash_json
from ..records.locks import locked
from ..records.prompt_spec import PromptSpec
from ..records.run_spec import Execution, RunSpec
from ..records.store import Store, timestamp

WHEN = ("created_at",)  # the part of a record that tells two equal ones apart
BECAME = ("id", "execution_status", "execution")  # not of its content


@contextmanager
def new_records(store: Store) -> Iterator[None]:
    """Held by who looks whether a record is there before making it: of all such, one at a time."""
    with locked(store.paths.lock("records.new")):
        yield


class KnownRecords:
    """The records of one project by what they say; safe to use from many threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys: dict[Path, str] = {}  # of files seen before: that part of a record never changes
        self._lock = threading.Lock()

    def prompt(self, wanted: PromptSpec, *, as_dated: bool = False) -> tuple[PromptSpec, Path]:
        """The record that says the same as `wanted`, made where there is none; with its file.

        `as_dated`: one of another time is another record.
        """
        with self._lock, new_records(self._store):
            for file in self._equal(wanted.content(), wanted.id, self._store.prompt_files(), as_dated):
                return self._store.prompt(str(file)), file
            return self._store.add_prompt(wanted)

    def run(self, wanted: RunSpec, *, as_dated: bool = False) -> tuple[RunSpec, Path]:
        """As `prompt`; but where the equal run failed or was cancelled, a new one is made."""
        with self._lock, new_records(self._store):
            for file in self._equal(wanted.content(), wanted.id, self._store.run_files(), as_dated):
                run = self._store.run(str(file))
                if as_dated or run.execution_status not in (Status.FAILED, Status.CANCELLED):
                    return run, file
            return self._store.add_run(wanted)

    def alive(self, run: RunSpec) -> RunSpec:
        """The run itself; where it failed or was cancelled, one that says the same and may yet succeed."""
        if run.execution_status not in (Status.FAILED, Status.CANCELLED):
            return run
        fresh = dataclasses.replace(
            run, created_at=timestamp(), execution_status=Status.PENDING, execution=Execution()
        )
        return self.run(fresh)[0]

    def _equal(
        self, content: dict[str, Any], record_id: str, files: Iterable[Path], as_dated: bool
    ) -> Iterator[Path]:
        if as_dated:
            yield from (file for file in files if file.stem.endswith(f"_{record_id}"))
            return
        key = _key(content)
        yield from (file for file in files if self._key_of(file) == key)

    def _key_of(self, file: Path) -> Optional[str]:
        if file not in self._keys:
            try:
                self._keys[file] = _key(json.loads(file.read_bytes()))
            except (OSError, ValueError, AttributeError, RecursionError):
                return None  # a damaged record, which every listing shows, is equal to none
        return self._keys[file]


def _key(record: dict[str, Any]) -> str:
    return hash_json({name: value for name, value in record.items() if name not in (*WHEN, *BECAME)})
