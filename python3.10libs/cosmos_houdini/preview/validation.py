"""What is checked before anything is loaded, in the model's order (source: transfer1 inference_utils.py)."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from cosmos_houdini.engines.transfer1_sizes import MAX_FPS, MAX_SEED, gpus_allowed
from cosmos_houdini.preview.arguments import ControlBlock, Request
from cosmos_houdini.preview.console import log, world_size
from cosmos_houdini.preview.refusal import RefusalError

FULL_NOISE = 80.0  # from this sigma on, nothing of an input video is left
DISTILLED_HINT = "edge"
DEFAULT_WEIGHT = "0.5"
FINEST_RATE = 100_000  # the largest denominator of a rate: 23.976 stays near 24000/1001

_NUMBERS = ("sigma_max", "num_steps", "guidance", "fps", "seed", "num_gpus")


def validated(request: Request) -> Request:
    """The request with defaults filled in; RefusalError for the first thing the model would not take."""
    arguments = request.arguments
    controls = tuple(_validated_block(request, control) for control in request.controls)
    if arguments.use_distilled and arguments.is_av_sample:
        raise RefusalError("AssertionError", "use_distilled and is_av_sample exclude each other.")
    if arguments.use_distilled and arguments.save_input_noise:
        raise RefusalError("AssertionError", "A distilled model can't save its input noise.")
    _check_numbers(request)
    _check_paths(request)
    _check_ranks(request)
    if arguments.upsample_prompt and "RANK" not in os.environ:
        raise RefusalError("KeyError", "'RANK'", "--upsample_prompt works under torchrun only")
    return replace(request, controls=controls)


def check_prompts(prompt: object, request: Request) -> None:
    """The guardrail's answer to an empty prompt; nothing else can be judged without its models."""
    if not isinstance(prompt, str) or not prompt.strip():
        log("GUARDRAIL BLOCKED: Input is empty", "CRITICAL")
        log("Input text prompt 1 is not safe", "CRITICAL")
        log("All prompts failed safety checks", "CRITICAL")
        log("Guardrail blocked generation for entire batch.", "CRITICAL")
        raise RefusalError("TypeError", "cannot unpack non-iterable NoneType object", "the prompt is empty")
    try:
        prompt.encode("utf-8")
    except UnicodeEncodeError as error:  # half of a character, as \ud83c alone in the spec
        raise RefusalError("UnicodeEncodeError", str(error), "the prompt is no text") from error
    if not request.arguments.negative_prompt and not request.arguments.use_distilled:
        raise RefusalError(
            "TypeError",
            "expected Tensor as element 0 in argument 0, but got NoneType",
            "the negative prompt is empty: leave it out instead",
        )


def frame_rate(request: Request) -> Fraction:
    """Frames a second of the result, as a video file keeps it."""
    return Fraction(request.arguments.fps).limit_denominator(FINEST_RATE)


def check_control_set(request: Request) -> None:
    """What fails while the controls are put together, whatever the videos hold."""
    hints = [control.hint for control in request.controls]
    if not hints:
        raise RefusalError(
            "RuntimeError", "torch.cat(): expected a non-empty list of Tensors", "the spec holds no control"
        )
    if request.upscale and len(hints) > 1:
        raise RefusalError(
            "RuntimeError", f"upscale can't be combined with other controls: {', '.join(hints)}"
        )
    if request.upscale and not request.arguments.input_video_path:
        raise RefusalError("UnboundLocalError", "upscale needs an input video: set 'input_video_path'.")
    if request.arguments.use_distilled and hints != [DISTILLED_HINT]:
        raise RefusalError("AssertionError", "The distilled model takes exactly one control: edge.")
    for control in request.controls:
        _check_weight(control.hint, control.fields)  # a line of a batch may have brought another one
        if control.hint in ("hdmap", "lidar") and control.video is None:
            raise RefusalError("KeyError", f"'{control.hint}'", "this control can't be computed")


def _validated_block(request: Request, control: ControlBlock) -> ControlBlock:
    arguments, hint, fields = request.arguments, control.hint, control.fields
    if not arguments.input_video_path:
        if not isinstance(arguments.sigma_max, (int, float)):
            kind = type(arguments.sigma_max).__name__
            raise RefusalError("TypeError", f"'<' not supported between instances of '{kind}' and 'int'")
        if arguments.sigma_max < FULL_NOISE:
            raise RefusalError("ValueError", "Must have 'input_video' specified if sigma_max < 80")
        if "input_control" not in fields:
            raise RefusalError(
                "ValueError",
                f"{hint} controlnet must have 'input_control' video specified if no 'input_video' specified.",
            )
    filled: dict[str, Any] = dict(fields)
    if "ckpt_path" not in fields and arguments.use_distilled and hint != DISTILLED_HINT:
        raise RefusalError(
            "ValueError",
            f"No default distilled checkpoint for {hint}. Users must specify ckpt_path in config.",
        )
    if "control_weight" not in fields:
        log(f"No control weight specified for {hint}. Setting to 0.5.", "WARNING")
        filled["control_weight"] = DEFAULT_WEIGHT
    else:
        _check_weight(hint, fields)
    return ControlBlock(hint, filled)


def _check_weight(hint: str, fields: Mapping[str, Any]) -> None:
    weight = fields["control_weight"]
    if isinstance(weight, str) and weight.endswith(".pt"):
        return
    refusal = RefusalError(
        "ValueError",
        f"Control weight for {hint} must be a valid non-negative float or a path to a .pt file.",
    )
    try:
        number = float(weight)
    except ValueError:
        raise refusal from None
    except (TypeError, OverflowError) as error:
        raise RefusalError(type(error).__name__, str(error)) from error
    if number < 0:
        raise refusal


def _check_numbers(request: Request) -> None:
    """A spec's values skip the parser; the model would fail over these once it is loaded."""
    for name in _NUMBERS:
        value = getattr(request.arguments, name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise RefusalError("TypeError", f"'{name}' must be a number, not {value!r}")
    if request.arguments.num_steps <= 0:
        raise RefusalError("ValueError", "'num_steps' must be greater than 0.")
    if not 0 < frame_rate(request) <= MAX_FPS:
        raise RefusalError("ValueError", f"'fps' must be greater than 0, and {MAX_FPS} at most.")
    if not 0 <= request.arguments.seed <= MAX_SEED:
        raise RefusalError("ValueError", f"Seed must be between 0 and {MAX_SEED}")
    if request.arguments.num_input_frames != 1:
        raise RefusalError("RuntimeError", "'num_input_frames' must be 1.")


def _check_paths(request: Request) -> None:
    """As numbers: a spec may hold anything, and the model opens these only after it is loaded."""
    arguments = request.arguments
    folder, batch = arguments.video_save_folder, arguments.batch_input_path
    for name, value in (("video_save_folder", folder), ("batch_input_path", batch or "")):
        if not isinstance(value, str):
            kind = type(value).__name__
            raise RefusalError(
                "TypeError", f"expected str, bytes or os.PathLike object, not {kind}", f"'{name}' is a path"
            )


def _check_ranks(request: Request) -> None:
    gpus, ranks = request.arguments.num_gpus, world_size()
    if gpus != ranks:
        raise RefusalError(
            "RuntimeError",
            f"--num_gpus is {gpus}, but {ranks} process(es) were started (WORLD_SIZE).",
            f"start it with torchrun --nproc_per_node={gpus}",
        )
    if not gpus_allowed(int(gpus)):
        raise RefusalError("AssertionError", f"16 latent frames can't be divided over {gpus} GPUs.")
