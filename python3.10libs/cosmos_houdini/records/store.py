"""Creating, finding and updating the records of a project."""

from __future__ import annotations

import dataclasses
import json
import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path
from typing import Any, Callable, Optional, TypeVar

from ..errors import BadInputError, UsageError
from .atomic import create_atomic, write_atomic
from .enums import Status
from .json_files import load_json, pretty_json, refuse_infinite, refuse_unwritable
from .locks import locked
from .paths import ProjectPaths, expand_home, find_project, is_file
from .prompt_spec import PromptSpec
from .record_files import files_in, files_with_id, id_of, newest_first
from .run_spec import Execution, RunSpec
from .strict import nearest

Record = TypeVar("Record", PromptSpec, RunSpec)


def now() -> datetime:
    """The time, in UTC; the one clock of all records."""
    return datetime.now(timezone.utc)


def timestamp(moment: Optional[datetime] = None) -> str:
    """ISO 8601 in UTC with microseconds, as records write times."""
    return (moment or now()).isoformat(timespec="microseconds")


_LIST = {
    "run": "cosmos-houdini list shows what is there.",
    "prompt spec": "cosmos-houdini list --specs shows what is there.",
}


@dataclass(frozen=True)
class RunSummary:
    """One line of a listing."""

    id: str
    name: str
    status: str
    engine: str
    created_at: str
    prompt_spec_id: str
    phase: str
    output_path: Optional[str]
    file: Path

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "status": self.status,
            "phase": self.phase,
            "engine": self.engine,
            "created_at": self.created_at,
            "prompt_spec_id": self.prompt_spec_id,
            "output_path": self.output_path,
            "file": str(self.file),
        }


@dataclass(frozen=True)
class PromptSummary:
    """One line of a listing of prompt specs; `controls` are the names of its controls."""

    id: str
    name: str
    prompt: str
    created_at: str
    controls: tuple[str, ...]
    file: Path


