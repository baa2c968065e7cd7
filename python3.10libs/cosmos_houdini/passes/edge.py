"""Edge control: white lines of one pixel on black, no anti-aliasing, made at the final size.

Canny thresholds by name; source: transfer1 control_input.py. Upstream's own extractor draws random ones.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.passes.depth import BACKGROUND_FROM
from cosmos_houdini.passes.yuv import Picture
from cosmos_houdini.records.enums import CannyThreshold

CANNY_THRESHOLDS = {
    CannyThreshold.NONE: (20, 50),
    CannyThreshold.VERY_LOW: (20, 50),
    CannyThreshold.LOW: (50, 100),
    CannyThreshold.MEDIUM: (100, 200),
    CannyThreshold.HIGH: (200, 300),
    CannyThreshold.VERY_HIGH: (300, 400),
}
# A step of inverse depth counts where it breaks the slope on both sides by 3 % of the nearer one. Inverse
# depth is linear on a flat face seen in perspective, so faces at a grazing angle draw no lines.
DEPTH_STEP = 0.03
# Neighbouring normals further apart than 25 degrees are a crease.
NORMAL_COSINE = float(np.cos(np.radians(25)))


def canny_edges(rgb: Picture, threshold: CannyThreshold) -> Picture:
    """(H, W, 3) display-referred -> (H, W) of 0 and 255."""
    low, high = CANNY_THRESHOLDS[threshold]
    return np.asarray(cv2.Canny(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), low, high), np.uint8)


def geometry_edges(
    distance: NDArray[np.float32] | None,
    normal: NDArray[np.float32] | None,
    ids: NDArray[np.uint32] | None,
) -> Picture:
    """Outlines and creases from (H, W) distances, (H, W, 3) normals and (H, W) ids, whichever are there.

    A break between two neighbouring pixels marks one of them: the nearer, or the left or upper one.
    """
    planes = [plane for plane in (distance, normal, ids) if plane is not None]
    marks = np.zeros(planes[0].shape[:2], bool)
    inverse = None if distance is None else _inverse(distance)
    units = None if normal is None else _unit_normals(normal)
    for axis in (0, 1):
        broken = _breaks(inverse, units, ids, axis)
        first, second = _neighbours(marks, axis)
        if inverse is None:
            first |= broken
            continue
        before, after = _neighbours(inverse, axis)
        nearer_after = after > before
        first |= broken & ~nearer_after
        second |= broken & nearer_after
    return np.asarray(np.where(marks, 255, 0), np.uint8)


def joined(canny: Picture, geometry: Picture) -> Picture:
    """Both kinds in one picture; Canny's lines beside one from geometry are left out, so none is doubled."""
    beside = cv2.dilate(geometry, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.bitwise_or(geometry, cv2.bitwise_and(canny, cv2.bitwise_not(beside))), np.uint8)


def _inverse(distance: NDArray[np.float32]) -> NDArray[np.float32]:
    with np.errstate(all="ignore"):
        hit = (distance > 0) & (distance <= BACKGROUND_FROM)
        return np.asarray(np.where(hit, np.reciprocal(distance), 0), np.float32)


def _unit_normals(normal: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """The components x, y, z, each (H, W), of length one together; 0 where there is no normal."""
    parts = [np.nan_to_num(normal[:, :, component], posinf=0, neginf=0) for component in range(3)]
    length = np.sqrt(parts[0] * parts[0] + parts[1] * parts[1] + parts[2] * parts[2])
    scale = 1 / np.maximum(length, np.float32(1e-6))
    return [part * scale for part in parts]


def _neighbours(plane: NDArray[Any], axis: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Views of each pixel, and of the next one along `axis`."""
    return (plane[:-1], plane[1:]) if axis == 0 else (plane[:, :-1], plane[:, 1:])


def _breaks(
    inverse: NDArray[np.float32] | None,
    units: list[NDArray[np.float32]] | None,
    ids: NDArray[np.uint32] | None,
    axis: int,
) -> NDArray[np.bool_]:
    """(H-1, W) or (H, W-1): whether the surface breaks between a pixel and the next one along `axis`."""
    parts: list[NDArray[np.bool_]] = []
    if ids is not None:
        first, second = _neighbours(ids, axis)
        parts.append(first != second)
    if inverse is not None:
        parts.append(_depth_breaks(inverse, axis))
    if units is not None:
        pairs = [_neighbours(unit, axis) for unit in units]
        cosine = pairs[0][0] * pairs[0][1]
        cosine += pairs[1][0] * pairs[1][1]
        cosine += pairs[2][0] * pairs[2][1]
        # Where both are background, with normals of no length, nothing breaks.
        anything = np.abs(units[0]) + np.abs(units[1]) + np.abs(units[2]) > 0
        before, after = _neighbours(anything, axis)
        parts.append((cosine < NORMAL_COSINE) & (before | after))
    return np.asarray(np.logical_or.reduce(parts), np.bool_)


def _depth_breaks(inverse: NDArray[np.float32], axis: int) -> NDArray[np.bool_]:
    """Where the slope of inverse depth differs from that on both sides; the outside counts as level."""
    first, second = _neighbours(inverse, axis)
    slope = second - first
    begin, end = _neighbours(slope, axis)
    bend = np.abs(end - begin)
    from_before = np.abs(slope)
    from_after = from_before.copy()
    _neighbours(from_before, axis)[1][...] = bend
    _neighbours(from_after, axis)[0][...] = bend
    step = np.minimum(from_before, from_after)
    return np.asarray(step > DEPTH_STEP * np.maximum(first, second), np.bool_)
