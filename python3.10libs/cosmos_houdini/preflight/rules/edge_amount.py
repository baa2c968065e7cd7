"""Edges are lines: hardly any, or nearly everything, is no help."""

from __future__ import annotations

from ...records.enums import Control
from ..look import Look
from ..problem import Problem, warning
from ..shot import Shot

RULE = "edge_amount"
FEWEST, MOST = 0.002, 0.35  # of the pixels; a Canny map of a usual shot has 2 to 12 %


def check(shot: Shot) -> list[Problem]:
    clip = shot.control(Control.EDGE)
    if clip is None or not (seen := clip.seen(_white)):
        return []
    (white,) = seen
    if white < FEWEST:
        return [
            warning(
                RULE,
                f"The edge control is nearly empty: {white:.2%} of it is white.",
                "With no lines to follow, the model invents the shapes.",
                "Encode it with --canny-threshold low, or --edge-source both to add edges from the geometry.",
            )
        ]
    if white > MOST:
        return [
            warning(
                RULE,
                f"The edge control is nearly full: {white:.0%} of it is white.",
                "Lines everywhere say nothing; noise and fine texture become edges, too. It may be inverted: "
                "edges are white on black.",
                "Encode it with --canny-threshold high, or --edge-source geometry.",
            )
        ]
    return []


def _white(look: Look) -> tuple[float]:
    """The part of the picture that is white."""
    import numpy as np

    from ..samples import luma

    return (float(np.mean([(luma(picture) > 127).mean() for picture in look.pictures])),)
