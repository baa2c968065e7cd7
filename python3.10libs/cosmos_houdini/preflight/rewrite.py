"""One file of a shot written anew beside the old one: a video trimmed and fitted, or a mask cut alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Optional, Protocol

import cv2
import numpy as np

from ..errors import BadInputError
from ..passes.video import Quality, VideoInfo, VideoWriter, probe, read_frames
from ..passes.video_frames import png_bytes
from ..progress import Meter
from ..records.atomic import write_atomic
from ..records.enums import Control
from ..records.geometry import Resolution
from ..records.hashing import hash_file, hash_json
from .cut import Cut, even_cut
from .samples import Picture, read_still
from .shot import Clip
from .stills import PICTURES
from .wording import counted

EDGE_LEVEL = 96  # where a line that was resized ends; lines keep their width at this level


class Rewrite(Protocol):
    """A file to write: for which clip, how many frames, and in words what is done to it."""

    @property
    def clip(self) -> Clip: ...

    @property
    def frames(self) -> int: ...

    @property
    def story(self) -> str: ...

    def write(self, meter: Meter) -> Path: ...


@dataclass(frozen=True)
class VideoRewrite:
    """One video, cut to `frames` and brought to `size`."""

    clip: Clip
    info: VideoInfo
    size: Resolution
    frames: int

    @property
    def changes(self) -> bool:
        return self.size != self.info.resolution or self.frames != self.info.frames

    @property
    def story(self) -> str:
        parts = []
        if self.frames != self.info.frames:
            parts.append(f"cut from {self.info.frames} to {counted(self.frames, 'frame')}")
        if self.size != self.info.resolution:
            parts.append(f"brought from {self.info.resolution} to {self.size}")
        return " and ".join(parts)

    def write(self, meter: Meter) -> Path:
        source = hash_file(self.clip.path)[:6]  # of the file as it is: it may have changed since the record
        stem = f"{self.clip.path.stem}_{self.size}_{self.frames}f_{source}"
        file = _free_name(self.clip.path, f"{stem}.mp4", self._is_mine)
        if file.exists():  # made by an earlier fix
            meter.advance(self.frames)
            return file
        lossless = self.info.pixel_format.startswith(("gbr", "rgb"))
        picture = self.clip.control not in (Control.DEPTH, Control.SEG, Control.KEYPOINT)
        quality = Quality.PICTURE if picture else Quality.IDS
        with VideoWriter(file, self.size, _rate(self.info), lossless=lossless, quality=quality) as writer:
            for frame in islice(read_frames(self.clip.path), self.frames):
                writer.write(fitted(frame, self.size, self.clip.control))
                meter.advance()
        return file

    def _is_mine(self, file: Path) -> bool:
        return _holds(file, self.size, self.frames)


@dataclass(frozen=True)
class MaskRewrite:
    """One mask (a video or a still), cut as `like` was, so that its white stays on the same things."""

    clip: Clip
    cut: Cut
    size: Resolution
    like: Clip

    @property
    def frames(self) -> int:
        return 1 if self._is_still or self.clip.info is None else self.clip.info.frames

    @property
    def story(self) -> str:
        return f"cut as the {self.like.title} was"

    def write(self, meter: Meter) -> Path:
        source = hash_json([hash_file(self.clip.path), str(self.cut)])[:6]
        suffix = ".png" if self._is_still else ".mp4"
        stem = f"{self.clip.path.stem}_{self.size}_cut_{source}"
        file = _free_name(self.clip.path, stem + suffix, self._is_mine)
        if file.exists():
            meter.advance(self.frames)
        elif self._is_still:
            self._write_still(file)
            meter.advance()
        else:
            self._write_video(file, meter)
        return file

    def _write_still(self, file: Path) -> None:
        picture = read_still(self.clip.path)
        assert picture is not None  # whoever orders this has looked
        write_atomic(file, png_bytes(self._fitted(picture[..., ::-1])))  # BGR as OpenCV reads it

    def _write_video(self, file: Path, meter: Meter) -> None:
        info = self.clip.info
        assert info is not None  # whoever orders this has looked
        with VideoWriter(file, self.size, _rate(info), quality=Quality.IDS) as writer:
            for frame in read_frames(self.clip.path):
                writer.write(self._fitted(frame))
                meter.advance()

    def _fitted(self, frame: Picture) -> Picture:
        return _resized(self.cut.of(frame), self.size, None)

    def _is_mine(self, file: Path) -> bool:
        if not self._is_still:
            return _holds(file, self.size, self.frames)
        found = read_still(file)
        return found is not None and found.shape[:2] == (self.size.height, self.size.width)

    @property
    def _is_still(self) -> bool:
        return self.clip.path.suffix.lower() in PICTURES


def fitted(frame: Picture, size: Resolution, control: Optional[Control]) -> Picture:
    """(h, w, 3) uint8 -> (H, W, 3): cut evenly to the aspect of `size`, then resized.

    Segmentation keeps its flat colours (nearest pixel), an edge map stays white on black.
    """
    height, width = frame.shape[:2]
    if (width, height) == (size.width, size.height):
        return frame
    resized = _resized(even_cut(Resolution(width, height), size).of(frame), size, control)
    if control is Control.EDGE:
        resized = np.where(resized >= EDGE_LEVEL, 255, 0).astype(np.uint8)
    return resized


def _resized(picture: Picture, size: Resolution, control: Optional[Control]) -> Picture:
    if control is Control.SEG:
        how = cv2.INTER_NEAREST
    else:
        how = cv2.INTER_AREA if size.width < picture.shape[1] else cv2.INTER_LINEAR
    wanted = (size.width, size.height)
    return np.asarray(cv2.resize(np.ascontiguousarray(picture), wanted, interpolation=how), np.uint8)


def _rate(info: VideoInfo) -> Fraction:
    return info.fps if info.fps > 0 else Fraction(24)


def _holds(file: Path, size: Resolution, frames: int) -> bool:
    try:
        found = probe(file)
    except (BadInputError, OSError):
        return False
    return (found.resolution, found.frames) == (size, frames)


def _free_name(source: Path, name: str, is_mine: Callable[[Path], bool]) -> Path:
    """`name` beside `source`, with a number where somebody else has it.

    The name tells what was done, and by a few digits of a hash to what.
    """
    file = source.with_name(name)
    number = 2
    while file.exists() and not is_mine(file):
        file = source.with_name(f"{Path(name).stem}_{number}{file.suffix}")
        number += 1
    return file
