"""`attach`: come back to runs that were started before."""

from __future__ import annotations

from typing import Optional

import click

from ...errors import RunFailedError, UsageError
from ...preflight.wording import counted
from ...workflow.frames import PictureFormat
from ..following import bring_all_home
from ..running import FRAMES_OPTION, box_of, bring_home, finish
from ..session import Session, session_options
from .run import Wishes, execute


@click.command(epilog="Example: cosmos-houdini attach last, or: cosmos-houdini attach --all")
@click.argument("run_spec", metavar="RUN", required=False)
@click.option("--all", "everything", is_flag=True, help="All runs of the project that were submitted.")
@FRAMES_OPTION
@session_options
def attach(
    session: Session, run_spec: Optional[str], everything: bool, frames: Optional[PictureFormat]
) -> None:
    """Follow a run that was started before, from this or another machine, and fetch its result."""
    if everything == (run_spec is not None):
        raise UsageError("attach needs one run, or --all.", fix="Type: cosmos-houdini attach last")
    if run_spec is None:
        failed = bring_all_home(session, frames)
        if failed:
            raise RunFailedError(
                f"{counted(failed, 'run')} did not succeed.", fix="Each is told above; see also: list."
            )
        return
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
