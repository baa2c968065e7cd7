"""Stopping one run, wherever it stands."""

from __future__ import annotations

import time

from ..box.box_run import BoxState
from ..progress import silent
from ..records.enums import Status
from ..records.run_spec import RunSpec
from ..records.store import Store, timestamp
from .box import Box
from .deliver import deliver
from .follow import NOT_STARTED
from .notes import note

PAUSE = 0.1
GRACE_SECONDS = 20.0  # between asking an engine to end and ending it


def stoppable(run: RunSpec) -> bool:
    """Whether there is anything to stop."""
    # A record may be closed and the box not know it yet: who cancelled was killed in between.
    half_done = run.execution_status is Status.CANCELLED and run.execution.box is not None
    return half_done or not run.execution_status.final


def cancel(store: Store, run: RunSpec, box: Box) -> RunSpec:
    """Stops `run` and no other; a run that ended in the meantime keeps its end, to be fetched."""
    there = box.agent.status([run.id])[run.id]
    if there.state in NOT_STARTED:
        # Written down before the box is asked once more: a client that is about to start the run looks at
        # its record afterwards, so that one of the two sees the other.
        run = note(store, run.id, Status.CANCELLED, phase=None, ended_at=timestamp())
        there = box.agent.status([run.id])[run.id]
        if there.state is BoxState.UNKNOWN:
            return run
    if not there.state.ended:
        there = box.agent.stop(run.id, GRACE_SECONDS)
    while not there.state.ended:
        time.sleep(PAUSE)
        there = box.agent.status([run.id])[run.id]
    if there.state is not BoxState.CANCELLED:
        return store.run(run.id)
    return deliver(store, run, there, box, silent)