class Store:
    """The records of one project; safe to use from many processes at once."""

    def __init__(self, root: Path) -> None:
        self.paths = ProjectPaths(root)

    def add_prompt(self, spec: PromptSpec) -> tuple[PromptSpec, Path]:
        """Writes a new record; returns it as written (its time moves on if that was taken) and its file."""
        return self._add(spec, self.paths.prompts)

    def add_run(self, spec: RunSpec) -> tuple[RunSpec, Path]:
        """Writes a new record; returns it as written (its time moves on if that was taken) and its file.

        A new run is PENDING and nothing became of it yet; ValueError for another.
        """
        if spec.execution_status is not Status.PENDING or spec.execution != Execution():
            raise ValueError(f"a new run is PENDING with an empty execution, and is {spec.execution_status}")
        return self._add(spec, self.paths.runs)

    def prompt(self, reference: str) -> PromptSpec:
        """The PromptSpec that `reference` names: a file, an id, a unique id prefix, or `last`."""
        return self._read_prompt(self._locate(reference, self.paths.prompts, "ps_", "prompt spec"))

    def prompt_of(self, run: RunSpec) -> PromptSpec:
        """The PromptSpec that a run was made from; BadInputError where it is gone."""
        try:
            file = self._locate(run.prompt_spec_id, self.paths.prompts, "ps_", "prompt spec")
        except UsageError as error:  # nobody typed this id
            raise BadInputError(
                f"The prompt spec {run.prompt_spec_id} of the run {run.id} is missing.",
                why=f"Looked in {self.paths.prompts}.",
                fix="Bring its file back, or create the run again from another prompt spec.",
            ) from error
        return self._read_prompt(file)

    def run(self, reference: str) -> RunSpec:
        """The RunSpec that `reference` names: a file, an id, a unique id prefix, or `last`."""
        return self._read_run(self.run_file(reference))

    def ids_like(self, reference: str) -> list[str]:
        """The ids, runs first, that begin with `reference` once `rs_` or `ps_` is taken off."""
        files = (*files_in(self.paths.runs), *files_in(self.paths.prompts))
        bare = [(identity, identity.partition("_")[2]) for identity in map(id_of, files)]
        whole = [identity for identity, digits in bare if digits == reference]
        return whole or sorted((i for i, digits in bare if digits.startswith(reference)), reverse=True)

    def run_file(self, reference: str) -> Path:
        return self._locate(reference, self.paths.runs, "rs_", "run")

    def update_run(self, run_id: str, change: Callable[[RunSpec], RunSpec]) -> RunSpec:
        """Changes a run's execution under its lock; returns the record as it stands afterwards.

        Only forward: a run that is final stays as it is, and RUNNING never goes back to PENDING.
        """
        file = self.run_file(run_id)
        # By the id in the record, so that everybody takes the same lock however they named the run.
        with locked(self.paths.lock(self._read_run(file).id)):
            current = self._read_run(file)
            wanted = change(current)
            if wanted.id != current.id:
                raise ValueError(f"a change of run {run_id} touched the part that never changes")
            if wanted == current or current.execution_status.final:
                return current
            if not current.execution_status.may_become(wanted.execution_status):
                wanted = dataclasses.replace(wanted, execution_status=current.execution_status)
            # Nothing is written that couldn't be read again.
            RunSpec.from_json(wanted.as_json(), f"The change of run {wanted.id}")
            # "replace": a failure may quote a file name that isn't UTF-8, and must be recorded all the same.
            text = pretty_json(wanted.as_json()).encode("utf-8", "replace")
            try:
                write_atomic(file, text)
            except OSError as error:
                raise _not_written(file, error) from error
            return wanted

    def prompts(self) -> Iterator[PromptSpec]:
        """Every PromptSpec, newest first."""
        for file in newest_first(self.paths.prompts):
            yield self._read_prompt(file)

    def runs(self, limit: Optional[int] = None) -> list[RunSummary]:
        """The newest runs, newest first. Records that can't be read are listed with the status `?`."""
        summaries: list[RunSummary] = []
        for file in newest_first(self.paths.runs):
            if limit is not None and len(summaries) >= limit:
                break
            summaries.append(_summary(file))
        return summaries

    def prompt_summaries(self, limit: Optional[int] = None) -> list[PromptSummary]:
        """The newest prompt specs, newest first. Those that can't be read are listed as such."""
        newest = islice(newest_first(self.paths.prompts), limit)
        return [_prompt_summary(file) for file in newest]

    def _add(self, spec: Record, folder: Path) -> tuple[Record, Path]:
        refuse_unwritable(spec.name, "name")
        refuse_infinite(spec.content(), "record")
        refuse_unwritable(spec, "record")
        spec.from_json(spec.as_json(), "The new record")
        while True:
            created = datetime.fromisoformat(spec.created_at)
            if created.tzinfo is not None:  # folders and file names are in UTC, so that they sort by time
                created = created.astimezone(timezone.utc)
            file = self.paths.record_file(folder, spec.name, created, spec.id)
            try:
                create_atomic(file, pretty_json(spec.as_json()))
            except FileExistsError as error:
                if not file.exists():  # something else is in the way, such as a file called `inputs`
                    raise _not_written(file, error) from error
                spec = dataclasses.replace(spec, created_at=timestamp())
            except OSError as error:
                raise _not_written(file, error) from error
            else:
                return spec, file

    def _read_prompt(self, file: Path) -> PromptSpec:
        return PromptSpec.from_json(load_json(file), self._name(file))

    def _read_run(self, file: Path) -> RunSpec:
        return RunSpec.from_json(load_json(file), self._name(file))

    def _name(self, file: Path) -> str:
        root = self.paths.root
        return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)

    def _locate(self, reference: str, folder: Path, prefix: str, what: str) -> Path:
        listing = _LIST[what]
        if reference == "last":
            for file in newest_first(folder):
                return file
            raise UsageError(
                f"There is no {what} in {self.paths.root} yet.",
                fix="Create one first: cosmos-houdini create-spec --help, then create-run --help.",
            )
        if not reference.strip():
            raise UsageError(
                f"The name of a {what} is empty.", fix=f"Give a file, an id or 'last'. {listing}"
            )
        as_file = expand_home(reference)
        if reference.endswith(".json") or len(as_file.parts) > 1:
            for candidate in (as_file, self.paths.root / as_file):
                if is_file(candidate):
                    return self._own(candidate.absolute(), what)
            raise BadInputError(
                f"The {what} {reference} does not exist.",
                why=f"Looked in {self.paths.root} too.",
                fix=listing,
            )
        other = {"ps_": "rs_", "rs_": "ps_"}[prefix]
        if reference.startswith(other):
            kind = {"ps_": "prompt spec", "rs_": "run"}[other]
            raise UsageError(f"'{reference}' is the id of a {kind}; a {what} is needed.", fix=listing)
        wanted = reference if reference.startswith(prefix) else prefix + reference
        files = {id_of(file): file for file in files_with_id(folder, wanted)}
        matches = sorted(files)
        if len(matches) == 1 or wanted in files:
            return files[wanted if wanted in files else matches[0]]
        if matches:
            shown = ", ".join(matches[:5]) + (" …" if len(matches) > 5 else "")
            raise UsageError(
                f"'{reference}' names {len(matches)} records: {shown}.", fix="Type more of the id."
            )
        meant = nearest(wanted, map(id_of, files_in(folder)))
        raise UsageError(
            f"No {what} is called '{reference}'.",
            why=f"Looked in {folder}.",
            fix=f"Did you mean {meant}? {listing}" if meant else listing,
        )

    def _own(self, file: Path, what: str) -> Path:
        """The file, if it lies in this project: what else belongs to a record is looked for here."""
        root, plain = self.paths.root, Path(os.path.normpath(file))
        # Through links too: a project may be reached by one, and its inputs/ may be one.
        if plain.is_relative_to(root) or file.resolve().is_relative_to(root.resolve()):
            return file
        home = find_project(plain.parent)  # the folder itself, where nothing above it looks like a project
        named = shlex.quote(str(home)) if home != plain.parent else "FOLDER"
        raise UsageError(
            f"The {what} {plain} is not of this project.",
            why=f"This project is {root}, and what belongs to a record lies in the project of the record.",
            fix=f"Name the project that it is of: --project {named}",
        )


