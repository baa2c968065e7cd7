"""A store that comes back to a record that says the same, so that cooking again makes nothing twice."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, Callable, TypeVar

from ..errors import CosmosError
from .atomic import write_atomic
from .enums import Status
from .hashing import hash_json
from .locks import locked
from .prompt_spec import PromptSpec
from .run_spec import Execution, RunSpec
from .store import Store, timestamp

Record = TypeVar("Record", PromptSpec, RunSpec)
DIGITS = 32  # of the SHA-256 that a file of the index is called by


class ReusingStore(Store):
    """As Store, but a record like one that it made before is not made again: the earlier one is returned.

    Two records are alike where all but the time of their making agrees, hashes of the files they name
    included. A run that failed or was cancelled is taken up anew: see `attempt`. The index of what was made
    lies in `inputs/.made`; deleting it costs nothing but the memory.
    """

    def add_prompt(self, spec: PromptSpec) -> tuple[PromptSpec, Path]:
        return self._once(spec, super().add_prompt, self.prompt)

    def add_run(self, spec: RunSpec) -> tuple[RunSpec, Path]:
        run, _ = self._once(spec, super().add_run, self.run)
        run = self.attempt(run.id)
        return run, self.run_file(run.id)

    def attempt(self, run_id: str) -> RunSpec:
        """The run itself while something can come of it, or came of it.

        Where it failed or was cancelled: the run that takes its place, made where there is none yet, with the
        same content. Asking again leads to the same run, from any process.
        """
        run = self.run(run_id)
        while run.execution_status in (Status.FAILED, Status.CANCELLED):
            fresh = dataclasses.replace(
                run, created_at=timestamp(), execution_status=Status.PENDING, execution=Execution()
            )
            run, _ = self._recalled({"again": run.id}, fresh, super().add_run, self.run)
        return run

    def _once(
        self, spec: Record, add: Callable[[Record], tuple[Record, Path]], read: Callable[[str], Record]
    ) -> tuple[Record, Path]:
        content = {key: value for key, value in spec.content().items() if key != "created_at"}
        return self._recalled({"kind": type(spec).__name__, "like": content}, spec, add, read)

    def _recalled(
        self,
        wish: dict[str, Any],
        spec: Record,
        add: Callable[[Record], tuple[Record, Path]],
        read: Callable[[str], Record],
    ) -> tuple[Record, Path]:
        name = hash_json(wish)[:DIGITS]
        note = self.paths.made(name)
        with locked(self.paths.lock(f"made_{name[:2]}")):  # a few locks for all, not one file for each
            try:
                file = self.paths.root / note.read_text(encoding="utf-8")
                return read(str(file)), file
            except (OSError, UnicodeDecodeError, CosmosError):  # never made, tidied away since, or edited
                record, file = add(spec)
            write_atomic(note, file.relative_to(self.paths.root).as_posix())
            return record, file
