"""From a mask (a video or a picture, white is inside) to the weights of one control."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.engines.transfer1_sizes import CHUNK_FRAMES
from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.video import read_frames
from cosmos_houdini.records.geometry import Resolution

from .stills import PICTURES, STILL

# Compression moves black and white a little; what is this near to them counts as them.
BLACK, WHITE = 10, 245


def map_from_video(
    path: Path, resolution: Resolution, inside: float, outside: float, clip_frames: int
) -> NDArray[np.float16]:
    """Weights for a clip of `clip_frames`: `inside` where the mask is white, `outside` where it is black.

    The model squeezes a map's time axis to 121 frames whatever it holds (source: transfer1
    inference_utils.py). So a mask video gives exactly (121, H, W), its last frame repeated to fill; a picture
    gives (H, W). For a clip of more than 121 frames only a mask that doesn't change has a meaning: it gives
    (H, W). Raises BadInputError for a changing mask on such a clip, for weights below 0, and for a file that
    can't be read.
    """
    if not (inside >= 0 and outside >= 0 and np.isfinite(inside) and np.isfinite(outside)):
        raise BadInputError(
            f"The weights {inside:g} inside and {outside:g} outside of {path.name} can't be used.",
            "A weight is a number from 0 up; usual are 0 to 1.",
            "Give other weights.",
        )
    if path.suffix.lower() in PICTURES:
        return _weights(_read_picture(path), resolution, inside, outside)
    if clip_frames > CHUNK_FRAMES:
        return _weights(_still_mask(path, clip_frames), resolution, inside, outside)
    weights = np.empty((CHUNK_FRAMES, resolution.height, resolution.width), np.float16)
    count = 0
    for count, frame in enumerate(islice(read_frames(path), clip_frames), start=1):
        weights[count - 1] = _weights(_gray(frame), resolution, inside, outside)
    weights[count:] = weights[count - 1]
    return weights


def _still_mask(path: Path, clip_frames: int) -> NDArray[np.uint8]:
    frames = read_frames(path)
    first = _gray(next(frames))
    for number, frame in enumerate(islice(frames, clip_frames - 1), start=2):
        if int(cv2.absdiff(first, _gray(frame)).max()) > STILL:
            raise BadInputError(
                f"The mask {path.name} changes (at frame {number}), and the clip has {clip_frames} frames.",
                f"The model squeezes a weight map to {CHUNK_FRAMES} frames and repeats the last for the "
                "rest of a longer clip: the mask would run at the wrong speed, then stop.",
                f"Split the clip into parts of at most {CHUNK_FRAMES} frames, or give one mask picture.",
            )
    return first


def _weights(
    mask: NDArray[np.uint8], resolution: Resolution, inside: float, outside: float
) -> NDArray[np.float16]:
    """(h, w) uint8 -> (H, W) float16; gray is between, so a soft mask stays soft."""
    size = (resolution.width, resolution.height)
    shrinks = mask.shape[1] >= size[0] and mask.shape[0] >= size[1]
    whiteness = np.clip((mask.astype(np.float32) - BLACK) / (WHITE - BLACK), 0.0, 1.0)
    if mask.shape != (size[1], size[0]):
        whiteness = cv2.resize(
            whiteness, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        ).astype(np.float32)
    return np.asarray(outside + (inside - outside) * whiteness, np.float16)


def _gray(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)


def _read_picture(path: Path) -> NDArray[np.uint8]:
    """(h, w) uint8. Decoded from bytes, since OpenCV can't open every file name on Windows."""
    picture: Any = None
    try:
        content = np.fromfile(path, np.uint8)
        picture = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE) if content.size else None
    except OSError as error:
        raise BadInputError(
            f"The mask {path} can't be read.", str(error.strerror), "Check the path."
        ) from error
    if picture is None:
        raise BadInputError(
            f"The mask {path} is not a picture that can be read.", "", "Give a PNG, JPEG or TIFF."
        )
    return np.asarray(picture, np.uint8)
