"""`job`: encode, spec, transfer and load as the jobs of a PDG network.

Each reports to its work item where there is one, and works the same from a shell. An option that is given as
an empty text counts as left out, so that a network may pass an attribute that an item may lack.
"""

from __future__ import annotations

import dataclasses
import re
from contextlib import suppress
from typing import Any, Optional
from urllib.parse import unquote

import click

from ... import authoring
from ...errors import BridgeError, UsageError
from ...records.item_attributes import (
    ENGINE,
    FRAMES,
    IMAGE_TAG,
    PROMPT_ID,
    RECORD_TAG,
    RUN_ID,
    SET,
    STATUS,
    VIDEO,
    VIDEO_TAG,
    VIDEOS,
)
from ...records.run_spec import RunSpec
from ...workflow.boxes import box_like
from ...workflow.finish import Result
from ...workflow.frames import PictureFormat
from ...workflow.known import KnownRecords
from ..jobs.given import NEEDED, TEXT, WHOLE
from ..jobs.session import JobSession, job_options
from ..running import BOX_OPTION, FRAMES_OPTION, finish
from ..words import typed_number
from .create_run import chosen_weights
from .passes import encode_options, make_videos, request_of
from .run import Wishes, execute, upscaling


class EncodedGroup(click.Group):
    """Takes `--encoded` before a command's name: then every word after it is percent-encoded.

    On its way through a scheduler a command line is changed and cut by rules of others; what is encoded they
    leave alone.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args[:1] == ["--encoded"]:
            args = [unquote(word) for word in args[1:]]
        return super().parse_args(ctx, args)


@click.group(
    cls=EncodedGroup, epilog="Example: cosmos-houdini job transfer --project shot/cosmos --run rs_1f2e"
)
def job() -> None:
    """The steps of a PDG network, each as the command of a work item."""


@job.command(
    epilog="Example: cosmos-houdini job encode --project . --frames 'render/shot.$F4.exr' --name city"
)
@click.option("--frames", metavar="FRAMES", help="A pattern, a folder, or a video.")
@click.option("--force", is_flag=True, help="Encode again what has not changed, too.")
@click.option("--must-make", is_flag=True, help="Fail where a video of --only can't be made.")
@encode_options
@job_options
def encode(session: JobSession, must_make: bool, **options: Any) -> None:
    """Rendered frames -> control videos in inputs/videos/NAME."""
    request = dataclasses.replace(request_of(session, **options), lenient=not must_make)
    made = make_videos(session, request)
    for video, reason in made.skipped.items():
        session.warn(f"The {video} video was not made. {reason.why} {reason.fix}")
    session.item.attribute(SET, request.name)
    session.item.attribute(VIDEOS, str(request.folder))
    session.item.output_files([made.path(video) for video in made.videos], VIDEO_TAG)


@job.command(
    epilog="Example: cosmos-houdini job spec --project . --name city --controls inputs/videos/city "
    "--prompt 'A city at night' --seed 7"
)
@click.option("--name", type=NEEDED, required=True, help="Of the prompt spec and the run.")
@click.option(
    "--controls", type=NEEDED, required=True, metavar="FOLDER", help="A folder made by `passes encode`."
)
@click.option("--prompt", type=NEEDED, required=True, help="What is to be seen.")
@click.option("--negative-prompt", type=TEXT, help="What must not be seen. [default: the engine's own]")
@click.option("--engine", type=TEXT, help="preview or transfer1. [default: engine.name]")
@click.option(
    "--weight",
    "weights",
    multiple=True,
    metavar="CONTROL=NUMBER",
    help="As depth=0.4. [default: equal parts]",
)
@click.option("--seed", type=WHOLE, help="Another number, another result.")
@click.option("--num-steps", type=WHOLE, help="Denoising steps.")
@click.option("--guidance", type=TEXT, help="How closely the prompt is followed.")
@click.option("--sigma-max", type=TEXT, help="How much the input video is dissolved into noise, 0 to 80.")
@click.option("--fps", type=WHOLE, help="The rate that the result is written at.")
@click.option(
    "--weight-mask", "masks", multiple=True, metavar="CONTROL=VIDEO", help="As create-run takes it."
)
@click.option("--weight-outside", "outside", multiple=True, metavar="CONTROL=NUMBER", help="Likewise.")
@click.option("--distilled", is_flag=True, help="The one-step model (edge only).")
@click.option("--upsample-prompt", is_flag=True, help="Let a language model enrich the prompt.")
@click.option("--offload-diffusion-transformer", is_flag=True, help="Free the GPU of it meanwhile.")
@click.option("--offload-text-encoder", is_flag=True, help="The same for the text encoder.")
@click.option("--offload-guardrail-models", is_flag=True, help="The same for the guardrails.")
@click.option("--offload-prompt-upsampler", is_flag=True, help="The same for the prompt upsampler.")
@job_options
def spec(
    session: JobSession,
    name: str,
    controls: str,
    prompt: str,
    negative_prompt: Optional[str],
    engine: Optional[str],
    weights: tuple[str, ...],
    masks: tuple[str, ...],
    outside: tuple[str, ...],
    **parameters: Any,
) -> None:
    """Control videos and a prompt -> the records of a run; asked for again, they are the same."""
    folder = str(session.project / controls)
    known = KnownRecords(session.store)
    colour, chosen = authoring.controls_of_folder(session.store, folder)
    wanted = authoring.prompt_spec(
        session.store, name, prompt, negative_prompt=negative_prompt, input_video=colour, controls=chosen
    )
    record, _ = known.prompt(wanted)
    for option in ("guidance", "sigma_max"):
        if parameters[option] is not None:
            parameters[option] = typed_number(parameters[option], f"--{option.replace('_', '-')}")
    given = {key: value for key, value in parameters.items() if value is not None and value is not False}
    typed = tuple(text for text in weights if _says_something(text))
    run, file = known.run(
        authoring.run_spec(
            record,
            engine=engine or session.config.engine.name,
            weights=chosen_weights(session, record, None, (), typed, masks, outside),
            parameters=dataclasses.replace(authoring.parameters_of(session.config.engine), **given),
            name=name,
        )
    )
    _tell(session, run)
    session.item.output_files([file], RECORD_TAG)
    session.say(f"{run.id}: {run.engine}, of {record.id}")
    session.event("spec", prompt_spec_id=record.id, id=run.id, file=str(file), engine=run.engine)


@job.command(epilog="Example: cosmos-houdini job transfer --project . --run rs_1f2e --num-gpu 4")
@click.option("--run", "reference", type=NEEDED, required=True, metavar="RUN", help="Its id.")
@click.option("--num-gpu", type=WHOLE, help="[default: engine.num_gpus]")
@click.option("--cuda-devices", type=TEXT, metavar="LIST", help="Which GPUs, as in '0,1'. [default: any]")
@click.option(
    "--upscale-weight", type=TEXT, metavar="NUMBER", help="Then bring the result to 4K. [default: no]"
)
@BOX_OPTION
@FRAMES_OPTION
@job_options
def transfer(
    session: JobSession,
    reference: str,
    num_gpu: Optional[int],
    cuda_devices: Optional[str],
    upscale_weight: Optional[str],
    box_choice: Optional[str],
    frames: Optional[PictureFormat],
) -> None:
    """Submits a run, follows it, fetches and verifies its result. One that runs already is only followed.

    One that failed or was cancelled is begun anew, as a run of its own.
    """
    if num_gpu is not None and num_gpu < 1:
        raise UsageError(f"--num-gpu is {num_gpu}.", fix="Give 1 or more.")
    weight = None if upscale_weight is None else typed_number(upscale_weight, "--upscale-weight")
    wishes = Wishes(num_gpu, cuda_devices, frames=frames, box=box_choice)
    run = _carried(session, KnownRecords(session.store).alive(session.store.run(reference)), wishes)
    if weight is not None:
        bigger = upscaling(session, run, weight, num_gpu, cuda_devices)
        run = _carried(
            session, bigger, dataclasses.replace(wishes, box=box_choice or box_like(session.config, run))
        )
    outputs = session.store.paths.output(run.id)
    session.item.attribute(VIDEO, str(outputs.video))
    session.item.output_files([outputs.video], VIDEO_TAG)
    session.item.output_files([outputs.sheet], IMAGE_TAG)


def _carried(session: JobSession, run: RunSpec, wishes: Wishes) -> RunSpec:
    """The run as it stands at its end; its item is told on the way."""
    _tell(session, run)
    try:
        execute(session, run.id, wishes)
    except BaseException:
        with suppress(BridgeError):  # what went wrong with the run is what is to be told
            _tell_status(session, run.id)
        raise
    return _tell_status(session, run.id)


def _tell_status(session: JobSession, run_id: str) -> RunSpec:
    run = session.store.run(run_id)
    session.item.attribute(STATUS, str(run.execution_status))
    return run


@job.command(epilog="Example: cosmos-houdini job load --project . --run rs_1f2e --format exr")
@click.option("--run", "reference", type=NEEDED, required=True, metavar="RUN", help="Its id.")
@click.option(
    "--format", "picture_format", type=click.Choice(["png", "exr"]), default="png", show_default=True
)
@job_options
def load(session: JobSession, reference: str, picture_format: PictureFormat) -> None:
    """The frames of a result as files, for COPs."""
    result = _finished(session, session.store.run(reference), picture_format)
    assert result.frames is not None
    session.item.attribute(VIDEO, str(result.video))
    session.item.attribute(FRAMES, result.frames.pattern)
    session.item.output_files(result.frames.files, IMAGE_TAG)
    session.event("frames", **result.frames.as_json())


def _finished(session: JobSession, run: RunSpec, picture_format: PictureFormat) -> Result:
    if not run.execution_status.final:
        raise UsageError(
            f"The run {run.id} has no result yet: it is {run.execution_status}.",
            fix=f"Bring it to an end first: cosmos-houdini attach {run.id}.",
        )
    return finish(session, run, picture_format)


def _tell(session: JobSession, run: RunSpec) -> None:
    session.item.attribute(PROMPT_ID, run.prompt_spec_id)
    session.item.attribute(RUN_ID, run.id)
    session.item.attribute(ENGINE, run.engine)
    session.item.attribute(STATUS, str(run.execution_status))


def _says_something(weight: str) -> bool:
    """`depth=` alone, of an item without that attribute, is no weight."""
    return not re.fullmatch(r"\w+=\s*", weight)
