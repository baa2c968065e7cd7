"""Watching a run on its box. Whoever watches changes nothing: losing the watcher loses no run."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial

from ..box.box_run import BoxRun, BoxState
from ..errors import BoxError
from ..progress import Progress, Report
from ..records.enums import Status
from ..records.store import Store
from .box import Box
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
    there = next(follow_all(store, [run_id], box, patience, lambda _, progress: patience.report(progress)))
    if there.state in NOT_STARTED:
        raise not_there(run_id, box)
    return there


def not_there(run_id: str, box: Box) -> BoxError:
    return BoxError(
        f"The box '{box.name}' does not know the run {run_id}.",
        why="It was never submitted there, or was cleaned up.",
        fix=f"Submit it: cosmos-houdini run {run_id}.",
    )


def follow_all(
    store: Store,
    run_ids: Sequence[str],
    box: Box,
    patience: Patience,
    report: Callable[[str, Progress], None],
) -> Iterator[BoxRun]:
    """Each of the runs as it ends on its box, and at once those that the box doesn't know or hasn't started.

    One answer of the box tells of all: many runs cost hardly more than one.
    """
    left = dict.fromkeys(run_ids)
    for there in follow_wanted(store, lambda: list(left), box, patience, report):
        del left[there.run_id]
        yield there


def follow_wanted(
    store: Store,
    wanted: Callable[[], Collection[str]],
    box: Box,
    patience: Patience,
    report: Callable[[str, Progress], None],
) -> Iterator[BoxRun]:
    """As `follow_all`, of runs that come and go: `wanted` names them before each look, and none to end.

    It must no longer name a run that was handed out.
    """
    pause = FIRST_PAUSE
    watches: dict[str, _Watch] = {}
    while names := list(wanted()):
        new = [run_id for run_id in names if run_id not in watches]
        watches = {run_id: watches.get(run_id) or _Watch() for run_id in names}
        pause = FIRST_PAUSE if new else min(LONGEST_PAUSE, pause * 1.1)
        there = patience.reach(partial(box.agent.status, names))
        for run_id, run in there.items():
            watch = watches[run_id]
            if run.state.ended or run.state in NOT_STARTED:
                del watches[run_id]
                yield run
                continue
            progress = watch.timed(progress_of(run))
            if progress.phase != watch.phase:
                watch.phase = progress.phase
                running = run.state is BoxState.RUNNING
                note(store, run_id, Status.RUNNING if running else None, phase=progress.phase)
            report(run_id, progress)
        if watches:
            time.sleep(pause)


class _Watch:
    """Since when one run has been watched, and how far it had come then: the time left goes by what was seen.

    It goes on over phases that count the same, since an engine may go through its phases once a chunk.
    """

    def __init__(self) -> None:
        self.phase = ""  # as it was noted last
        self._counted = (0, "")
        self._since = time.monotonic()
        self._before = 0

    def timed(self, progress: Progress) -> Progress:
        counted = (progress.total, progress.unit)
        if counted != self._counted:
            self._counted, self._since, self._before = counted, time.monotonic(), progress.done
        seconds = time.monotonic() - self._since
        return dataclasses.replace(progress, seconds=seconds, done_before=self._before)


def progress_of(there: BoxRun) -> Progress:
    """Where a run on its box stands: queued, or the engine's phase with chunk and step."""
    seconds = 0.0  # what the box tells has no beginning that we saw
    if there.state is BoxState.QUEUED:
        position = None if there.queue_position is None else f"number {there.queue_position} in the queue"
        reason = there.beat.message if there.beat else ""  # what it waits for, where that is nobody of ours
        message = ", ".join(filter(None, (position, reason)))
        return Progress("queued", 0, 0, "steps", seconds, message)
    beat = there.beat
    if beat is None:
        return Progress("starting", 0, 0, "steps", seconds)
    message = f"chunk {beat.chunk}/{beat.chunks}" if beat.chunks else beat.message or ""
    if there.stalled:
        message = f"{message}, no sign of life for a while".lstrip(", ")
    if beat.chunks and beat.steps:
        done = (max(beat.chunk or 1, 1) - 1) * beat.steps + (beat.step or 0)
        return Progress(beat.phase or "generating", done, beat.chunks * beat.steps, "steps", seconds, message)
    if beat.chunks:  # transfer1 says nothing of its steps
        done = max(beat.chunk or 1, 1) - 1
        return Progress(beat.phase or "generating", done, beat.chunks, "chunks", seconds, message)
    return Progress(beat.phase or "running", 0, 0, "steps", seconds, message)
