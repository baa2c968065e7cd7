"""`run`: the whole way of one run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional

import click

from ...errors import UsageError
from ...records.run_spec import RunSpec
from ...workflow.boxes import Box
from ..checking import gpus_of, refuse_errors
from ..problems import problems_json
from ..running import (
    BOX_OPTION,
    FRAMES_OPTION,
    PictureFormat,
    box_like,
    box_of,
    bring_home,
    coming_back,
    finish,
)
from ..session import Session, session_options
from ..words import FiniteRange


@dataclass(frozen=True)
class Wishes:
    """How a run is to be carried out, as typed."""

    num_gpu: Optional[int] = None
    cuda_devices: Optional[str] = None
    detach: bool = False
    frames: Optional[PictureFormat] = None
    box: Optional[str] = None


@click.command(epilog="Example: cosmos-houdini run last --num-gpu 2 --cuda-devices 0,1 --upscale")
@click.argument("run_spec", metavar="RUN")
@click.option("--num-gpu", type=click.IntRange(min=1), help="[default: engine.num_gpus]")
@click.option("--cuda-devices", metavar="LIST", help="Which GPUs, as in '0,1'. [default: any]")
@click.option("--detach", is_flag=True, help="Submit and come back at once; see attach.")
@click.option("--upscale", is_flag=True, help="Then bring the result to 4K, as a run of its own.")
@click.option(
    "--upscale-weight", type=FiniteRange(min=0, min_open=True, max=1), default=0.5, show_default=True
)
@BOX_OPTION
@FRAMES_OPTION
@session_options
def run(
    session: Session,
    run_spec: str,
    num_gpu: Optional[int],
    cuda_devices: Optional[str],
    detach: bool,
    upscale: bool,
    upscale_weight: float,
    box_choice: Optional[str],
    frames: Optional[PictureFormat],
) -> None:
    """Check, submit, follow, fetch and verify one run. Typing it again never starts it twice."""
    if upscale and detach:
        raise UsageError(
            "--upscale and --detach don't go together.",
            why="The upscaling begins when the result is here.",
            fix="Leave --detach out, or type `cosmos-houdini upscale RUN` once the run is done.",
        )
    wishes = Wishes(num_gpu, cuda_devices, detach, frames, box_choice)
    record = execute(session, run_spec, wishes)
    if upscale:
        from ..upscaling import upscaled

        bigger = upscaled(session, record, upscale_weight, gpus_of(session, num_gpu, cuda_devices))
        execute(session, bigger.id, replace(wishes, box=box_choice or box_like(session, record)))


def execute(session: Session, reference: str, wishes: Wishes = Wishes()) -> RunSpec:
    """Carries a run out to its end, or to its submission with `detach`; returns how its record stands."""
    store = session.store
    record = store.run(reference)
    if record.execution_status.final:
        session.say(f"{record.id} has run before.")
        return finish(session, record, wishes.frames)
    with box_of(session, record, wishes.box) as box:
        if record.execution.submitted_at is None:
            _send(session, record, box, wishes)
        if wishes.detach:
            session.event("submitted", id=record.id, box=box.name)
            session.say(f"Submitted to {box.name}. Come back with: cosmos-houdini attach {record.id}")
            return store.run(record.id)
        return bring_home(session, record, box, wishes.frames)


def _send(session: Session, record: RunSpec, box: Box, wishes: Wishes) -> None:
    """Checks the run and hands it to the box, which is asked about it while the check goes on."""
    store = session.store
    gpus = gpus_of(session, wishes.num_gpu, wishes.cuda_devices)
    files = {} if record.upscale_of is not None else store.prompt_of(record).files()
    box.ask_ahead(record.id, files.values())
    # Loaded only now: the box takes as long to answer.
    from ...preflight.wording import counted
    from ...workflow.plan import plan
    from ...workflow.submit import submit

    _refuse_bad_input(session, record, gpus)
    order = plan(store, record, gpus)
    expected = order.expected
    chunks = counted(order.engine.chunks(expected.frames), "chunk")
    session.say(
        f"{record.id}  {record.engine} on {box.name}: {expected.frames} frames of {expected.width}x"
        f"{expected.height} at {expected.fps} fps, {chunks}"
    )
    with session.progress() as report, coming_back(session, record.id):
        submit(store, order, box, session.config, wishes.cuda_devices, report)


def _refuse_bad_input(session: Session, record: RunSpec, gpus: int) -> None:
    from ...preflight.check import check_run

    found = check_run(session.store, record, num_gpus=gpus)
    for problem in found.warnings:
        session.warn(problem.what)
    session.event("preflight", problems=problems_json(found.problems))
    refuse_errors(
        found.errors,
        fix=f"cosmos-houdini check {record.id} --fix mends what a machine can."
        if any(problem.fixable for problem in found.errors)
        else "Mend it as said above, then create the records again.",
    )
