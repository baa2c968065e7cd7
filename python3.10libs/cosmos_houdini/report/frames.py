"""A few frames of a video, without keeping or converting the others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import av
import av.error
import cv2
import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.video import VideoInfo, frame_as_rgb
from cosmos_houdini.records.geometry import Resolution

Picture = NDArray[np.uint8]

# H.264 of common encoders has a key frame every 250 frames: nearer frames are quicker reached by decoding.
WORTH_SEEKING = 300

# Sizes that differ by no more than this are cropped rather than framed by slivers of background.
NEARLY_SAME_ASPECT = 0.03


def pick_frames(path: Path, info: VideoInfo, indices: Iterable[int], box: Resolution) -> dict[int, Picture]:
    """The frames with these indices (the first is 0) as (h, w, 3) uint8 RGB, fitted into `box` undistorted.

    Indices after the last frame are left out. `info` is what `probe` says of the video. Raises BadInputError
    for a video that can't be decoded.
    """
    wanted = sorted({index for index in indices if 0 <= index < info.frames})
    picked: dict[int, Picture] = {}
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            frames, position = container.decode(stream), 0
            for index in wanted:
                if index - position > WORTH_SEEKING and info.fps and stream.time_base:
                    start = (stream.start_time or 0) * stream.time_base
                    container.seek(round((start + index / info.fps) / stream.time_base), stream=stream)
                    frames, position = container.decode(stream), -1
                for frame in frames:
                    at = position if position >= 0 else _index_of(frame, stream, info)
                    position = at + 1
                    if at >= index:
                        picked[index] = fitted(frame_as_rgb(frame), box)
                        break
    except (av.error.FFmpegError, OSError) as error:
        raise BadInputError(
            f"{path} can't be decoded.", str(error), "Make or copy the video again."
        ) from error
    return picked


def fitted(picture: Picture, box: Resolution) -> Picture:
    """The picture at the largest size that fits into `box`; cropped to it where the shapes nearly agree."""
    height, width = picture.shape[:2]
    across, down = box.width / width, box.height / height
    crop = abs(across / down - 1) <= NEARLY_SAME_ASPECT
    scale = max(across, down) if crop else min(across, down)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    scaled = _scaled(picture, size, cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    left, top = max(0, (size[0] - box.width) // 2), max(0, (size[1] - box.height) // 2)
    return scaled[top : top + box.height, left : left + box.width]


def _scaled(picture: Picture, size: tuple[int, int], interpolation: int) -> Picture:
    """Averages light rather than code values (gamma 2 is near enough): thin white edges stay bright."""
    light = cv2.resize(np.square(picture, dtype=np.float32), size, interpolation=interpolation)
    return np.asarray(np.sqrt(np.maximum(light, 0)) + 0.5).astype(np.uint8)


def _index_of(frame: Any, stream: Any, info: VideoInfo) -> int:
    """The place of a frame by its time, which is all that is known after a seek."""
    return round(float((frame.pts - (stream.start_time or 0)) * stream.time_base * info.fps))
