"""`attach`: come back to a run that was started before."""

from __future__ import annotations

from typing import Optional

import click

from ..running import FRAMES_OPTION, PictureFormat, box_of, bring_home, finish
from ..session import Session, session_options


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
    with box_of(session, run) as box:
        bring_home(session, run, box, frames)
