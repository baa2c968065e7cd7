"""The agent's verbs with types: what goes in is a record of ours, what comes out is checked before
anybody uses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

from ..errors import BoxError
from .box_run import Beat, BoxRun, BoxState, Exit, Output, read_box_run
from .connection import Connection
from .fields import Fields
from .manifest import Manifest
from .probe import DockerQuestion, Probe, read_probe
from .survey import Question, Survey, read_survey

__all__ = [
    "Agent",
    "Beat",
    "BoxRun",
    "BoxState",
    "DockerQuestion",
    "Exit",
    "Garbage",
    "LogPiece",
    "Output",
    "Probe",
    "Question",
    "Survey",
]

LOG_PIECE = 1 << 18


@dataclass(frozen=True)
class LogPiece:
    """Text of the log from byte `offset`; `next` is where to go on, `size` what the log has by now
    (bytes).
    """

    offset: int
    next: int
    text: str
    size: int

    @property
    def at_end(self) -> bool:
        return self.next >= self.size


@dataclass(frozen=True)
class Garbage:
    """What gc would take, or took (`applied`): runs and blobs with their sizes in bytes, abandoned
    uploads.
    """

    applied: bool
    runs: Mapping[str, int]
    blobs: Mapping[str, int]
    uploads: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """An upper bound: files shared with a run that stays free nothing."""
        return sum(self.runs.values()) + sum(self.blobs.values())


class Agent:
    """The agent of one box. Methods raise BoxRefusalError (with `kind`) or BoxError."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def probe(self, docker: Optional[DockerQuestion] = None, files: Iterable[str] = ()) -> Probe:
        """What the box is; asked for, also its container engine and which of `files` (paths there) exist."""
        request = {
            "docker": docker.as_json() if docker else None,
            "files": sorted(set(files)),
            "trial": docker is not None and docker.trial,
        }
        return read_probe(self._call("probe", request))

    def survey(self, question: Question) -> Survey:
        """What a submission has to know."""
        return read_survey(self._call("survey", question.as_json()), question)

    def survey_ahead(self, question: Question) -> Optional[Survey]:
        """The same from a thread of its own, before anybody needs it; None where it has to be asked again."""
        try:
            answer = self._connection.call_ahead("survey", question.as_json())
            if answer is None:
                return None
            return read_survey(Fields(answer, "survey", self._connection.describe()), question)
        except BoxError:  # whoever asks again hears of it
            return None

    def have(self, hashes: Iterable[str]) -> frozenset[str]:
        """Those of `hashes` that the box does not have yet."""
        asked = sorted(set(hashes))
        fields = self._call("have", {"hashes": asked})
        missing = frozenset(fields.texts("missing"))
        if not missing <= set(asked):
            raise fields.bad("missing", "names a file that we didn't ask for")
        return missing

    def commit(self, manifest: Manifest, spec: Mapping[str, Any]) -> bool:
        """Makes the run known to the box; False where it was already.

        Refusals by `kind`: `missing_inputs` (upload `details["missing"]`, commit again), `hash_mismatch` (an
        upload arrived damaged and is gone: upload again), `conflict` (the id is there with another spec),
        `disk_full`.
        """
        request = {"run_id": manifest.run_id, "manifest": manifest.as_json(), "spec": spec}
        return not self._call("commit", request).flag("already")

    def commit_and_start(
        self, manifest: Manifest, spec: Mapping[str, Any], secrets: Mapping[str, str]
    ) -> BoxRun:
        """`commit` and `start` in one call; refusals are those of both."""
        request = {"run_id": manifest.run_id, "manifest": manifest.as_json(), "spec": spec}
        fields = self._call("commit", {**request, "start": {"secrets": dict(secrets)}})
        return self._one(fields, manifest.run_id)

    def start(self, run_id: str, secrets: Optional[Mapping[str, str]] = None) -> BoxRun:
        """Starts the run, or reports it if that was done before.

        `secrets` reach its container as files, and are in no manifest, argument list or log.
        """
        request = {"run_id": run_id, "secrets": dict(secrets or {})}
        return self._one(self._call("start", request), run_id)

    def status(self, run_ids: Optional[Iterable[str]] = None) -> dict[str, BoxRun]:
        """The named runs, or all that the box knows."""
        asked = None if run_ids is None else sorted(set(run_ids))
        fields = self._call("status", {"run_ids": asked})
        runs = {run.run_id: run for run in map(read_box_run, fields.objects("runs"))}
        if asked is not None and sorted(runs) != asked:
            raise fields.bad("runs", "tells of other runs than we asked for")
        return runs

    def log(self, run_id: str, offset: int = 0, limit: int = LOG_PIECE) -> LogPiece:
        """At most `limit` bytes of the log from byte `offset`, cut between characters."""
        fields = self._call("log", {"run_id": run_id, "from": offset, "limit": limit})
        piece = LogPiece(offset, fields.count("next"), fields.text("text", 4 << 20), fields.count("size"))
        if piece.next < offset:
            raise fields.bad("next", "goes backwards")
        return piece

    def stop(self, run_id: str, grace_seconds: float = 20.0) -> BoxRun:
        """Asks for the run's end and returns at once; `status` says `cancelled` when it has come."""
        return self._one(self._call("stop", {"run_id": run_id, "grace_seconds": grace_seconds}), run_id)

    def ack(self, run_id: str, outputs: Mapping[str, str]) -> BoxRun:
        """Says that these outputs (name and SHA-256) are safe on our side; from then on gc may take
        the run.
        """
        return self._one(self._call("ack", {"run_id": run_id, "outputs": dict(outputs)}), run_id)

    def gc(self, older_than_days: float, apply: bool = False) -> Garbage:
        """Lists what may go; with `apply` it goes to the box's trash folder."""
        fields = self._call("gc", {"older_than_days": older_than_days, "apply": apply})
        return Garbage(
            applied=fields.flag("applied"),
            runs={item.run_id("run_id"): item.count("bytes") for item in fields.objects("runs")},
            blobs={item.sha256("sha256"): item.count("bytes") for item in fields.objects("blobs")},
            uploads=fields.texts("uploads"),
        )

    def _call(self, verb: str, request: Mapping[str, Any]) -> Fields:
        return Fields(self._connection.call(verb, request), verb, self._connection.describe())

    def _one(self, fields: Fields, run_id: str) -> BoxRun:
        run = read_box_run(fields.object("run"))
        if run.run_id != run_id:
            raise fields.bad("run", "tells of another run")
        return run
