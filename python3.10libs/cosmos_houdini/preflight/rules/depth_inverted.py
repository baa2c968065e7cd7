"""Depth is near = bright, far = dark.

A guess: the ground below is nearly always nearer than what is above. Where the upper part of the picture is
brighter than the lower one in most frames, and clearly so, the depth is probably the wrong way round.
"""

from __future__ import annotations

from ...records.enums import Control
from ..look import Look
from ..problem import Problem, warning
from ..shot import Shot

RULE = "depth_inverted"
BAND = 6  # a sixth of the height, above and below
CLEARLY = 24.0  # levels of 255
MOST = 0.75


def check(shot: Shot) -> list[Problem]:
    clip = shot.control(Control.DEPTH)
    if clip is None or not (seen := clip.seen(_bands)):
        return []
    bands = list(zip(seen[::2], seen[1::2]))
    if sum(above - below > CLEARLY for above, below in bands) < MOST * len(bands):
        return []
    above, below = (sum(values) / len(bands) for values in zip(*bands))
    return [
        warning(
            RULE,
            f"The depth looks inverted: the top of the picture is bright ({above:.0f} of 255), "
            f"the bottom dark ({below:.0f}).",
            "The model takes bright for near and dark for far; the ground in front is usually the nearest.",
            "Look at the depth video. If the far things are bright, encode it here from the rendered depth, "
            "or invert it; if something near hangs above, nothing is wrong.",
        )
    ]


def _bands(look: Look) -> tuple[float, ...]:
    """How bright it is above and below, picture by picture."""
    from ..samples import luma

    levels: list[float] = []
    for picture in look.pictures:
        gray = luma(picture)
        rows = max(1, gray.shape[0] // BAND)
        levels += (float(gray[:rows].mean()), float(gray[-rows:].mean()))
    return tuple(levels)
