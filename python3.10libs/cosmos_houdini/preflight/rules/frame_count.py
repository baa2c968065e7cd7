"""All videos have as many frames: the model cuts all to the shortest, silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..problem import Problem, warning
from ..shot import Shot
from ..wording import counted, listed

if TYPE_CHECKING:
    from ..mending import Mending

RULE = "frame_count"


def check(shot: Shot) -> list[Problem]:
    counts = {clip.title: info.frames for clip, info in shot.readable}
    if len(set(counts.values())) < 2:
        return []
    shortest = min(counts.values())
    short = [title for title, frames in counts.items() if frames == shortest]
    told = listed(f"{title} {frames}" for title, frames in counts.items())
    return [
        warning(
            RULE,
            f"The videos differ in length, and the result will have {counted(shortest, 'frame')}: {told}.",
            f"The model cuts all of them to the shortest ({listed(short)}) without a word.",
            "Render the missing frames, or trim all to the shortest.",
            fixable=shortest >= shot.engine.min_frames,
        )
    ]


def fix(shot: Shot, mending: Mending) -> None:
    if shot.frames is not None:
        mending.trim(shot.frames)
