"""A clip has 2 to 5000 frames: one frame loses its time axis, and beyond 5000 nothing is read."""

from __future__ import annotations

from ..problem import Problem, error
from ..shot import Shot
from ..wording import counted

RULE = "frame_limits"


def check(shot: Shot) -> list[Problem]:
    least, most = shot.engine.min_frames, shot.engine.max_frames
    problems = []
    for clip, info in shot.readable:
        if info.frames < least:
            problems.append(
                error(
                    RULE,
                    f"The {clip.title} has {counted(info.frames, 'frame')}: {clip.shown}.",
                    f"The model makes video only, from {least} frames on, and fails on a still.",
                    "Render more frames; a still can be repeated.",
                )
            )
        elif info.frames > most:
            problems.append(
                error(
                    RULE,
                    f"The {clip.title} has {info.frames} frames: {clip.shown}.",
                    f"The model reads the first {most} frames and drops the rest without a word.",
                    f"Split the shot into parts of at most {most} frames.",
                )
            )
    return problems
