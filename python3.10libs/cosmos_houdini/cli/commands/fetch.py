"""`fetch`: bring the result of an ended run home."""

from __future__ import annotations

from typing import Optional

import click

from ...errors import BoxError
from ...workflow.deliver import deliver, refetch
from ...workflow.follow import NOT_STARTED
from ..running import FRAMES_OPTION, PictureFormat, box_of, finish
from ..session import Session, session_options


@click.command(epilog="Example: cosmos-houdini fetch last --frames png")
@click.argument("run_spec", metavar="RUN")
@FRAMES_OPTION
@session_options
def fetch(session: Session, run_spec: str, frames: Optional[PictureFormat]) -> None:
    """Fetch and verify the result of a run that has ended; once it is here and whole, nothing moves."""
    run = session.store.run(run_spec)
    with box_of(session, run) as box, session.progress() as report:
        if run.execution_status.final:
            refetch(session.store, run, box, report)
        else:
            there = box.agent.status([run.id])[run.id]
            if not there.state.ended:
                raise BoxError(
                    f"The run {run.id} has not ended: it is {there.state} on {box.name}.",
                    fix=f"Follow it: cosmos-houdini attach {run.id}."
                    if there.state not in NOT_STARTED
                    else f"Submit it: cosmos-houdini run {run.id}.",
                )
            run = deliver(session.store, run, there, box, report)
    finish(session, run, frames)
