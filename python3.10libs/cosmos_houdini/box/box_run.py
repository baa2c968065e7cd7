"""How a run stands on the box, as its agent tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ..records.enums import Word
from .fields import Fields


class BoxState(Word):
    """Only forward: prepared, queued, running, then one of the last three. `unknown`: the box has no
    such run.
    """

    UNKNOWN = "unknown"
    PREPARED = "prepared"
    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    LOST = "lost"

    @property
    def ended(self) -> bool:
        return self in (BoxState.FINISHED, BoxState.CANCELLED, BoxState.LOST)


@dataclass(frozen=True)
class Output:
    """A file that the run made; its name is safe to use on our disk."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Exit:
    """How the command ended. `code` is None where a `signal` ended it, or where nobody saw it end (`lost`).

    `oom`: its container ran out of memory; `image` is the digest of that container's image. Times are seconds
    since 1970 by the box's clock.
    """

    code: Optional[int]
    signal: Optional[int]
    started_at: Optional[float]
    ended_at: float
    boot_id: str
    cancelled: bool
    lost: bool
    never_started: bool
    oom: bool = False
    image: Optional[str] = None

    @property
    def seconds(self) -> float:
        """How long the command ran."""
        return max(0.0, self.ended_at - self.started_at) if self.started_at is not None else 0.0


@dataclass(frozen=True)
class Beat:
    """The last heartbeat: where in the work the engine is. `chunk` counts from 1; None where the log
    doesn't say.
    """

    at: float
    changed_at: float
    phase: str
    chunk: Optional[int]
    chunks: Optional[int]
    step: Optional[int]
    steps: Optional[int]
    message: str
    bytes_free: int
    boot_id: str
    pid: int
    child_pid: Optional[int]


@dataclass(frozen=True)
class BoxRun:
    """One run. `queue_position` is 1 for the next; `stalled` is a view (long silence), never a verdict."""

    run_id: str
    state: BoxState
    owner: Optional[str]
    spec_sha256: Optional[str]
    queue_position: Optional[int]
    slots: tuple[str, ...]
    exit: Optional[Exit]
    beat: Optional[Beat]
    outputs: Optional[tuple[Output, ...]]
    log_bytes: int
    acknowledged: bool
    stalled: bool
    cancel_requested: bool
    submitted_at: Optional[str]
    started_at: Optional[float]

    def output(self, name: str) -> Optional[Output]:
        return next((output for output in self.outputs or () if output.name == name), None)


def read_box_run(fields: Fields) -> BoxRun:
    """Raises BoxError where the answer isn't what it should be, names of outputs included."""
    state = fields.text("state", 40)
    if state not in [known.value for known in BoxState]:
        raise fields.bad("state", "is a word that we don't know")
    return BoxRun(
        run_id=fields.run_id("run_id"),
        state=BoxState(state),
        owner=fields.optional_text("owner"),
        spec_sha256=None if fields.is_null("spec_sha256") else fields.sha256("spec_sha256"),
        queue_position=fields.optional_count("queue_position"),
        slots=fields.texts("slots"),
        exit=None if fields.is_null("exit") else _read_exit(fields.object("exit")),
        beat=None if fields.is_null("beat") else _read_beat(fields.object("beat")),
        outputs=None if fields.is_null("outputs") else _read_outputs(fields),
        log_bytes=fields.count("log_bytes"),
        acknowledged=fields.flag("acknowledged"),
        stalled=fields.flag("stalled"),
        cancel_requested=fields.flag("cancel_requested"),
        submitted_at=fields.optional_text("submitted_at"),
        started_at=fields.optional_number("started_at"),
    )


def _read_outputs(fields: Fields) -> tuple[Output, ...]:
    outputs = tuple(
        Output(item.file_name("name"), item.sha256("sha256"), item.count("bytes"))
        for item in fields.objects("outputs")
    )
    if len({output.name.lower() for output in outputs}) != len(outputs):
        raise fields.bad("outputs", "names a file twice")
    return outputs


def _read_exit(fields: Fields) -> Exit:
    return Exit(
        code=fields.optional_count("code"),
        signal=fields.optional_count("signal"),
        started_at=fields.optional_number("started_at"),
        ended_at=fields.number("ended_at"),
        boot_id=fields.shown_text("boot_id"),
        cancelled=fields.flag("cancelled"),
        lost=fields.flag("lost"),
        never_started=fields.flag("never_started"),
        oom=fields.flag("oom"),
        image=fields.optional_text("image"),
    )


def _read_beat(fields: Fields) -> Beat:
    return Beat(
        at=fields.number("at"),
        changed_at=fields.number("changed_at"),
        phase=fields.shown_text("phase"),
        chunk=fields.optional_count("chunk"),
        chunks=fields.optional_count("chunks"),
        step=fields.optional_count("step"),
        steps=fields.optional_count("steps"),
        message=fields.shown_text("message"),
        bytes_free=fields.count("bytes_free"),
        boot_id=fields.shown_text("boot_id"),
        pid=fields.count("pid"),
        child_pid=fields.optional_count("child_pid"),
    )
