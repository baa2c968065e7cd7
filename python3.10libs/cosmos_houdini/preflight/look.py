"""A look into a video: what it holds, how much of it decodes, and what rules measure in some of its frames.

Everything here is numbers and is remembered by the content of the video; what follows from them is up to the
rules, each time anew. The decoder is loaded only where something was never looked at.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from ..passes.video_info import VideoInfo
from ..records.geometry import Resolution
from .memory import DECODING, SAMPLING, Content

if TYPE_CHECKING:
    from .samples import Picture


@dataclass(frozen=True)
class Look:
    """Some frames (H, W, 3) uint8 RGB of a video, first to last; at least one."""

    info: VideoInfo
    pictures: Sequence[Picture]

    @staticmethod
    def into(path: Path, info: VideoInfo) -> Look:
        """BadInputError where it can't be decoded."""
        from .samples import sample_frames

        return Look(info, sample_frames(path, info.frames))


# A function that needs nothing else of ours but `samples`: its version is the source of its module.
Measure = Callable[[Look], tuple[float, ...]]


def measured(content: Content, measure: Measure, look: Callable[[], Optional[Look]]) -> tuple[float, ...]:
    """What `measure` finds, now or before; empty where there is nothing to look at."""
    name = f"{measure.__module__.rpartition('.')[2]}.{measure.__name__}"
    found_by = (*SAMPLING, Path(str(sys.modules[measure.__module__].__file__)))
    known = content.remembered(name, found_by, _numbers)
    if known is not None:
        return known
    looked = look()
    if looked is None:
        return ()
    found = measure(looked)
    content.remember(name, found_by, found)
    return found


def known_info(content: Content, path: Path) -> VideoInfo:
    """What is in a video; BadInputError where it can't be read."""
    known = content.remembered("info", DECODING, _info_from_json)
    if known is not None:
        return known
    from ..passes.video import probe

    info = probe(path)
    content.remember("info", DECODING, _info_as_json(info))
    return info


def decodable_frames(content: Content, path: Path) -> int:
    """Frames of a video that decode without damage, from the first on; BadInputError for what isn't one."""
    known = content.remembered("decodable", DECODING, int)
    if known is not None:
        return known
    from ..passes.video import count_decodable

    frames = count_decodable(path)
    content.remember("decodable", DECODING, frames)
    return frames


def _numbers(value: Any) -> Optional[tuple[float, ...]]:
    return tuple(map(float, value)) if value and isinstance(value, list) else None


def _info_as_json(info: VideoInfo) -> list[Any]:
    size = info.resolution
    return [size.width, size.height, str(info.fps), info.frames, info.codec, info.pixel_format]


def _info_from_json(value: Any) -> VideoInfo:
    width, height, fps, frames, codec, pixel_format = value
    return VideoInfo(
        Resolution(int(width), int(height)), Fraction(fps), int(frames), str(codec), str(pixel_format)
    )
