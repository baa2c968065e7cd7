"""Bringing home all runs of a project that are under way: what is left to do after a night, or a reboot."""

from __future__ import annotations

import time
from typing import Optional

from ..errors import CosmosError
from ..progress import Progress, Report
from ..records.run_spec import RunSpec
from ..workflow.box import Box
from ..workflow.boxes import open_box
from ..workflow.deliver import deliver
from ..workflow.follow import NOT_STARTED, follow_all, not_there
from ..workflow.frames import PictureFormat
from ..workflow.patience import Patience
from .running import coming_back, finish
from .session import Session


def bring_all_home(session: Session, frames: Optional[PictureFormat]) -> int:
    """Follows every submitted run of the project to its end and fetches it; how many did not succeed."""
    runs = _under_way(session)
    if not runs:
        session.say(f"No run of {session.project} is under way.")
    failed = 0
    for name in dict.fromkeys(run.execution.box for run in runs):
        assert name is not None
        box = open_box(session.store, session.config, name)
        try:
            with coming_back(session, None):
                failed += _bring_home(
                    session, box, [run for run in runs if run.execution.box == name], frames
                )
        finally:
            box.close()
    return failed


def _under_way(session: Session) -> list[RunSpec]:
    """Oldest first, as they were submitted."""
    unfinished = [row.id for row in session.store.runs() if row.status in ("PENDING", "RUNNING")]
    runs = map(session.store.run, reversed(unfinished))
    return [run for run in runs if run.execution.box is not None and run.execution.submitted_at is not None]


def _bring_home(session: Session, box: Box, runs: list[RunSpec], frames: Optional[PictureFormat]) -> int:
    begun = time.monotonic()
    ended = failed = 0
    with session.progress() as show:

        def report(run_id: str, progress: Progress) -> None:
            message = f"{run_id} {progress.phase} {progress.fraction:.0%}"
            patience.report(
                Progress("following", ended, len(runs), "runs", time.monotonic() - begun, message)
            )

        patience = Patience("--all", box.name, show, session.config.remote.patience_seconds)
        for there in follow_all(session.store, [run.id for run in runs], box, patience, report):
            ended += 1
            try:
                if there.state in NOT_STARTED:
                    raise not_there(there.run_id, box)
                _deliver(session, there.run_id, box, patience, show)
                finish(session, session.store.run(there.run_id), frames)
            except CosmosError as error:  # one of many: the others go on
                failed += 1
                session.warn(f"{there.run_id}: {error}")
                session.event("error", id=there.run_id, **error.as_json())
    return failed


def _deliver(session: Session, run_id: str, box: Box, patience: Patience, show: Report) -> None:
    def once() -> RunSpec:
        there = box.agent.status([run_id])[run_id]
        return deliver(session.store, session.store.run(run_id), there, box, show)

    patience.reach(once)
