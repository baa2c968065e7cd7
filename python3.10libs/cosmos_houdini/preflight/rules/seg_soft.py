"""Segmentation has hard borders: a blend of two objects' colours is a third object."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...records.enums import Control
from ..problem import Problem, warning
from ..samples import Picture, luma
from ..shot import Clip, Shot

RULE = "seg_soft"
REACH = 8  # pixels across a border that are looked at
FLAT = 8.0  # levels that two pixels of one colour may differ by, after compression
STEP = 40.0  # levels from one object to the next that make a border worth looking at
SHARP = 0.75  # of that step, within one pixel
MUCH = 0.4  # hard borders in H.264 have 0.01 to 0.2, anti-aliased ones 0.6 and more
FULL_COLOUR = ("gbr", "rgb", "bgr", "yuv444", "yuvj444")  # pixel formats with colour at each pixel
ENOUGH = 200  # borders, below which there is nothing to judge by


def check(shot: Shot) -> list[Problem]:
    clip = shot.control(Control.SEG)
    if clip is None or not clip.pictures:
        return []
    borders = [_borders(_judged(picture, clip)) for picture in clip.pictures]
    total, soft = (sum(values) for values in zip(*borders))
    if total < ENOUGH or soft < MUCH * total:
        return []
    return [
        warning(
            RULE,
            f"The segmentation has soft borders ({soft / total:.0%} of them).",
            "Its colours are blended where objects meet (anti-aliasing, motion blur or resizing), and the "
            "model takes each blend for an object of its own.",
            "Render ids without filtering, or encode cryptomatte: cosmos-houdini passes encode FRAMES.",
        )
    ]


def _judged(picture: Picture, clip: Clip) -> NDArray[np.float32]:
    """(H, W, channels): what a border is judged by.

    All three colours where the video has them at each pixel, since objects may be equally bright. Most
    videos store colour for pairs of pixels (yuv420p): there a hard border between two colours comes out as
    soft as an anti-aliased one, and brightness alone can tell.
    """
    full = clip.info is not None and clip.info.pixel_format.startswith(FULL_COLOUR)
    return picture.astype(np.float32) if full else luma(picture)[..., np.newaxis]


def _borders(picture: NDArray[np.float32]) -> tuple[int, int]:
    """Borders between two flat colours, across and down: all, and those that take more than a pixel."""
    total = soft = 0
    for values in (picture, picture.transpose(1, 0, 2)):
        width = values.shape[1] - REACH
        if width < 1:
            continue
        at = [values[:, start : start + width] for start in range(REACH)]
        flat = (_apart(at[0], at[1]) < FLAT) & (_apart(at[-1], at[-2]) < FLAT)
        step = _apart(at[-2], at[1])
        steepest = np.max([_apart(at[n + 1], at[n]) for n in range(1, REACH - 2)], axis=0)
        border = flat & (step > STEP)
        total += int(border.sum())
        soft += int((border & (steepest < SHARP * step)).sum())
    return total, soft


def _apart(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """The largest difference over the channels, pixel by pixel."""
    return np.asarray(np.abs(one - other).max(axis=-1), np.float32)
