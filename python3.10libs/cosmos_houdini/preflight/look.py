"""A look into a video: what rules measure in some of its frames.

Everything here is numbers and is remembered by the content of the video; what follows from them is up to the
rules, each time anew. The decoder is loaded only where something was never looked at.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from ..passes.known_video import DECODING
from ..passes.video_info import VideoInfo
from ..records.content import Content

if TYPE_CHECKING:
    from .samples import Picture

HERE = Path(__file__).parent
SAMPLING = (*DECODING, HERE.parent / "passes" / "yuv.py", HERE / "samples.py")


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

    def now() -> tuple[float, ...]:
        looked = look()
        return measure(looked) if looked is not None else ()

    return content.found(name, found_by, now, _numbers, lambda numbers: numbers or None)


def _numbers(value: Any) -> Optional[tuple[float, ...]]:
    return tuple(map(float, value)) if value and isinstance(value, list) else None
