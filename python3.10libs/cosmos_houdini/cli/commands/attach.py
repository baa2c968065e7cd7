"""`attach`: come back to a run that was started before."""

from __future__ import annotations

from typing import Optional

import click

from ..running import FRAMES_OPTION, PictureFormat, box_of, bring_home, finish
from ..session import Session, session_options
from .run import Wishes, execute


@click.command(epilog="Example: cosmos-houdini attach last")
@click.argument("run_spec", metavar="RUN")
@FRAMES_OPTION
@session_options
def attach(session: Session, run_spec: str, frames: Optional[PictureFormat]) -> None:
    """Follow a run that was started before, from this or another machine, and fetch its result."""
    run = session.store.run(run_spec)
    if run.execution_status.final:
        finish(session, run, frames)
        return
    if run.execution.box is not None and run.execution.submitted_at is None:
        # Whoever submitted it was stopped on the way; every step of submitting may be repeated.
        wishes = Wishes(run.execution.num_gpus, run.execution.cuda_devices, frames=frames)
        execute(session, run.id, wishes)
        return
    with box_of(session, run) as box:
        bring_home(session, run, box, frames)
