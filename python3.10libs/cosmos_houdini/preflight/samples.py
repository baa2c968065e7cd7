"""A few frames of a video, spread over its length, for rules that look at the picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import av
import av.error
import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import BadInputError
from ..passes.video import frame_as_rgb

Picture = NDArray[np.uint8]
SAMPLES = 8
DECODE_ALL = 300  # frames; a longer video is entered at its key frames instead
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # BT.709


def sample_frames(path: Path, frames: int, count: int = SAMPLES) -> list[Picture]:
    """Up to `count` pictures (H, W, 3) uint8 RGB of a video of `frames`, first to last in equal steps.

    BadInputError where it can't be decoded.
    """
    wanted = sorted({round(step) for step in np.linspace(0, frames - 1, min(count, frames))})
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            if frames <= DECODE_ALL:
                chosen = set(wanted)
                decoded = enumerate(container.decode(stream))
                pictures = [frame_as_rgb(frame) for number, frame in decoded if number in chosen]
            else:
                pictures = [frame_as_rgb(_near(container, stream, number / frames)) for number in wanted]
    except (av.error.FFmpegError, StopIteration) as error:
        raise BadInputError(
            f"{path.name} can't be decoded.", str(error), "Make or copy the video again."
        ) from error
    if not pictures:
        raise BadInputError(f"{path.name} holds no frame that can be decoded.", "", "Make the video again.")
    return pictures


def read_still(path: Path) -> Optional[Picture]:
    """A picture file as (H, W, 3) uint8 BGR, None where it isn't one."""
    try:
        content = np.fromfile(path, np.uint8)  # OpenCV itself can't open every file name on Windows
    except OSError:
        return None
    picture: Any = cv2.imdecode(content, cv2.IMREAD_COLOR) if content.size else None
    return None if picture is None else np.asarray(picture, np.uint8)


def luma(picture: Picture) -> NDArray[np.float32]:
    """(H, W, 3) uint8 RGB -> (H, W) float32 of 0..255."""
    return np.asarray(picture.astype(np.float32) @ LUMA, np.float32)


def _near(container: Any, stream: Any, part: float) -> Any:
    """The key frame at or before `part` (0..1) of the video."""
    if stream.duration:
        container.seek(int(stream.duration * part) + (stream.start_time or 0), stream=stream)
    elif container.duration:
        container.seek(int(container.duration * part))
    return next(container.decode(stream))
