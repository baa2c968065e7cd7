"""Segmentation has hard borders: a blend of two objects' colours is a third object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...records.enums import Control
from ..look import Look
from ..problem import Problem, warning
from ..shot import Shot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..samples import Picture

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
    if clip is None or not (seen := clip.seen(_all_and_soft)):
        return []
    total, soft = seen
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


def _all_and_soft(look: Look) -> tuple[float, float]:
    """How many borders there are, and how many of them are soft."""
    full = look.info.pixel_format.startswith(FULL_COLOUR)
    borders = [_borders(_judged(picture, full)) for picture in look.pictures]
    return sum(total for total, _ in borders), sum(soft for _, soft in borders)


def _judged(picture: Picture, full: bool) -> NDArray[np.float32]:
    """(H, W, channels): what a border is judged by.

    All three colours where the video has them at each pixel (`full`), since objects may be equally bright.
    Most videos store colour for pairs of pixels (yuv420p): there a hard border between two colours comes out
    as soft as an anti-aliased one, and brightness alone can tell.
    """
    import numpy as np

    from ..samples import luma

    return picture.astype(np.float32) if full else luma(picture)[..., np.newaxis]


def _borders(picture: NDArray[np.float32]) -> tuple[int, int]:
    """Borders between two flat colours, across and down: all, and those that take more than a pixel."""
    import numpy as np

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
    import numpy as np

    return np.asarray(np.abs(one - other).max(axis=-1), np.float32)
