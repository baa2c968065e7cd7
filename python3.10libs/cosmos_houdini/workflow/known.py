"""Records that are made once, however often they are asked for.

Who asks may have been cut off before the answer came, or cooks a network again: the same order is the same
record.
"""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Union

from ..records.enums import Status
from ..records.hashing import hash_json
from ..records.locks import locked
from ..records.prompt_spec import PromptSpec
from ..records.record_files import days, files_with_id, id_of, is_record, names_of, time_of
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
        self._prompts = _Contents(store.paths.prompts)
        self._runs = _Contents(store.paths.runs)
        self._lock = threading.Lock()

    def prompt(self, wanted: PromptSpec, *, as_dated: bool = False) -> tuple[PromptSpec, Path]:
        """The record that says the same as `wanted`, made where there is none; with its file.

        `as_dated`: one of another time is another record.
        """
        with self._looking(self._prompts):
            for file in self._equal(wanted, self._prompts, as_dated):
                return self._store.prompt(str(file)), file
            return self._store.add_prompt(wanted)

    def run(self, wanted: RunSpec, *, as_dated: bool = False) -> tuple[RunSpec, Path]:
        """As `prompt`; but where the equal run failed or was cancelled, a new one is made."""
        with self._looking(self._runs):
            for file in self._equal(wanted, self._runs, as_dated):
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

    @contextmanager
    def _looking(self, contents: _Contents) -> Iterator[None]:
        with self._lock:
            if not contents.looked_at:
                contents.refresh()  # reads everything, while no other process has to wait for it
            with new_records(self._store):
                contents.refresh()
                yield

    def _equal(self, wanted: Union[PromptSpec, RunSpec], contents: _Contents, as_dated: bool) -> list[Path]:
        """The files of records that say the same, newest first."""
        if as_dated:
            return [file for file in files_with_id(contents.folder, wanted.id) if id_of(file) == wanted.id]
        return contents.files(_key(wanted.content()))


class _Contents:
    """The files of one folder of records by what they say.

    Each file is read once, since that part of a record never changes; which files there are is asked anew
    each time, since anybody may add and remove some.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.looked_at = False
        self._names: dict[Path, set[str]] = {}  # day -> what was seen there, and need not be read again
        self._keys: dict[Path, str] = {}
        self._files: dict[str, set[Path]] = {}

    def refresh(self) -> None:
        self.looked_at = True
        there = {day: set(names_of(day)) for day in days(self.folder)}
        for day in {*self._names, *there}:
            names, seen = there.get(day, set()), self._names.setdefault(day, set())
            for name in seen - names:
                self._forget(day / name)
            seen &= names
            seen |= {name for name in names - seen if not is_record(name) or self._read(day / name)}

    def files(self, key: str) -> list[Path]:
        """Newest first."""
        found = self._files.get(key, set())
        return sorted(found, key=lambda file: (file.parent.name, time_of(file), file.name), reverse=True)

    def _read(self, file: Path) -> bool:
        try:
            key = _key(json.loads(file.read_bytes()))
        except (OSError, ValueError, AttributeError, RecursionError):
            return False  # a damaged record, which every listing shows, is equal to none until it is mended
        self._keys[file] = key
        self._files.setdefault(key, set()).add(file)
        return True

    def _forget(self, file: Path) -> None:
        key = self._keys.pop(file, None)
        if key is not None:
            self._files[key].discard(file)


def _key(record: dict[str, Any]) -> str:
    return hash_json({name: value for name, value in record.items() if name not in (*WHEN, *BECAME)})