def _summary(file: Path) -> RunSummary:
    """Reads leniently and cheaply: a listing shows a broken record rather than stop at it."""
    try:
        value: Any = json.loads(file.read_bytes())
        execution = value["execution"]
        summary = RunSummary(
            value["id"],
            value["name"],
            value["execution_status"],
            value["engine"],
            value["created_at"],
            value["prompt_spec_id"],
            execution.get("phase") or "",
            execution.get("output_path"),
            file,
        )
        "".join(
            (
                summary.id,
                summary.name,
                Status(summary.status),
                summary.engine,
                summary.created_at,
                summary.prompt_spec_id,
                summary.phase,
                summary.output_path or "",
            )
        ).encode()  # all of it is text, and text that can be printed
        return summary
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return RunSummary(id_of(file), "unreadable record", "?", "", "", "", "", None, file)


def _prompt_summary(file: Path) -> PromptSummary:
    """As lenient as `_summary`."""
    try:
        value: Any = json.loads(file.read_bytes())
        summary = PromptSummary(
            value["id"],
            value["name"],
            value["prompt"],
            value["created_at"],
            tuple(value["control_inputs"].keys()),
            file,
        )
        "".join((summary.id, summary.name, summary.prompt, summary.created_at, *summary.controls)).encode()
        return summary
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return PromptSummary(id_of(file), "unreadable record", "", "", (), file)


def _not_written(file: Path, error: OSError) -> BadInputError:
    return BadInputError(
        f"The record could not be written to {file.parent}.",
        why=str(error),
        fix="Make room, or make the folder writable; nothing half-written was left behind.",
    )
