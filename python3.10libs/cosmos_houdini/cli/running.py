"""What `run`, `attach`, `fetch` and `upscale` have in common: bring a run home and say where it is."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Optional

import click

from ..records.run_spec import RunSpec
from ..workflow.box import Box
from ..workflow.boxes import box_of_run, open_box
from ..workflow.frames import PictureFormat
from .out import emit_error
from .session import Session

if TYPE_CHECKING:
    from ..workflow.finish import Result

INTERRUPTED = 130
FRAMES_OPTION = click.option(
    "--frames", type=click.Choice(["png", "exr"]), help="Also write the result's frames, as png or exr."
)


BOX_OPTION = click.option(
    "--box",
    "box_choice",
    type=click.Choice(["local", "remote"]),
    help="This machine, or remote.host of the settings. [default: preview here, models there]",
)


@contextmanager
def box_of(session: Session, run: RunSpec, choice: Optional[str] = None) -> Iterator[Box]:
    """The box that the run was given to, else the chosen one, else the one of the settings."""
    name = box_of_run(session.config, run, choice)
    box = open_box(session.store, session.config, name)
    try:
        yield box
    finally:
        box.close()


def bring_home(session: Session, run: RunSpec, box: Box, frames: Optional[PictureFormat]) -> RunSpec:
    """Follows to the end, fetches, verifies, draws the sheet; raises for a failed or cancelled run.

    Ctrl-C ends only the watching: the run goes on, and the message says how to come back.
    """
    from ..workflow.deliver import deliver  # loaded when the run is under way, as what follows
    from ..workflow.follow import follow
    from ..workflow.patience import Patience

    with session.progress() as report, coming_back(session, run.id):
        importlib.import_module("cosmos_houdini.report.sheet")  # loads while the engine works
        seconds = session.config.remote.patience_seconds
        there = follow(session.store, run.id, box, report, seconds)
        patience = Patience(run.id, box.name, report, seconds)
        run = patience.reach(
            lambda: deliver(session.store, session.store.run(run.id), there, box, patience.report)
        )
    finish(session, run, frames)
    return run


@contextmanager
def coming_back(session: Session, run_id: Optional[str]) -> Iterator[None]:
    """Turns Ctrl-C into exit code 130 and the words that say how to come back to the run; None: to all."""
    try:
        yield
    except KeyboardInterrupt:
        session.event("interrupted", id=run_id)
        back = f"To come back: cosmos-houdini attach {run_id or '--all'}"
        stop = f"To stop it:   cosmos-houdini cancel {run_id or 'RUN'}"
        emit_error(f"\ninterrupted. What the box has begun goes on.\n{back}\n{stop}")
        raise click.exceptions.Exit(INTERRUPTED) from None


def finish(session: Session, run: RunSpec, frames: Optional[PictureFormat]) -> Result:
    """Tells how a final run ended; for a success, makes what is still missing beside the video."""
    from ..workflow.finish import finish as complete

    with session.progress() as report:
        result = complete(session.store, run, partial(box_of, session), report, frames)
    session.event(
        "result",
        id=run.id,
        status=str(run.execution_status),
        video=str(result.video),
        sheet=str(result.sheet),
        frames=str(result.frames.folder) if result.frames is not None else None,
        seconds=run.execution.seconds,
    )
    session.say(f"result  {session.relative(result.video)}")
    session.say(f"sheet   {session.relative(result.sheet)}")
    if result.frames is not None:
        session.say(f"frames  {session.relative(result.frames.folder)}")
    return result
