"""The command line of the model's `transfer.py`, and how its spec overrides it.

Source: transfer1 transfer.py, inference_utils.py. The order is command line > spec > default, and a spec's
value gives way only to a literal `--key` among the arguments: `--key=value` and abbreviations lose, as they
do there. Values from the spec are not checked by the parser, as there.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cosmos_houdini.preview.refusal import RefusalError, file_refusal
from cosmos_houdini.records.enums import Control

HINTS = tuple(str(control) for control in Control)
PRESETS = ("very_low", "low", "medium", "high", "very_high")
DEFAULT_PROMPT = "A photorealistic film shot with natural light, rich materials and fine detail."
DEFAULT_NEGATIVE_PROMPT = "A computer game with flat light, simple shapes, raw textures and large pixels."


@dataclass(frozen=True)
class ControlBlock:
    """One control of the spec; `fields` holds what was written, for the few keys that are read later."""

    hint: str
    fields: Mapping[str, Any]

    @property
    def video(self) -> str | None:
        """The control video; None where it is to be computed from the input video."""
        value = self.fields.get("input_control")
        return None if value is None else str(value)


@dataclass(frozen=True)
class Request:
    """What is asked for: the arguments after the spec's overrides, and the control blocks in their order."""

    arguments: argparse.Namespace
    controls: tuple[ControlBlock, ...]
    regional_prompts: tuple[Any, ...]

    @property
    def upscale(self) -> bool:
        return any(control.hint == str(Control.UPSCALE) for control in self.controls)


def parser() -> argparse.ArgumentParser:
    """The argument parser of `transfer.py`: same flags, defaults and choices."""
    it = argparse.ArgumentParser(
        prog="cosmos_houdini.preview",
        description="Answers as Transfer1's transfer.py does, with a preview instead of the model's video.",
    )
    it.add_argument("--controlnet_specs", required=True, help="the spec, a JSON file")
    it.add_argument("--prompt", default=DEFAULT_PROMPT)
    it.add_argument("--negative_prompt", default=DEFAULT_NEGATIVE_PROMPT)
    it.add_argument(
        "--input_video_path", default="", help="RGB video; optional where sigma_max is 80 or more"
    )
    it.add_argument("--num_input_frames", type=int, default=1, choices=[1])
    it.add_argument("--sigma_max", type=float, default=70.0, help="how little of the input video survives")
    it.add_argument("--blur_strength", default="medium", choices=PRESETS)
    it.add_argument("--canny_threshold", default="medium", choices=PRESETS)
    it.add_argument("--checkpoint_dir", default="checkpoints", help="not read by the preview")
    it.add_argument("--tokenizer_dir", default="Cosmos-Tokenize1-CV8x8x8-720p", help="not read")
    it.add_argument("--video_save_name", default="output")
    it.add_argument("--video_save_folder", default="outputs/")
    it.add_argument("--batch_input_path", help="JSONL: one video a line")
    it.add_argument("--batch_size", type=int, default=1)
    it.add_argument("--num_steps", type=int, default=35)
    it.add_argument("--guidance", type=float, default=5)
    it.add_argument("--fps", type=int, default=24, help="of the result, whatever the input has")
    it.add_argument("--seed", type=int, default=1)
    it.add_argument("--num_gpus", type=int, default=1, help="processes that share the work")
    for flag in (
        "is_av_sample",
        "offload_diffusion_transformer",
        "offload_text_encoder_model",
        "offload_guardrail_models",
        "upsample_prompt",
        "offload_prompt_upsampler",
        "use_distilled",
        "save_input_noise",
        "benchmark",
    ):
        it.add_argument(f"--{flag}", action="store_true")
    return it


def read_request(argv: Sequence[str]) -> Request:
    """Arguments and spec together; SystemExit(2) for bad arguments, RefusalError for a bad spec."""
    arguments = parser().parse_args(list(argv))
    controls, overrides = _read_spec(Path(arguments.controlnet_specs))
    for key, value in overrides.items():
        if f"--{key}" not in argv:
            setattr(arguments, key, value)
    regions = getattr(arguments, "regional_prompts", None) or ()
    if not isinstance(regions, (list, tuple)):
        raise RefusalError("TypeError", "'regional_prompts' must be a list.")
    return Request(arguments, controls, tuple(regions))


def _read_spec(path: Path) -> tuple[tuple[ControlBlock, ...], dict[str, Any]]:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise file_refusal(error, path) from error
    except UnicodeDecodeError as error:
        raise RefusalError("UnicodeDecodeError", str(error)) from error
    try:
        spec = json.loads(text)
    except json.JSONDecodeError as error:
        raise RefusalError("json.decoder.JSONDecodeError", str(error), f"in {path}") from error
    if not isinstance(spec, dict):
        kind = type(spec).__name__
        raise RefusalError("AttributeError", f"'{kind}' object has no attribute 'items'", "not a JSON object")
    controls: list[ControlBlock] = []
    overrides: dict[str, Any] = {}
    for key, value in spec.items():
        if key in HINTS:
            if not isinstance(value, dict):
                raise RefusalError("TypeError", f"The control block '{key}' must be a JSON object.")
            controls.append(ControlBlock(key, value))
        elif isinstance(value, dict):
            raise invalid_hint(key)
        else:
            overrides[key] = value
    return tuple(controls), overrides


def invalid_hint(key: str) -> RefusalError:
    names = ", ".join(f"'{hint}'" for hint in HINTS)
    return RefusalError("ValueError", f"Invalid hint_key: {key}. Must be one of {{{names}}}")
