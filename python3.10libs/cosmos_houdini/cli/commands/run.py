"""`run`: the whole way of one run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import click

from ...engines.cuda_devices import check_cuda_devices
from ...errors import BadInputError
from ...preflight.check import check_run
from ...preflight.problem import Problem
from ...preflight.wording import counted
from ...workflow.plan import plan
from ...workflow.submit import submit
from ..problems import problems_json, problems_text
from ..running import FRAMES_OPTION, PictureFormat, box_of, bring_home, coming_back, finish
from ..session import Session, session_options


@click.command(epilog="Example: cosmos-houdini run last --num-gpu 2 --cuda-devices 0,1")
@click.argument("run_spec", metavar="RUN")
@click.option("--num-gpu", type=click.IntRange(min=1), help="[default: engine.num_gpus]")
@click.option("--cuda-devices", metavar="LIST", help="Which GPUs, as in '0,1'. [default: any]")
@click.option("--detach", is_flag=True, help="Submit and come back at once; see attach.")
@FRAMES_OPTION
@session_options
def run(
    session: Session,
    run_spec: str,
    num_gpu: Optional[int],
    cuda_devices: Optional[str],
    detach: bool,
    frames: Optional[PictureFormat],
) -> None:
    """Check, submit, follow, fetch and verify one run. Typing it again never starts it twice."""
    execute(session, run_spec, num_gpu, cuda_devices, detach, frames)


def execute(
    session: Session,
    reference: str,
    num_gpu: Optional[int] = None,
    cuda_devices: Optional[str] = None,
    detach: bool = False,
    frames: Optional[PictureFormat] = None,
) -> None:
    store = session.store
    record = store.run(reference)
    if record.execution_status.final:
        session.say(f"{record.id} has run before.")
        finish(session, record, frames)
        return
    with box_of(session, record) as box:
        if record.execution.submitted_at is None:
            gpus = gpus_of(session, num_gpu, cuda_devices)
            _refuse_bad_input(session, record.id, gpus)
            order = plan(store, record, gpus)
            expected = order.expected
            chunks = counted(order.engine.chunks(expected.frames), "chunk")
            session.say(
                f"{record.id}  {record.engine} on {box.name}: {expected.frames} frames of {expected.width}x"
                f"{expected.height} at {expected.fps} fps, {chunks}"
            )
            with session.progress() as report, coming_back(session, record.id):
                submit(store, order, box, session.config, cuda_devices, report)
        if detach:
            session.event("submitted", id=record.id, box=box.name)
            session.say(f"Submitted to {box.name}. Come back with: cosmos-houdini attach {record.id}")
            return
        bring_home(session, record, box, frames)


def gpus_of(session: Session, num_gpu: Optional[int], cuda_devices: Optional[str]) -> int:
    """How many GPUs are asked for; BadInputError where the list of devices doesn't fit."""
    gpus = num_gpu or session.config.engine.num_gpus
    devices = cuda_devices or session.config.engine.cuda_devices
    if devices:
        check_cuda_devices(devices, gpus)
    return gpus


def refuse_errors(errors: Sequence[Problem], fix: str) -> None:
    """BadInputError that names everything that pre-flight found."""
    if errors:
        count = counted(len(errors), "error")
        raise BadInputError(f"Pre-flight found {count}; nothing was sent.\n{problems_text(errors)}", fix=fix)


def _refuse_bad_input(session: Session, run_id: str, num_gpus: int) -> None:
    found = check_run(session.store, session.store.run(run_id), num_gpus=num_gpus)
    for problem in found.warnings:
        session.warn(problem.what)
    session.event("preflight", problems=problems_json(found.problems))
    refuse_errors(
        found.errors,
        fix=f"cosmos-houdini check {run_id} --fix mends what a machine can."
        if any(problem.fixable for problem in found.errors)
        else "Mend it as said above, then create the records again.",
    )
