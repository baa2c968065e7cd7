"""Watching a run on its box. Whoever watches changes nothing: losing the watcher loses no run."""

from __future__ import annotations

import time

from ..box.box_run import BoxRun, BoxState
from ..errors import BoxError
from ..progress import Progress, Report
from ..records.enums import Status
from ..records.store import Store
from .boxes import Box
from .notes import note
from .patience import PATIENCE_SECONDS, Patience

NOT_STARTED = (BoxState.UNKNOWN, BoxState.PREPARED)
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0  # seconds between two looks; a long run is looked at less often


def follow(
    store: Store, run_id: str, box: Box, report: Report, patience_seconds: float = PATIENCE_SECONDS
) -> BoxRun:
    """Returns once the run has ended on its box; reports chunk and step as they come.

    A box out of reach is shown as that and waited for; UnreachableError after `patience_seconds`.
    BoxError where the box doesn't know the run.
    """
    patience = Patience(run_id, box.name, report, patience_seconds)
    begun = time.monotonic()
    pause = FIRST_PAUSE
    phase = ""
    while True:
        there = patience.reach(lambda: box.agent.status([run_id])[run_id])
        if there.state in NOT_STARTED:
            raise BoxError(
                f"The box '{box.name}' does not know the run {run_id}.",
                why="It was never submitted there, or was cleaned up.",
                fix=f"Submit it: cosmos-houdini run {run_id}.",
            )
        if there.state.ended:
            return there
        progress = progress_of(there, time.monotonic() - begun)
        patience.report(progress)
        if progress.phase != phase:
            phase = progress.phase
            running = there.state is BoxState.RUNNING
            note(
                store,
                run_id,
                Status.RUNNING if running else None,
                phase=phase,
            )
        time.sleep(pause)
        pause = min(LONGEST_PAUSE, pause * 1.1)


def progress_of(there: BoxRun, seconds: float) -> Progress:
    """Where a run on its box stands: queued, or the engine's phase with chunk and step."""
    if there.state is BoxState.QUEUED:
        position = "" if there.queue_position is None else f"number {there.queue_position} in the queue"
        return Progress("queued", 0, 0, "steps", seconds, position)
    beat = there.beat
    if beat is None:
        return Progress("starting", 0, 0, "steps", seconds)
    message = f"chunk {beat.chunk}/{beat.chunks}" if beat.chunks else beat.message or ""
    if there.stalled:
        message = f"{message}, no sign of life for a while".lstrip(", ")
    if beat.chunks and beat.steps:
        done = (max(beat.chunk or 1, 1) - 1) * beat.steps + (beat.step or 0)
        return Progress(beat.phase or "generating", done, beat.chunks * beat.steps, "steps", seconds, message)
    return Progress(beat.phase or "running", 0, 0, "steps", seconds, message)
