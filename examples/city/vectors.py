"""Arithmetic on arrays of 3-vectors: shape (3, …), float32, one row for each of x, y, z."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]  # float32 throughout
Point = tuple[float, float, float]


def column(point: Point, like: Floats) -> Floats:
    """`point` with as many trailing axes as `like` has, so that the two broadcast."""
    return np.asarray(point, np.float32).reshape((3,) + (1,) * (like.ndim - 1))


def dot(left: Floats, right: Floats) -> Floats:
    """(…) from two (3, …)."""
    product: Floats = left[0] * right[0] + left[1] * right[1] + left[2] * right[2]
    return product


def normalized(vectors: Floats) -> Floats:
    """Unit vectors of the same directions."""
    return vectors * (1 / np.sqrt(np.maximum(dot(vectors, vectors), 1e-20)))


def unit(point: Point) -> Point:
    length = float(sum(value * value for value in point)) ** 0.5
    return point[0] / length, point[1] / length, point[2] / length


def mix(first: Floats, second: Floats, share: Floats) -> Floats:
    """`first` where `share` is 0, `second` where it is 1."""
    mixed: Floats = first + (second - first) * share
    return mixed


def smoothstep(low: float, high: float, values: Floats) -> Floats:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((values - low) * (1 / (high - low)), 0, 1)
    smooth: Floats = t * t * (3 - 2 * t)
    return smooth


def hash01(*cells: Floats | int) -> Floats:
    """A repeatable number in 0..1 for each cell; whole numbers in, negative ones too."""
    mixed = np.uint32(0x9E3779B9)
    with np.errstate(over="ignore"):
        for cell in cells:
            whole = np.asarray(cell).astype(np.int64).astype(np.uint32)
            mixed = (mixed ^ whole) * np.uint32(0x85EBCA6B)
            mixed = mixed ^ (mixed >> np.uint32(15))
        mixed = mixed * np.uint32(0xC2B2AE35)
        mixed = mixed ^ (mixed >> np.uint32(13))
    fraction: Floats = (mixed & np.uint32(0xFFFFFF)).astype(np.float32) * np.float32(1 / 0xFFFFFF)
    return fraction
