"""Cosmos Transfer1: records -> the controlnet spec and the argument list of its `transfer.py`.

Every value is written in one place only, since the spec silently loses to the command line and the command
line silently loses to the spec when it is spelt `--key=value` (source: transfer1 transfer.py):
the spec holds what makes the picture (texts, files, weights, numbers), so that it can be read, compared and
run again by hand; the arguments hold where and on what it runs (folders, GPUs, models, offloading), each as
two tokens.
"""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, ClassVar, Optional

from ..errors import BadInputError
from ..records.enums import BlurStrength, CannyThreshold, Control
from ..records.geometry import Resolution
from ..records.prompt_spec import PromptSpec, RegionalPrompt
from ..records.run_spec import ControlWeight, RunSpec
from .engine import BoxPlaces, BuildOrder, BuiltSpec, Engine
from .estimate import Estimate
from .transfer1_checkpoints import CHECKPOINTS
from .transfer1_cost import estimate
from .transfer1_sizes import (
    CHUNK_FRAMES,
    LATENT_SPLIT,
    MAX_FRAMES,
    MIN_FRAMES,
    SHARED_FRAMES,
    TRANSFER1_SIZES,
    chunk_count,
    gpus_allowed,
)
from .weights import normalised, without_zeros

# Controls that only the driving model ("AV sample") has, and that can't be computed from a video.
DRIVING = frozenset([Control.HDMAP, Control.LIDAR])
FULL_NOISE = 80.0  # the smallest sigma_max that needs no input video (source: transfer1 inference_utils.py)
UPSCALE_STEPS = 10  # source: transfer1 README of the 4K upscaler
UPSCALE_WEIGHT = ControlWeight(0.5)  # source: transfer1 assets/inference_upscaler.json


