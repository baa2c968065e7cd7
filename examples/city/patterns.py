"""Stripes and cells that are averaged over a pixel, so that distant facades neither flicker nor alias."""

from __future__ import annotations

import numpy as np

from .vectors import Floats


def stripes(u: Floats, period: float, start: float, length: float, footprint: Floats) -> Floats:
    """The part of each `footprint` around `u` covered by [start, start + length] repeated every `period`."""
    half = footprint * np.float32(0.5)
    covered = _stripes_below(u + half - start, period, length) - _stripes_below(
        u - half - start, period, length
    )
    share: Floats = np.clip(covered / footprint, 0, 1)
    return share


def band(u: Floats, low: float, high: float, footprint: Floats) -> Floats:
    """The part of each `footprint` around `u` that lies between `low` and `high`."""
    half = footprint * np.float32(0.5)
    covered = np.minimum(u + half, high) - np.maximum(u - half, low)
    share: Floats = np.clip(covered / footprint, 0, 1)
    return share


def detail(footprint: Floats, size: float) -> Floats:
    """1 where features of `size` are larger than a pixel, falling to 0 where they are much smaller."""
    clear: Floats = np.clip(1.6 - footprint * np.float32(1.2 / size), 0, 1)
    return clear


def _stripes_below(u: Floats, period: float, length: float) -> Floats:
    """How much stripe lies between 0 and u."""
    turns = np.floor(u * np.float32(1 / period))
    total: Floats = turns * np.float32(length) + np.clip(u - turns * np.float32(period), 0, length)
    return total
