"""Edges are white on black without anti-aliasing, as the model was trained on Canny's output."""

from __future__ import annotations

from ...records.enums import Control
from ..look import Look
from ..problem import Problem, warning
from ..shot import Shot

RULE = "edge_gray"
DARK, BRIGHT = 48, 208  # compression moves black and white by less
MUCH = 0.3  # of all pixels that aren't black; a Canny map in H.264 has 2 %, one that was resized 70 %


def check(shot: Shot) -> list[Problem]:
    clip = shot.control(Control.EDGE)
    if clip is None or not (seen := clip.seen(_gray_and_white)):
        return []
    gray, white = seen
    if gray < 0.0005 or gray < MUCH * (gray + white):
        return []
    return [
        warning(
            RULE,
            f"The edges are gray: {gray / (gray + white):.0%} of what isn't black isn't white either.",
            "The model was trained on hard white lines on black. Soft, anti-aliased or resized lines count "
            "for less.",
            "Encode the edges here, at the model's size: cosmos-houdini passes encode FRAMES.",
        )
    ]


def _gray_and_white(look: Look) -> tuple[float, float]:
    """Which parts of the picture are that."""
    import numpy as np

    from ..samples import luma

    grays = [luma(picture) for picture in look.pictures]
    gray = float(np.mean([((values > DARK) & (values < BRIGHT)).mean() for values in grays]))
    return gray, float(np.mean([(values >= BRIGHT).mean() for values in grays]))
