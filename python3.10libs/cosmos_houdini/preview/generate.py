"""The run from the request to the files, phase by phase as the model goes through them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from cosmos_houdini.engines.transfer1_sizes import CHUNK_FRAMES, chunk_frames
from cosmos_houdini.passes.video import Quality, VideoWriter
from cosmos_houdini.preview import console
from cosmos_houdini.preview.arguments import ControlBlock, Request
from cosmos_houdini.preview.clip import Clip, open_clip
from cosmos_houdini.preview.console import log
from cosmos_houdini.preview.derived import derived_controls
from cosmos_houdini.preview.frames import ControlledFrames, EnlargedFrames, Maker, all_frames
from cosmos_houdini.preview.mood import mood_of
from cosmos_houdini.preview.painter import Painter
from cosmos_houdini.preview.refusal import RefusalError, file_refusal
from cosmos_houdini.preview.regions import read_regions
from cosmos_houdini.preview.sharing import Sharing, shared_work
from cosmos_houdini.preview.validation import (
    FULL_NOISE,
    check_control_set,
    check_prompts,
    frame_rate,
    validated,
)
from cosmos_houdini.preview.weights import read_weights
from cosmos_houdini.records.atomic import write_atomic

ENGINE = "transfer1"


@dataclass(frozen=True)
class Item:
    """One video to make: a run has one, a batch has one a line."""

    prompt: Any
    input_video: str
    controls: tuple[ControlBlock, ...]
    video: Path
    text: Path


def generate(request: Request) -> None:
    """Makes every video of the request; RefusalError or BadInputError where it can't."""
    request = validated(request)
    console.phase("loading")
    log("preview engine: no model is loaded, the picture only shows what the controls say")
    for flag in ("upsample_prompt", "save_input_noise", "benchmark"):
        if getattr(request.arguments, flag):
            log(f"{flag} has no effect on a preview", "WARNING")
    for item in _items(request):
        _make(request, item)


def _items(request: Request) -> list[Item]:
    arguments = request.arguments
    folder = Path(arguments.video_save_folder)
    if not arguments.batch_input_path:
        stem = str(folder / str(arguments.video_save_name))
        video, text = Path(f"{stem}.mp4"), Path(f"{stem}.txt")
        return [Item(arguments.prompt, str(arguments.input_video_path or ""), request.controls, video, text)]
    items = []
    for number, line in enumerate(_batch_lines(Path(arguments.batch_input_path))):
        subfolder = folder / f"video_{number}"
        items.append(
            Item(
                line.get("prompt"),
                str(line.get("visual_input") or ""),
                _overridden(request.controls, line.get("control_overrides", {})),
                subfolder / "output.mp4",
                subfolder / "prompt.txt",
            )
        )
    return items


def _batch_lines(path: Path) -> list[dict[str, Any]]:
    try:
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    except OSError as error:
        raise file_refusal(error, path) from error
    except ValueError as error:
        raise RefusalError("json.decoder.JSONDecodeError", str(error), f"in {path}") from error
    for line in lines:
        if not isinstance(line, dict):
            raise RefusalError("AttributeError", f"Each line of '{path}' must be a JSON object")
    return lines


def _overridden(controls: tuple[ControlBlock, ...], overrides: Any) -> tuple[ControlBlock, ...]:
    blocks = overrides.values() if isinstance(overrides, Mapping) else [overrides]
    for block in blocks:
        if not isinstance(block, Mapping):
            kind = type(block).__name__
            raise RefusalError("TypeError", f"'{kind}' object is not a mapping", "see 'control_overrides'")
    for hint in overrides:
        if hint not in {control.hint for control in controls}:
            log(f"Ignoring unknown control key in override: {hint}", "WARNING")
    return tuple(
        replace(control, fields={**control.fields, **overrides.get(control.hint, {})}) for control in controls
    )


def _make(request: Request, item: Item) -> None:
    check_prompts(item.prompt, request)
    check_control_set(replace(request, controls=item.controls))
    clip = open_clip(item.input_video, item.controls)
    maker = _maker(request, item, clip)
    fps = frame_rate(request)
    padding = CHUNK_FRAMES - (clip.frames - (clip.chunks - 1) * (CHUNK_FRAMES - 1))
    log(f"{clip.frames} frames in {clip.chunks} chunk(s) of {CHUNK_FRAMES}, {clip.resolution} at {fps} fps")
    if padding:
        log(f"the last chunk is filled with {padding} repetition(s) of the last frame, then trimmed")
    scratch = item.video.parent / f".{item.video.stem[:80]}.ranks"
    with shared_work(scratch) as sharing:
        if sharing.rank == 0:
            _write(request, item, maker, sharing, fps)
        else:
            for _picture in all_frames(maker, sharing):
                raise AssertionError("only rank 0 has frames to write")


def _maker(request: Request, item: Item, clip: Clip) -> Maker:
    arguments = request.arguments
    weights = read_weights(item.controls)
    log(f"weights after normalisation: {weights.describe()}")
    seed = int(arguments.seed)
    if clip.upscale:
        (weight,) = weights.given
        return EnlargedFrames(clip, weight if isinstance(weight, float) else 0.5, f"{ENGINE} upscale")
    missing = [control.hint for control in item.controls if control.video is None]
    for control in item.controls:
        if "control_weight_prompt" in control.fields and control.hint == "seg":
            log(
                "control_weight_prompt: the model masks its weight; the preview shows it everywhere",
                "WARNING",
            )
    mood = mood_of(str(item.prompt), seed)
    log(f"light and palette from the prompt: {mood.name}")
    # The distilled model starts from noise alone: nothing of the input video is left.
    sigma_max = FULL_NOISE if arguments.use_distilled else float(arguments.sigma_max)
    painter = Painter(mood, clip.resolution, seed, sigma_max)
    regions = () if arguments.use_distilled else read_regions(request.regional_prompts, seed, clip)
    derived = derived_controls(missing, str(arguments.blur_strength), seed)
    engine = f"{ENGINE} distilled" if arguments.use_distilled else ENGINE
    return ControlledFrames(clip, painter, derived, weights, regions, engine)


def _write(request: Request, item: Item, maker: Maker, sharing: Sharing, fps: Fraction) -> None:
    steps = 1 if request.arguments.use_distilled else int(request.arguments.num_steps)
    clip, pictures = maker.clip, all_frames(maker, sharing)
    with VideoWriter(item.video, clip.resolution, fps, quality=Quality.PICTURE) as writer:
        for chunk in range(clip.chunks):
            frames = chunk_frames(chunk, clip.frames)
            console.step(chunk + 1, clip.chunks, 0, steps)
            reported = 0
            for done, _frame in enumerate(frames, start=1):
                writer.write(next(pictures))
                reached = done * steps // len(frames)
                if reached > reported:
                    reported = reached
                    console.step(chunk + 1, clip.chunks, reached, steps)
        console.phase("saving")
        write_atomic(item.text, str(item.prompt))
    console.saved(str(item.video))
    log(f"Saved prompt to {item.text}")
