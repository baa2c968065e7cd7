"""What is in a video, and its frames."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, Optional

import av
import av.error
import cv2
import numpy as np

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.disk import in_words
from cosmos_houdini.passes.video_info import VideoInfo
from cosmos_houdini.passes.yuv import Matrix, Picture, plane_view, rgb_from_planes
from cosmos_houdini.records.geometry import Resolution

# AVCOL_SPC_* and AVCOL_RANGE_* of FFmpeg's libavutil/pixfmt.h (ITU-T H.273).
MATRIX_OF_TAG = {1: Matrix.BT709, 5: Matrix.BT601, 6: Matrix.BT601, 9: Matrix.BT2020}
RANGE_FULL = 2

# FFmpeg opens pictures and text files as "videos" too.
NOT_A_VIDEO = ("image2", "tty", "_pipe")


def probe(path: Path) -> VideoInfo:
    """Size, rate, counted frames and coding of the first video stream.

    Raises BadInputError for a file that is missing, unreadable, cut off, or without video.
    """
    with _opened(path) as (container, stream):
        codec = stream.codec_context
        declared = int(stream.frames)
        frames = 0
        try:
            for packet in container.demux(stream):
                # The last packet of a demuxer is empty: a request to flush.
                frames += packet.size > 0 and not packet.is_discard
        except av.error.FFmpegError as error:
            raise _unreadable(path, in_words(error)) from error
        if frames == 0:
            raise _unreadable(path, "It holds no frame.")
        if frames < declared:
            raise BadInputError(
                f"{path} is cut off: {frames} of {declared} frames are in the file.",
                "It was copied or written incompletely.",
                "Copy or make it again.",
            )
        rate = stream.average_rate or stream.guessed_rate or Fraction(0)
        return VideoInfo(
            Resolution(codec.width, codec.height),
            Fraction(rate.numerator, rate.denominator),
            frames,
            str(codec.name),
            str(codec.pix_fmt),
        )


def read_frames(
    path: Path, resolution: Optional[Resolution] = None, interpolation: Optional[int] = None
) -> Iterator[Picture]:
    """Yields each frame as (H, W, 3) uint8 RGB, stretched to `resolution` where one is given.

    The matrix and range are those of the file's tags; an untagged file is taken as BT.601 limited, which is
    what FFmpeg writes when nobody tells it otherwise. `interpolation` is one of OpenCV's `INTER_*`; by
    default area when shrinking, linear when growing. Raises BadInputError, also in the middle, for what
    can't be decoded.
    """
    with _opened(path) as (container, stream):
        stream.thread_type = "AUTO"
        number = 0
        try:
            for frame in container.decode(stream):
                number += 1
                yield _resized(frame_as_rgb(frame), resolution, interpolation)
        except av.error.FFmpegError as error:
            raise BadInputError(
                f"{path} can't be decoded after frame {number}.",
                in_words(error),
                "Make or copy the video again.",
            ) from error
        if number == 0:
            raise _unreadable(path, "It holds no frame that can be decoded.")


def count_decodable(path: Path) -> int:
    """How many frames decode without damage, from the first on; BadInputError for what isn't a video."""
    good = 0
    with _opened(path) as (container, stream):
        stream.thread_type = "AUTO"
        try:
            for frame in container.decode(stream):
                if frame.is_corrupt:
                    break
                good += 1
        except av.error.FFmpegError:
            return good
    return good


def frame_as_rgb(frame: Any) -> Picture:
    """One decoded PyAV frame as (H, W, 3) uint8 RGB, by its own matrix and range tags."""
    name = frame.format.name
    matrix = MATRIX_OF_TAG.get(int(frame.colorspace), Matrix.BT601)
    full = int(frame.color_range) == RANGE_FULL or name.startswith("yuvj")
    if name in ("yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuvj422p", "yuvj444p"):
        luma, blue, red = (plane_view(plane) for plane in frame.planes)
        return rgb_from_planes(luma, blue, red, matrix, full=full)
    # Rarer kinds (10 bit, gray, RGB) go through swscale, with the same answer to what the numbers mean.
    source = "ITU709" if matrix is Matrix.BT709 else "ITU601"
    return np.ascontiguousarray(frame.to_ndarray(format="rgb24", src_colorspace=source), np.uint8)


def _resized(rgb: Picture, resolution: Optional[Resolution], interpolation: Optional[int]) -> Picture:
    if resolution is None or rgb.shape[:2] == (resolution.height, resolution.width):
        return rgb
    if interpolation is None:
        shrinks = resolution.width < rgb.shape[1] or resolution.height < rgb.shape[0]
        interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    size = (resolution.width, resolution.height)
    return np.asarray(cv2.resize(rgb, size, interpolation=interpolation), np.uint8)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, Any]]:
    try:
        if not path.exists():
            raise BadInputError(f"There is no video {path}.", "No file has that name.", "Check the path.")
        container = av.open(str(path))
    except (av.error.FFmpegError, OSError) as error:
        raise _unreadable(path, in_words(error)) from error
    with container:
        if any(mark in container.format.name for mark in NOT_A_VIDEO) or not container.streams.video:
            raise _unreadable(path, "It holds no video stream.")
        stream = container.streams.video[0]
        if not stream.codec_context.width or stream.codec_context.pix_fmt is None:
            raise _unreadable(path, "Its video stream has no size or pixel format.")
        yield container, stream


def _unreadable(path: Path, why: str) -> BadInputError:
    return BadInputError(
        f"{path} is not a video that can be read.", why, "Give an mp4 (or mov, mkv, avi, webm)."
    )
