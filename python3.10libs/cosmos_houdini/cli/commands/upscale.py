"""`upscale`: the result of a run, brought to 4K."""

from __future__ import annotations

from typing import Optional

import click

from ... import authoring
from ...errors import BadInputError
from ...preflight.check import check_run
from ...records.enums import Status
from ...workflow.deliver import refetch
from ..running import FRAMES_OPTION, PictureFormat, box_of
from ..session import Session, session_options
from .run import execute, gpus_of, refuse_errors


@click.command(epilog="Example: cosmos-houdini upscale last --upscale-weight 0.7")
@click.argument("run_spec", metavar="RUN")
@click.option(
    "--upscale-weight", type=click.FloatRange(min=0, min_open=True, max=1), default=0.5, show_default=True
)
@click.option("--num-gpu", type=click.IntRange(min=1), help="[default: engine.num_gpus]")
@click.option("--cuda-devices", metavar="LIST", help="Which GPUs, as in '0,1'. [default: any]")
@click.option("--detach", is_flag=True, help="Submit and come back at once; see attach.")
@FRAMES_OPTION
@session_options
def upscale(
    session: Session,
    run_spec: str,
    upscale_weight: float,
    num_gpu: Optional[int],
    cuda_devices: Optional[str],
    detach: bool,
    frames: Optional[PictureFormat],
) -> None:
    """Bring the result of a successful run to 4K (three times its width and height), as a run of its own."""
    source = session.store.run(run_spec)
    if source.execution_status is not Status.SUCCESS:
        raise BadInputError(
            f"The run {source.id} has no result to upscale: it is {source.execution_status}.",
            fix=f"Make one like it: cosmos-houdini create-run {source.prompt_spec_id} --like {source.id}."
            if source.execution_status.final
            else f"Bring it to an end first: cosmos-houdini run {source.id}.",
        )
    if source.upscale_of is not None:
        raise BadInputError(
            f"{source.id} is an upscaled run already.", fix=f"Its source is {source.upscale_of}."
        )
    if not session.store.paths.output(source.id).video.is_file():
        with box_of(session, source) as box, session.progress() as report:
            refetch(session.store, source, box, report)
    run = authoring.upscaling_run(source, upscale_weight)
    found = check_run(session.store, run, num_gpus=gpus_of(session, num_gpu, cuda_devices))
    refuse_errors(found.errors, fix="Mend it as said above, then type the command again.")
    run, _ = session.store.add_run(run)  # only now: what can't run leaves no record behind
    session.say(f"{run.id} upscales {source.id}.")
    execute(session, run.id, num_gpu, cuda_devices, detach, frames)
