"""What is read: the videos, the size they are brought to, and how many frames the result has.

Source: transfer1 inference_utils.py, world_generation_pipeline.py.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.engines.transfer1_sizes import (
    MIN_FRAMES,
    TRANSFER1_SIZES,
    chunk_count,
    common_frames,
)
from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.video import VideoInfo, probe, read_frames
from cosmos_houdini.preview.arguments import ControlBlock
from cosmos_houdini.preview.console import log
from cosmos_houdini.preview.refusal import RefusalError
from cosmos_houdini.records.geometry import Bucket, Resolution

Picture = NDArray[np.uint8]
PICTURE_FILES = (".png", ".jpg", ".jpeg")
INPUT = "input"


@dataclass(frozen=True)
class Clip:
    """The videos that are read together, frame by frame, and what becomes of them."""

    sources: tuple[tuple[str, Path], ...]  # (hint or INPUT, video)
    bucket: Bucket
    frames: int
    upscale: bool = False

    @property
    def resolution(self) -> Resolution:
        return self.bucket.upscaled if self.upscale else self.bucket.size

    @property
    def chunks(self) -> int:
        return chunk_count(self.frames)

    def read(self) -> Iterator[dict[str, Picture]]:
        """Each frame of all videos, (h, w, 3) uint8 RGB as stored in its file."""
        with ExitStack() as stack:
            readers = [(name, stack.enter_context(closing(_Reader(path)))) for name, path in self.sources]
            for number in range(self.frames):
                pictures = {}
                for name, reader in readers:
                    picture = next(reader, None)
                    if picture is None:
                        raise RefusalError("RuntimeError", f"The {name} video ends at frame {number}.")
                    pictures[name] = picture
                yield pictures

    def stretched(self, name: str, picture: Picture) -> Picture:
        """(H, W, 3): stretched to the bucket as the model does it, without crop or pad."""
        size = self.bucket.size
        if picture.shape[:2] == (size.height, size.width):
            return picture
        way = {INPUT: cv2.INTER_AREA, "seg": cv2.INTER_NEAREST}.get(name, cv2.INTER_LINEAR)
        return np.asarray(cv2.resize(picture, (size.width, size.height), interpolation=way), np.uint8)


def open_clip(input_video: str, controls: tuple[ControlBlock, ...]) -> Clip:
    """Looks at every video that will be read; RefusalError where the model could not go on."""
    upscale = any(control.hint == "upscale" for control in controls)
    sources = [(INPUT, Path(input_video))] if input_video else []
    if not upscale:
        sources += [(control.hint, Path(control.video)) for control in controls if control.video is not None]
    videos = [(name, path, _probed(path)) for name, path in sources]
    frames = common_frames([video.frames for _name, _path, video in videos])
    if frames is None:
        raise RefusalError("ValueError", "There is neither an input video nor a control video.")
    buckets = [(name, TRANSFER1_SIZES.nearest(video.resolution)) for name, _path, video in videos]
    for (name, path, video), (_name, bucket) in zip(videos, buckets):
        log(f"reading {name} {path}: {video.resolution}, {video.frames} frames -> {bucket.size}")
    _check_buckets(buckets)
    log(f"Making all control and input videos to be length of {frames} frames.")
    if frames < MIN_FRAMES:
        raise RefusalError(
            "RuntimeError",
            "The video has only one frame: its time axis is lost (4-D tensor expected, got 3-D).",
            "give at least 2 frames",
        )
    return Clip(tuple(sources), buckets[-1][1], frames, upscale)


def _check_buckets(buckets: list[tuple[str, Bucket]]) -> None:
    first = buckets[0][1].size
    for number, (name, bucket) in enumerate(buckets):
        if bucket.size != first:
            expected, got = (
                (first.height, bucket.size.height)
                if first.height != bucket.size.height
                else (first.width, bucket.size.width)
            )
            raise RefusalError(
                "RuntimeError",
                "Sizes of tensors must match except in dimension 0. "
                f"Expected size {expected} but got size {got} for tensor number {number} in the list.",
                f"{name} is used at {bucket.size}, {buckets[0][0]} at {first}: give all the same aspect",
            )


def _probed(path: Path) -> VideoInfo:
    if path.is_dir():
        raise RefusalError("IsADirectoryError", f"[Errno 21] Is a directory: '{path}'", "give a single file")
    if not path.exists():
        raise RefusalError("FileNotFoundError", f"[Errno 2] No such file or directory: '{path}'")
    if not os.access(path, os.R_OK):
        raise RefusalError("PermissionError", f"[Errno 13] Permission denied: '{path}'")
    if path.suffix.lower() in PICTURE_FILES:
        raise RefusalError(
            "RuntimeError",
            f"'{path}' is a picture: one frame has no time axis.",
            "give a video of at least 2 frames",
        )
    try:
        return probe(path)
    except BadInputError as error:
        raise RefusalError("ValueError", f"Failed to read video '{path}'", error.why) from error


class _Reader:
    """`read_frames` with the model's way of failing."""

    def __init__(self, path: Path) -> None:
        self._frames = read_frames(path)

    def __next__(self) -> Picture:
        try:
            return next(self._frames)
        except BadInputError as error:
            raise RefusalError("ValueError", error.what, error.why) from error

    def __iter__(self) -> Iterator[Picture]:
        return self

    def close(self) -> None:
        """Ends the decoding, if it has begun."""
        if isinstance(self._frames, Generator):
            self._frames.close()
