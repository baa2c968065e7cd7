"""Segmentation has one flat colour per object: a picture in its place has thousands."""

from __future__ import annotations

from ...records.enums import Control
from ..look import Look
from ..problem import Problem, warning
from ..shot import Shot

RULE = "seg_colours"
FEW = 64  # colours, in steps of 8 levels
MOST = 0.75  # of the picture that they cover; flat ids reach 0.92 and more, photographs 0.6


def check(shot: Shot) -> list[Problem]:
    clip = shot.control(Control.SEG)
    if clip is None or not (seen := clip.seen(_covered)):
        return []
    (covered,) = seen
    if covered >= MOST:
        return []
    return [
        warning(
            RULE,
            f"The segmentation has very many colours: the {FEW} most common ones cover {covered:.0%} of it.",
            "The model expects one flat colour per object on black, the same in every frame.",
            "Encode it from cryptomatte or an id plane here; if the shot has hundreds of objects, group them "
            "(cryptomatte by asset or material).",
        )
    ]


def _covered(look: Look) -> tuple[float]:
    """The part of the picture that has one of the few most common colours."""
    import numpy as np

    parts = []
    for picture in look.pictures:
        coarse = picture.reshape(-1, 3).astype(np.int32) >> 3
        counts = np.bincount((coarse[:, 0] << 10) | (coarse[:, 1] << 5) | coarse[:, 2])
        parts.append(np.sort(counts)[::-1][:FEW].sum() / counts.sum())
    return (float(np.mean(parts)),)
