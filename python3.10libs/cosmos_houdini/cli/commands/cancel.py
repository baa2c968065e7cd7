"""`cancel`: stop one run."""

from __future__ import annotations

import click

from ...records.enums import Status
from ...workflow.cancel import cancel as cancel_run
from ...workflow.cancel import stoppable
from ..running import box_of
from ..session import Session, session_options


@click.command(epilog="Example: cosmos-houdini cancel rs_1f2e")
@click.argument("run_spec", metavar="RUN")
@session_options
def cancel(session: Session, run_spec: str) -> None:
    """Stop one run, queued or running, and no other. A run that has ended stays as it is."""
    run = session.store.run(run_spec)
    if stoppable(run):
        with box_of(session, run) as box:
            run = cancel_run(session.store, run, box)
    status = run.execution_status
    words = {
        Status.CANCELLED: f"{run.id} is cancelled.",
        Status.SUCCESS: f"{run.id} had already succeeded; nothing was stopped.",
        Status.FAILED: f"{run.id} had already failed; nothing was stopped.",
    }
    ended = f"{run.id} ended before it could be stopped; fetch it: cosmos-houdini fetch {run.id}"
    session.answer({"id": run.id, "status": str(status)}, words.get(status, ended))
