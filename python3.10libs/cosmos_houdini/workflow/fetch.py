"""Bringing an ended run home, now; following waits for its end."""

from __future__ import annotations

from ..errors import BoxError
from ..progress import Report
from ..records.run_spec import RunSpec
from ..records.store import Store
from .box import Box
from .deliver import deliver, refetch
from .follow import NOT_STARTED


def fetch(store: Store, run: RunSpec, box: Box, report: Report) -> RunSpec:
    """Fetches and verifies the result; once it is here and whole, nothing moves.

    BoxError for a run that has not ended.
    """
    if run.execution_status.final:
        refetch(store, run, box, report)
        return run
    there = box.agent.status([run.id])[run.id]
    if not there.state.ended:
        raise BoxError(
            f"The run {run.id} has not ended: it is {there.state} on {box.name}.",
            fix=f"Follow it: cosmos-houdini attach {run.id}."
            if there.state not in NOT_STARTED
            else f"Submit it: cosmos-houdini run {run.id}.",
        )
    return deliver(store, run, there, box, report)
