"""Depth has depth: a picture of one gray says nothing."""

from __future__ import annotations

from ...records.enums import Control
from ..look import Look
from ..problem import Problem, warning
from ..shot import Shot

RULE = "depth_flat"
LEAST_RANGE = 16.0  # of 255 levels, between the darkest and the brightest 2 %


def check(shot: Shot) -> list[Problem]:
    clip = shot.control(Control.DEPTH)
    if clip is None or not (seen := clip.seen(_range)):
        return []
    dark, bright = seen
    if bright - dark >= LEAST_RANGE:
        return []
    look = "black" if bright < 4 else f"flat: nearly all of it is gray {dark:.0f} to {bright:.0f} of 255"
    return [
        warning(
            RULE,
            f"The depth is {look}.",
            "The model sees how far things are by brightness, near bright and far dark: here, nothing.",
            "Encode the depth with --near and --far around the subject; is the depth plane the right one?",
        )
    ]


def _range(look: Look) -> tuple[float, float]:
    """The level below which the darkest 2 % lie, and that above which the brightest do."""
    import numpy as np

    from ..samples import luma

    grays = np.concatenate([luma(picture)[::4, ::4].ravel() for picture in look.pictures])
    dark, bright = np.percentile(grays, (2, 98))
    return float(dark), float(bright)
