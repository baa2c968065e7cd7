"""`logs`: what the engine printed."""

from __future__ import annotations

import time
from functools import partial

import click

from ...errors import BadInputError
from ...progress import Progress
from ...records.run_spec import RunSpec
from ...workflow.follow import NOT_STARTED
from ...workflow.patience import Patience
from ..out import emit
from ..running import box_of
from ..session import Session, session_options

PIECE = 1 << 18
PAUSE = 0.5  # seconds between two looks with --follow


@click.command(epilog="Example: cosmos-houdini logs last --follow")
@click.argument("run_spec", metavar="RUN")
@click.option("--follow", "-f", is_flag=True, help="Go on until the run ends; Ctrl-C stops only the reading.")
@session_options
def logs(session: Session, run_spec: str, follow: bool) -> None:
    """Print what the engine printed."""
    run = session.store.run(run_spec)
    kept = session.store.paths.output(run.id).log
    if run.execution_status.final and kept.is_file():
        _print(session, kept.read_text(encoding="utf-8"))
        return
    with box_of(session, run) as box:
        offset = 0
        # With --follow a box out of reach is waited for; the log goes on at the byte where it stopped.
        seconds = session.config.remote.patience_seconds if follow else 0.0
        patience = Patience(run.id, box.name, _tell, seconds)
        while True:
            there = patience.reach(lambda: box.agent.status([run.id])[run.id])
            if there.state in NOT_STARTED:
                raise _no_log(run)
            while (piece := patience.reach(partial(box.agent.log, run.id, offset, PIECE))).text:
                _print(session, piece.text)
                offset = piece.next
            if not follow or there.state.ended:
                return
            time.sleep(PAUSE)


def _tell(progress: Progress) -> None:
    click.echo(progress.message, err=True)


def _print(session: Session, text: str) -> None:
    if session.json:
        session.event("log", text=text)
    else:
        emit(text, newline=False)


def _no_log(run: RunSpec) -> BadInputError:
    if run.execution_status.final:
        return BadInputError(
            f"The log of {run.id} is gone.",
            why="It is neither in outputs/ nor on the box; both were cleaned up.",
            fix=f"Make a run like it: cosmos-houdini create-run {run.prompt_spec_id} --like {run.id}.",
        )
    return BadInputError(
        f"There is no log of {run.id} yet: it has not been submitted.", fix=f"cosmos-houdini run {run.id}"
    )
