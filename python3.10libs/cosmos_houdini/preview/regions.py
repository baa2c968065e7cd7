"""Regional prompts: parts of the picture with a prompt of their own.

Source: transfer1 transfer.py, regional_prompting_utils.py, preprocessors.py. A region is a box
[x1, y1, x2, y2] in 0..1, a JSON file with boxes, or a mask video of 1280x704 with at least 121 frames.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Union

import cv2
import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.engines.transfer1_sizes import CHUNK_FRAMES
from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.video import probe, read_frames
from cosmos_houdini.preview.console import log
from cosmos_houdini.preview.mood import Mood, mood_of
from cosmos_houdini.preview.refusal import RefusalError, file_refusal
from cosmos_houdini.records.geometry import Resolution

Plane = NDArray[np.float32]
Box = tuple[float, float, float, float]

MASK_SIZE = Resolution(1280, 704)
TINT = 0.62
SOFTNESS = 0.004  # of the height


@dataclass(frozen=True)
class Region:
    """Where a regional prompt holds, and its mood."""

    where: Union[Box, Path]
    mood: Mood

    def masks(self, resolution: Resolution) -> Iterator[Plane]:
        """Endless (H, W, 1) float32 0..1, one a frame; a mask video stays at its last frame."""
        if isinstance(self.where, Path):
            mask = np.zeros((resolution.height, resolution.width, 1), np.float32)
            for frame in read_frames(self.where, resolution, cv2.INTER_LINEAR):
                mask = _soft(frame[..., 1].astype(np.float32) / 255)
                yield mask
        else:
            mask = _box_mask(self.where, resolution)
        while True:
            yield mask

    def tint(self, picture: Plane, mask: Plane) -> None:
        """Colours (H, W, 3) float in place: its brightness stays, its colours become those of the region."""
        gray = picture @ np.array([0.2126, 0.7152, 0.0722], np.float32)
        level = np.clip(gray * 255, 0, 255).astype(np.uint8)
        tinted = np.take(_gradient(self.mood), level, axis=0)
        picture += (tinted - picture) * (mask * np.float32(TINT))


def read_regions(regional_prompts: Sequence[Any], seed: int) -> tuple[Region, ...]:
    """The regions of a request; RefusalError where the model would fail over them."""
    prompts: list[str] = []
    places: list[Union[Box, Path]] = []
    for item in regional_prompts:
        if not isinstance(item, dict) or "prompt" not in item:
            raise RefusalError("KeyError", "'prompt'", "each regional prompt is an object with a prompt")
        prompts.append(str(item["prompt"]))
        if "region_definitions_path" in item:
            places += _places(item["region_definitions_path"])
        elif "mask_prompt" in item:
            log(f"region '{item['mask_prompt']}': found by the model only; not shown", "WARNING")
            prompts.pop()
    if len(prompts) != len(places):
        raise RefusalError(
            "ValueError",
            f"Number of regional prompts ({len(prompts)}) and regions ({len(places)}) must match",
        )
    return tuple(Region(place, mood_of(prompt, seed)) for prompt, place in zip(prompts, places))


def _places(definition: Any) -> list[Union[Box, Path]]:
    if isinstance(definition, str) and definition.endswith(".json"):
        try:
            boxes = json.loads(Path(definition).read_text("utf-8"))
        except OSError as error:
            raise file_refusal(error, definition) from error
        except ValueError as error:
            raise RefusalError("json.decoder.JSONDecodeError", str(error), f"in {definition}") from error
        if not isinstance(boxes, list):
            raise RefusalError("TypeError", f"'{definition}' must hold a list of boxes")
        return [_box(box) for box in boxes]
    if isinstance(definition, str):
        return [_mask_video(Path(definition))]
    return [_box(definition)]


def _box(numbers: Any) -> Box:
    valid = (
        isinstance(numbers, list)
        and len(numbers) == 4
        and all(isinstance(n, (int, float)) and 0 <= n <= 1 for n in numbers)
    )
    if not valid or numbers[0] >= numbers[2] or numbers[1] >= numbers[3]:
        raise RefusalError("ValueError", f"A region must be [x1, y1, x2, y2] in 0..1, got {numbers}")
    x1, y1, x2, y2 = (float(n) for n in numbers)
    return (x1, y1, x2, y2)


def _mask_video(path: Path) -> Path:
    if not path.exists():
        raise RefusalError("FileNotFoundError", f"[Errno 2] No such file or directory: '{path}'")
    try:
        video = probe(path)
    except BadInputError as error:
        raise RefusalError("ValueError", f"Invalid video file: '{path}'", error.why) from error
    if video.resolution != MASK_SIZE or video.frames < CHUNK_FRAMES:
        raise RefusalError(
            "RuntimeError",
            f"The region mask '{path}' has {video.frames} frames of {video.resolution}; "
            f"the expanded size of the tensor must match {CHUNK_FRAMES} frames of {MASK_SIZE}.",
        )
    return path


def _box_mask(box: Box, resolution: Resolution) -> Plane:
    mask = np.zeros((resolution.height, resolution.width), np.float32)
    left, right = round(box[0] * resolution.width), round(box[2] * resolution.width)
    top, bottom = round(box[1] * resolution.height), round(box[3] * resolution.height)
    mask[top:bottom, left:right] = 1
    return _soft(mask)


def _soft(mask: NDArray[Any]) -> Plane:
    sigma = max(0.8, SOFTNESS * mask.shape[0])
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma)[..., np.newaxis], np.float32)


@lru_cache(maxsize=32)
def _gradient(mood: Mood) -> Plane:
    """(256, 3): from dark over the mood's second material (a colour that is named comes first) to light."""
    colour = np.array(mood.materials[1], np.float32)
    light = colour + (1 - colour) * 0.5
    stops = np.array([(0.02, 0.02, 0.03), colour, light, (0.98, 0.97, 0.96)], np.float32)
    weights = np.array([0.2126, 0.7152, 0.0722], np.float32)
    places = stops @ weights
    order = np.argsort(places)
    levels = np.linspace(0, 1, 256)
    channels = [np.interp(levels, places[order], stops[order, channel]) for channel in range(3)]
    return np.stack(channels, axis=1).astype(np.float32)
