"""`upscale`: the result of a run, brought to 4K."""

from __future__ import annotations

from typing import Optional

import click

from ...workflow.boxes import box_like
from ...workflow.frames import PictureFormat
from ..running import BOX_OPTION, FRAMES_OPTION
from ..session import Session, session_options
from ..words import FiniteRange
from .run import Wishes, execute, upscaling


@click.command(epilog="Example: cosmos-houdini upscale last --upscale-weight 0.7")
@click.argument("run_spec", metavar="RUN")
@click.option(
    "--upscale-weight", type=FiniteRange(min=0, min_open=True, max=1), default=0.5, show_default=True
)
@click.option("--num-gpu", type=click.IntRange(min=1), help="[default: engine.num_gpus]")
@click.option("--cuda-devices", metavar="LIST", help="Which GPUs, as in '0,1'. [default: any]")
@click.option("--detach", is_flag=True, help="Submit and come back at once; see attach.")
@BOX_OPTION
@FRAMES_OPTION
@session_options
def upscale(
    session: Session,
    run_spec: str,
    upscale_weight: float,
    num_gpu: Optional[int],
    cuda_devices: Optional[str],
    detach: bool,
    box_choice: Optional[str],
    frames: Optional[PictureFormat],
) -> None:
    """Bring the result of a successful run to 4K (three times its width and height), as a run of its own."""
    source = session.store.run(run_spec)
    bigger = upscaling(session, source, upscale_weight, num_gpu, cuda_devices)
    box_choice = box_choice or box_like(session.config, source)
    execute(session, bigger.id, Wishes(num_gpu, cuda_devices, detach, frames, box_choice))
