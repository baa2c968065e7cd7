"""What `run`, `attach`, `fetch` and `upscale` have in common: bring a run home and say where it is."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, Optional

import click

from ..errors import UsageError
from ..records.run_spec import RunSpec
from ..workflow.boxes import LOCAL, Box, box_named, default_box, open_box
from .out import emit_error
from .session import Session

INTERRUPTED = 130
PictureFormat = Literal["png", "exr"]
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
def box_of(session: Session, run: Optional[RunSpec] = None, choice: Optional[str] = None) -> Iterator[Box]:
    """The box that the run was given to, else the chosen one, else the one of the settings."""
    box = open_box(session.store, session.config, box_name(session, run, choice))
    try:
        yield box
    finally:
        box.close()


def own_box(session: Session, choice: Optional[str]) -> str:
    """The box that a command about no run in particular speaks of: the GPU box where there is one."""
    return box_named(session.config, choice) if choice else session.config.remote.host or LOCAL


def box_name(session: Session, run: Optional[RunSpec], choice: Optional[str]) -> str:
    """UsageError where the run is on another box already: one run is carried out once, in one place."""
    chosen = box_named(session.config, choice) if choice is not None else None
    if run is None or not run.execution.box:
        return chosen or default_box(session.config, run.engine if run else session.config.engine.name)
    if chosen is not None and chosen != run.execution.box and run.execution.submitted_at is not None:
        raise UsageError(
            f"{run.id} was submitted to {run.execution.box} already.",
            fix=f"Leave --box out, or make a run like it: cosmos-houdini create-run {run.prompt_spec_id} "
            f"--like {run.id}.",
        )
    return chosen or run.execution.box


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
    return finish(session, run, frames)


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


def finish(session: Session, run: RunSpec, frames: Optional[PictureFormat]) -> RunSpec:
    """Tells how a final run ended; for a success, makes what is still missing beside the video."""
    from ..workflow.deliver import outcome, refetch
    from ..workflow.present import extract_frames, make_sheet

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


def box_like(session: Session, source: RunSpec) -> Optional[str]:
    """The choice of the box that `source` ran on: where its video is already, none of its bytes travels."""
    if source.execution.box == LOCAL:
        return LOCAL
    return "remote" if source.execution.box == session.config.remote.host else None