class Transfer1(Engine):
    """NVIDIA Cosmos Transfer1 7B."""

    name: ClassVar[str] = "transfer1"
    title: ClassVar[str] = "Cosmos Transfer1"
    entry: ClassVar[tuple[str, ...]] = ("cosmos_transfer1/diffusion/inference/transfer.py",)
    checkpoints = CHECKPOINTS
    sizes = TRANSFER1_SIZES
    controls = frozenset(Control)
    chunk_frames = CHUNK_FRAMES
    overlap = SHARED_FRAMES
    min_frames = MIN_FRAMES
    max_frames = MAX_FRAMES
    allowed_gpus = frozenset(gpus for gpus in range(1, LATENT_SPLIT + 1) if gpus_allowed(gpus))
    default_fps = 24
    default_steps = 35
    full_noise = FULL_NOISE

    def chunks(self, frames: int) -> int:
        return max(1, chunk_count(self.output_frames(frames)))

    def output_size(self, given: Resolution, upscale: bool = False) -> Resolution:
        bucket = self.sizes.nearest(given)
        return bucket.upscaled if upscale else bucket.size

    def output_frames(self, frames: int) -> int:
        return min(frames, self.max_frames)

    def live_controls(self, prompt: PromptSpec, run: RunSpec) -> tuple[Control, ...]:
        if run.upscale_of is not None:
            return (Control.UPSCALE,)
        return tuple(
            control for control in without_zeros(run.control_weights) if control in prompt.control_inputs
        )

    def estimate(self, frames: int, num_gpus: int, run: RunSpec) -> Estimate:
        return estimate(self, frames, num_gpus, run)

    def build(self, order: BuildOrder) -> BuiltSpec:
        places = order.places
        _check_places(places)
        spec = _upscale_spec(order) if order.run.upscale_of is not None else self._control_spec(order)
        arguments = self._arguments(order)
        return BuiltSpec(
            spec=spec,
            arguments=arguments,
            output_file=f"{places.output_folder}/{places.output_name}.mp4",
            # The prompt upsampler reads RANK from the environment (source: transfer1
            # world_generation_pipeline.py), which only torchrun sets.
            needs_torchrun=order.num_gpus > 1 or "--upsample_prompt" in arguments,
        )

    def _control_spec(self, order: BuildOrder) -> dict[str, Any]:
        prompt, run, places = order.prompt, order.run, order.places
        weights = without_zeros(run.control_weights)
        self._check_controls(prompt, weights, places)
        spec = _texts(order)
        if places.input_video is not None:
            spec["input_video_path"] = places.input_video
        spec |= _numbers(run, needs_full_noise=places.input_video is None)
        computed = [control for control in weights if control not in places.controls]
        spec |= _presets(run, computed)
        regions = _regions(prompt.regional_prompts, places)
        if regions and not run.parameters.distilled:  # the distilled model drops them without a word
            spec["regional_prompts"] = regions
        # With a map among them the model caps the sum at each pixel, and scaling the numbers alone here
        # would tip the balance between them and the map.
        mapped = any(weight.mask_path is not None for weight in weights.values())
        plain = {control: weight.value for control, weight in weights.items() if weight.mask_path is None}
        numbers = plain if mapped else normalised(plain)
        for control in weights:
            spec[str(control)] = _block(control, prompt, places, numbers.get(control))
        return spec

    def _check_controls(
        self, prompt: PromptSpec, weights: dict[Control, ControlWeight], places: BoxPlaces
    ) -> None:
        if not weights:
            raise BadInputError(
                "The run uses no control: every weight is zero or missing.",
                why="The model needs at least one control to follow.",
                fix="Give a weight above 0: create-run PROMPT_SPEC --weight depth=0.5.",
            )
        for control, weight in weights.items():
            if control is Control.UPSCALE:
                raise BadInputError(
                    "The run has a weight for upscale, but upscales no result.",
                    why="Bringing a result to 4K is a run of its own.",
                    fix="Use: cosmos-houdini upscale RUN.",
                )
            if control not in prompt.control_inputs:
                raise BadInputError(
                    f"There is a weight for {control}, and no {control} control in the prompt spec.",
                    fix=f"Add the control with --control-inputs {control}:VIDEO, or leave its weight out.",
                )
            if prompt.control_inputs[control].path is not None and control not in places.controls:
                raise ValueError(f"nobody said where the {control} video lies on the box")
            if weight.mask_path is not None and control not in places.weight_maps:
                raise ValueError(f"nobody said where the weight map of {control} lies on the box")
            if control not in places.controls and (control in DRIVING or places.input_video is None):
                raise BadInputError(
                    f"The {control} control has no video, and can't be computed.",
                    why="It is never computed by the model."
                    if control in DRIVING
                    else "The model computes a control from the input video, and there is none.",
                    fix=f"Give the video: --control-inputs {control}:VIDEO.",
                )

    def _arguments(self, order: BuildOrder) -> tuple[str, ...]:
        places, chosen = order.places, order.run.parameters
        upscale = order.run.upscale_of is not None
        driving = bool(DRIVING & set(without_zeros(order.run.control_weights)))
        flags = {
            "--is_av_sample": (chosen.av_sample or driving) and not upscale,
            "--use_distilled": chosen.distilled and not upscale,
            # The upsampler looks at a control, and an upscaling run has none.
            "--upsample_prompt": chosen.upsample_prompt and not upscale,
            "--offload_prompt_upsampler": chosen.offload_prompt_upsampler and not upscale,
            "--offload_diffusion_transformer": chosen.offload_diffusion_transformer,
            # Upstream's own line for the upscaler has it: nine patches of 720p are in memory at once.
            "--offload_text_encoder_model": chosen.offload_text_encoder or upscale,
            "--offload_guardrail_models": chosen.offload_guardrail_models,
        }
        return (
            *("--controlnet_specs", places.spec_path),
            *("--video_save_folder", places.output_folder),
            *("--video_save_name", places.output_name),
            *("--checkpoint_dir", places.checkpoint_dir),
            *("--num_gpus", str(order.num_gpus)),
            *(flag for flag, wanted in flags.items() if wanted),
        )


