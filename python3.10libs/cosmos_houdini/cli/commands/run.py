"""`run`: the whole way of one run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Optional

import click

from ...errors import UsageError
from ...records.run_spec import RunSpec
from ...workflow.box import Box
from ...workflow.boxes import box_like
from ...workflow.frames import PictureFormat
from ...workflow.start import gpus_of, start
from ..running import (
    BOX_OPTION,
    FRAMES_OPTION,
    box_of,
    bring_home,
    coming_back,
    finish,
)
from ..session import Session, session_options
from ..words import FiniteRange

if TYPE_CHECKING:
    from ...preflight.check import Report as Checked
    from ...workflow.plan import Plan


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
        bigger = upscaling(session, record, upscale_weight, num_gpu, cuda_devices)
        execute(session, bigger.id, replace(wishes, box=box_choice or box_like(session.config, record)))


def execute(session: Session, reference: str, wishes: Wishes = Wishes()) -> RunSpec:
    """Carries a run out to its end, or to its submission with `detach`; returns how its record stands."""
    store = session.store
    record = store.run(reference)
    if record.execution_status.final:
        session.say(f"{record.id} has run before.")
        finish(session, record, wishes.frames)
        return record
    with box_of(session, record, wishes.box) as box:
        with session.progress() as report, coming_back(session, record.id):
            record = start(
                store,
                session.config,
                record,
                box,
                report,
                num_gpus=wishes.num_gpu,
                cuda_devices=wishes.cuda_devices,
                checked=partial(_tell_checked, session),
                planned=partial(_tell_planned, session, box),
            )
        if wishes.detach:
            session.event("submitted", id=record.id, box=box.name)
            session.say(f"Submitted to {box.name}. Come back with: cosmos-houdini attach {record.id}")
            return store.run(record.id)
        return bring_home(session, record, box, wishes.frames)


def upscaling(
    session: Session, source: RunSpec, weight: float, num_gpu: Optional[int], cuda_devices: Optional[str]
) -> RunSpec:
    """The record of the run that brings the result of `source` to 4K; asked for again it is the same one."""
    from ...workflow.upscale import upscaled

    gpus = gpus_of(session.config, num_gpu, cuda_devices)
    with session.progress() as report:
        bigger, known = upscaled(session.store, source, weight, gpus, partial(box_of, session), report)
    session.say(f"{bigger.id} upscales {source.id}{' already' if known else ''}.")
    return bigger


def _tell_checked(session: Session, found: Checked) -> None:
    for problem in found.warnings:
        session.warn(problem.what)
    session.event("preflight", problems=[problem.as_json() for problem in found.problems])


def _tell_planned(session: Session, box: Box, order: Plan) -> None:
    from ...preflight.wording import counted

    expected = order.expected
    chunks = counted(order.engine.chunks(expected.frames), "chunk")
    session.say(
        f"{order.run.id}  {order.run.engine} on {box.name}: {expected.frames} frames of {expected.width}x"
        f"{expected.height} at {expected.fps} fps, {chunks}"
    )
