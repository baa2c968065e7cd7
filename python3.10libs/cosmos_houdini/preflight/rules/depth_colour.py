"""Depth is gray: a false-colour depth means nothing to the model."""

from __future__ import annotations

from ...records.enums import Control
from ..look import Look
from ..problem import Problem, warning
from ..shot import Shot

RULE = "depth_colour"
COLOURFUL = 24  # difference of the channels that compression doesn't explain
MUCH = 0.1


def check(shot: Shot) -> list[Problem]:
    clip = shot.control(Control.DEPTH)
    if clip is None or not (seen := clip.seen(_coloured)):
        return []
    (coloured,) = seen
    if coloured < MUCH:
        return []
    return [
        warning(
            RULE,
            f"The depth is coloured ({coloured:.0%} of the picture).",
            "The model takes gray: near bright, far dark. A false-colour depth reads as something else.",
            "Encode the depth here from the rendered depth plane, or make it gray.",
        )
    ]


def _coloured(look: Look) -> tuple[float]:
    """The part of the picture that has a colour."""
    import numpy as np

    parts = [
        (np.ptp(picture[::4, ::4].astype(np.int16), axis=2) > COLOURFUL).mean() for picture in look.pictures
    ]
    return (float(np.mean(parts)),)