def _upscale_spec(order: BuildOrder) -> dict[str, Any]:
    """4K from a result: no other control goes with it (source: transfer1 inference_utils.py)."""
    if order.places.input_video is None:
        raise BadInputError(
            "There is no video to upscale.", fix="Fetch the run first: cosmos-houdini fetch RUN."
        )
    weight = order.run.control_weights.get(Control.UPSCALE, UPSCALE_WEIGHT)
    spec = _texts(order)
    spec["input_video_path"] = order.places.input_video
    spec |= {"num_steps": UPSCALE_STEPS, **_numbers(order.run)}
    spec["upscale"] = {"control_weight": min(1.0, weight.value) or "0"}
    return spec


def _texts(order: BuildOrder) -> dict[str, Any]:
    spec = {"prompt": order.prompt.prompt}
    # Left out, the model's own negative prompt holds; an empty one makes it fail (source: transfer1
    # world_generation_pipeline.py), and the distilled model reads none.
    negative = order.prompt.negative_prompt
    if negative is not None and not order.run.parameters.distilled:
        spec["negative_prompt"] = negative
    return spec


def _numbers(run: RunSpec, needs_full_noise: bool = False) -> dict[str, Any]:
    """Only what was chosen: for the rest the model's own defaults hold.

    The distilled model takes one step whatever it is told, so nothing about steps is written for it.
    """
    chosen = run.parameters
    sigma_max: Optional[float] = chosen.sigma_max
    if needs_full_noise and sigma_max is None:
        sigma_max = FULL_NOISE
    numbers: dict[str, Any] = {"seed": chosen.seed, "fps": chosen.fps}
    if not chosen.distilled:
        numbers |= {"num_steps": chosen.num_steps, "guidance": chosen.guidance}
    numbers["sigma_max"] = sigma_max if needs_full_noise or not chosen.distilled else None
    return {key: value for key, value in numbers.items() if value is not None}


def _presets(run: RunSpec, computed: list[Control]) -> dict[str, Any]:
    """Presets of the controls that the model computes; it uses a given video as it is."""
    chosen = run.parameters
    presets: dict[str, Any] = {}
    if Control.VIS in computed and chosen.blur_strength is not None:
        presets["blur_strength"] = chosen.blur_strength
    if Control.EDGE in computed and chosen.canny_threshold is not None:
        presets["canny_threshold"] = chosen.canny_threshold
    for key, preset in presets.items():
        if preset in (BlurStrength.NONE, CannyThreshold.NONE):
            raise BadInputError(
                f"The model has no {key} 'none' for a control that it computes itself.",
                fix="Use very_low, or encode the control here: cosmos-houdini passes encode FRAMES.",
            )
    return {key: str(preset) for key, preset in presets.items()}


def _block(
    control: Control, prompt: PromptSpec, places: BoxPlaces, number: Optional[float]
) -> dict[str, Any]:
    block: dict[str, Any] = {}
    if control in places.controls:
        block["input_control"] = places.controls[control]
    elif control is Control.SEG and prompt.control_inputs[control].prompt:
        block["input_control_prompt"] = prompt.control_inputs[control].prompt
    block["control_weight"] = places.weight_maps[control] if number is None else number
    return block


def _regions(regional: tuple[RegionalPrompt, ...], places: BoxPlaces) -> list[dict[str, Any]]:
    regions: list[dict[str, Any]] = []
    for index, region in enumerate(regional):
        if region.mask_prompt is not None:
            regions.append({"prompt": region.prompt, "mask_prompt": region.mask_prompt})
            continue
        where = list(region.box) if region.box is not None else places.region_masks[index]
        regions.append({"prompt": region.prompt, "region_definitions_path": where})
    return regions


def _check_places(places: BoxPlaces) -> None:
    """The model resolves a relative path from wherever it was started, so there must be none."""
    named = [places.spec_path, places.output_folder, places.input_video, *places.controls.values()]
    for path in [*named, *places.weight_maps.values(), *places.region_masks.values()]:
        # A drive letter is absolute too: the local box may be a Windows machine.
        if path is not None and not (
            PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()
        ):
            raise ValueError(f"'{path}' is not an absolute path on the box")
