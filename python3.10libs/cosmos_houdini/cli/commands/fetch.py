"""`fetch`: bring the result of an ended run home."""

from __future__ import annotations

from typing import Optional

import click

from ...workflow.fetch import fetch as bring
from ...workflow.frames import PictureFormat
from ..running import FRAMES_OPTION, box_of, finish
from ..session import Session, session_options


@click.command(epilog="Example: cosmos-houdini fetch last --frames png")
@click.argument("run_spec", metavar="RUN")
@FRAMES_OPTION
@session_options
def fetch(session: Session, run_spec: str, frames: Optional[PictureFormat]) -> None:
    """Fetch and verify the result of a run that has ended; once it is here and whole, nothing moves."""
    run = session.store.run(run_spec)
    with box_of(session, run) as box, session.progress() as report:
        run = bring(session.store, run, box, report)
    finish(session, run, frames)
