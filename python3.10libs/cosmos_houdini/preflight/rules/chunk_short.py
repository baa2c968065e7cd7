"""A clip shorter than a chunk costs a whole chunk, and comes out noisier."""

from __future__ import annotations

from ..problem import Problem, warning
from ..shot import Shot
from ..wording import counted

RULE = "chunk_short"


def check(shot: Shot) -> list[Problem]:
    chunk = shot.engine.chunk_frames
    if shot.frames is None or not shot.engine.min_frames <= shot.frames < chunk:
        return []
    return [
        warning(
            RULE,
            f"The clip has {counted(shot.frames, 'frame')} and costs as much as {chunk}.",
            f"The model fills a chunk of {chunk} frames with the last one; users report noise in those.",
            f"Render {chunk} frames, if you can.",
        )
    ]
