"""Regional prompts: parts of the picture with a prompt of their own.

Source: transfer1 transfer.py, regional_prompting_utils.py, preprocessors.py. A region is a box
[x1, y1, x2, y2] in 0..1, a JSON file with boxes, or a mask video of 1280x704 with at least 121 frames.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, islice, repeat
from pathlib import Path
from typing import Any, Union

import cv2
import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.engines.transfer1_sizes import CHUNK_FRAMES, REGION_SIZE, SHARED_FRAMES
from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.video import probe, read_frames
from cosmos_houdini.preview.clip import Clip
from cosmos_houdini.preview.console import log
from cosmos_houdini.preview.mood import Mood, mood_of
from cosmos_houdini.preview.refusal import RefusalError, file_refusal
from cosmos_houdini.records.geometry import Resolution

Plane = NDArray[np.float32]
Box = tuple[float, float, float, float]

TINT = 0.62
SOFTNESS = 0.004  # of the height


@dataclass(frozen=True)
class Region:
    """Where a regional prompt holds, and its mood."""

    where: Union[Box, Path]
    mood: Mood

    def masks(self, resolution: Resolution) -> Iterator[Plane]:
        """Endless (H, W, 1) float32 0..1, one a frame of the result.

        The model has room for one chunk of a mask video: its first frames serve every chunk.
        """
        if isinstance(self.where, Path):
            yield from _mask_frames(self.where, resolution)
        else:
            yield from repeat(_box_mask(self.where, resolution))

    def tint(self, picture: Plane, mask: Plane) -> None:
        """Colours (H, W, 3) float in place: its brightness stays, its colours become those of the region."""
        gray = picture @ np.array([0.2126, 0.7152, 0.0722], np.float32)
        level = np.clip(gray * 255, 0, 255).astype(np.uint8)
        tinted = np.take(_gradient(self.mood), level, axis=0)
        picture += (tinted - picture) * (mask * np.float32(TINT))


def read_regions(regional_prompts: Sequence[Any], seed: int, clip: Clip) -> tuple[Region, ...]:
    """The regions of a request; RefusalError where the model would fail over them in this clip."""
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
    _check_clip(places, clip)
    return tuple(Region(place, mood_of(prompt, seed)) for prompt, place in zip(prompts, places))


def _check_clip(places: Sequence[Union[Box, Path]], clip: Clip) -> None:
    """What pre-flight says of it too (preflight/rules/regions.py): what is only inferred is let go."""
    size = clip.bucket.size
    if size != REGION_SIZE and any(isinstance(place, Path) for place in places):
        raise RefusalError(
            "RuntimeError",
            f"The region masks are laid out on {REGION_SIZE}, the video on {size}: "
            "the expanded size of the tensor must match.",
            "give videos of 16:9, or boxes in place of mask videos",
        )
    if size != REGION_SIZE and places:
        log(f"regions are laid out on {REGION_SIZE}; the model is likely to fail at {size}", "WARNING")
    if clip.frames < CHUNK_FRAMES and places:
        log(f"the model was reported to fail with regions below {CHUNK_FRAMES} frames", "WARNING")


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
    if video.resolution != REGION_SIZE or video.frames < CHUNK_FRAMES:
        raise RefusalError(
            "RuntimeError",
            f"The region mask '{path}' has {video.frames} frames of {video.resolution}; "
            f"the expanded size of the tensor must match {CHUNK_FRAMES} frames of {REGION_SIZE}.",
        )
    return path


def _mask_frames(video: Path, resolution: Resolution) -> Iterator[Plane]:
    for chunk in count():
        # Decoded anew for each chunk, since a chunk of masks would fill hundreds of megabytes. A chunk begins
        # with the frame that it shares with the one before, which made it.
        frames = read_frames(video, resolution, cv2.INTER_LINEAR)
        for frame in islice(frames, SHARED_FRAMES if chunk else 0, CHUNK_FRAMES):
            yield _soft(frame[..., 1].astype(np.float32) / 255)


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
