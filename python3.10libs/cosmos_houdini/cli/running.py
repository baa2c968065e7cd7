"""What `run`, `attach`, `fetch` and `upscale` have in common: bring a run home and say where it is."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, Optional

import click

from ..records.run_spec import RunSpec
from ..workflow.boxes import Box, open_box
from ..workflow.deliver import deliver, outcome, refetch
from ..workflow.follow import follow
from ..workflow.present import extract_frames, make_sheet
from .out import emit_error
from .session import Session

INTERRUPTED = 130
PictureFormat = Literal["png", "exr"]
FRAMES_OPTION = click.option(
    "--frames", type=click.Choice(["png", "exr"]), help="Also write the result's frames, as png or exr."
)


@contextmanager
def box_of(session: Session, run: Optional[RunSpec] = None) -> Iterator[Box]:
    """The box that the run was given to, else the one of the settings."""
    name = run.execution.box if run is not None and run.execution.box else "local"
    box = open_box(session.store, session.config, name)
    try:
        yield box
    finally:
        box.close()


def bring_home(session: Session, run: RunSpec, box: Box, frames: Optional[PictureFormat]) -> RunSpec:
    """Follows to the end, fetches, verifies, draws the sheet; raises for a failed or cancelled run.

    Ctrl-C ends only the watching: the run goes on, and the message says how to come back.
    """
    with session.progress() as report, coming_back(session, run.id):
        importlib.import_module("cosmos_houdini.report.sheet")  # loads while the engine works
        there = follow(session.store, run.id, box, report)
        run = deliver(session.store, session.store.run(run.id), there, box, report)
    return finish(session, run, frames)


@contextmanager
def coming_back(session: Session, run_id: str) -> Iterator[None]:
    """Turns Ctrl-C into exit code 130 and the words that say how to come back to the run."""
    try:
        yield
    except KeyboardInterrupt:
        session.event("interrupted", id=run_id)
        emit_error(
            f"\ninterrupted. What the box has begun goes on.\n"
            f"To come back: cosmos-houdini attach {run_id}\n"
            f"To stop it:   cosmos-houdini cancel {run_id}"
        )
        raise click.exceptions.Exit(INTERRUPTED) from None


def finish(session: Session, run: RunSpec, frames: Optional[PictureFormat]) -> RunSpec:
    """Tells how a final run ended; for a success, makes what is still missing beside the video."""
    error = outcome(run)
    if error is not None:
        raise error
    places = session.store.paths.output(run.id)
    if not places.video.is_file():
        with box_of(session, run) as box, session.progress() as report:
            refetch(session.store, run, box, report)
    sheet = places.sheet if places.sheet.is_file() else make_sheet(session.store, run)
    if frames is not None:
        extract_frames(session.store, run, frames)
    session.event(
        "result",
        id=run.id,
        status=str(run.execution_status),
        video=str(places.video),
        sheet=str(sheet),
        frames=str(places.frames) if frames is not None else None,
        seconds=run.execution.seconds,
    )
    session.say(f"result  {session.relative(places.video)}")
    session.say(f"sheet   {session.relative(sheet)}")
    if frames is not None:
        session.say(f"frames  {session.relative(places.frames)}")
    return run
