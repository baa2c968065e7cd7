"""Seg control: one flat colour an object on black.

A colour depends on the object's name (or id) alone, so it is the same in each frame and each shot. Names of a
series ("bldg_01", "bldg_02" …) share a random start and walk through the colour cube in steps that keep any
stretch of them far apart (the R3 sequence: multiples of 1/g, 1/g^2, 1/g^3, g the root of x^4 = x + 1; Martin
Roberts, "The unreasonable effectiveness of quasirandom sequences"). Ids are one such series. Distances are
measured in test_segmentation.py; two objects of a shot that fall too near are reported, never recoloured.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.passes.yuv import Picture

Colour = tuple[int, int, int]

# After encoding, a colour is within 6/255 of itself in each channel: below this distance two can be confused.
TOO_NEAR = 14.0
# Two objects that touch need more than that for the border between them to be seen.
TOO_NEAR_TO_TOUCH = 40.0
SHORTEST_BORDER = 4  # pixels; less is noise

_G = 1.2207440846057596
_STEP = np.array([1 / _G, 1 / _G**2, 1 / _G**3])
_START_OF_IDS = np.array([0.685, 0.367, 0.911])  # ids 1 to 64 and black: 49/255 apart or more
_DARKEST = 72


@lru_cache(maxsize=65536)
def colour_of_name(name: str) -> Colour:
    """The colour of an object by its name; never nearly black."""
    numbers = list(re.finditer(r"\d{1,9}", name))
    if not numbers:
        return _colour(_start(name))
    last = numbers[-1]
    stem = f"{name[: last.start()]}#{name[last.end() :]}"
    return _colour(_start(stem) + int(last[0]) * _STEP)


@lru_cache(maxsize=65536)
def colour_of_id(number: int) -> Colour:
    """The colour of an object by its number in an id plane."""
    return _colour(_START_OF_IDS + (number % 2**24) * _STEP)


def flat_colours(ids: NDArray[np.uint32], colour: Callable[[int], Colour]) -> tuple[Picture, set[int]]:
    """(H, W) ids, 0 for the background -> (H, W, 3) flat colours on black, and the ids that are in the frame.

    Works on runs of equal ids along the rows: a picture has some ten thousand of them.
    """
    flat = ids.ravel()
    starts = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1])
    there, which = np.unique(flat[starts], return_inverse=True)
    table = np.zeros((len(there), 4), np.uint8)
    for row, number in enumerate(there.tolist()):
        if number:
            table[row, :3] = colour(number)
    lengths = np.diff(np.append(starts, flat.size))
    packed = np.repeat(table.view(np.uint32)[:, 0][which], lengths)
    picture = packed.view(np.uint8).reshape(*ids.shape, 4)[:, :, :3]
    return np.ascontiguousarray(picture), set(there.tolist()) - {0}


def whole_ids(plane: NDArray[Any]) -> NDArray[np.uint32]:
    """An id plane as it stands in a file -> ids; NaN, negative and 0 are the background."""
    if plane.dtype.kind == "u":
        return np.ascontiguousarray(plane, np.uint32)
    if plane.dtype.kind == "i":
        return np.asarray(np.maximum(plane, 0), np.uint32)
    plane = np.ascontiguousarray(plane, np.float32)
    with np.errstate(invalid="ignore"):
        kept = np.where((plane > 0) & (plane < 2**32 - 256), plane, 0)
    return np.rint(kept).astype(np.uint32)


def touching_ids(ids: NDArray[np.uint32]) -> set[tuple[int, int]]:
    """Pairs of objects, the smaller id first, with `SHORTEST_BORDER` pixels side by side in (H, W) ids."""
    pairs = []
    for one, other in ((ids[:, :-1], ids[:, 1:]), (ids[:-1], ids[1:])):
        border = (one != other) & (one > 0) & (other > 0)
        first, second = one[border].astype(np.uint64), other[border].astype(np.uint64)
        pairs.append(np.minimum(first, second) << np.uint64(32) | np.maximum(first, second))
    found, counts = np.unique(np.concatenate(pairs), return_counts=True)
    return {(pair >> 32, pair & 0xFFFFFFFF) for pair in found[counts >= SHORTEST_BORDER].tolist()}


def apart(one: Colour, other: Colour) -> float:
    """The Euclidean distance of two colours, 0..255 in each channel."""
    return float(np.linalg.norm(np.subtract(one, other, dtype=float)))


def too_near(colours: Mapping[str, Colour]) -> list[tuple[str, str, float]]:
    """Pairs of objects whose colours are less than `TOO_NEAR` apart (Euclidean, 0..255), nearest first."""
    names = sorted(colours)
    if len(names) < 2:
        return []
    values = np.array([colours[name] for name in names], float)
    pairs = []
    for row in range(len(names) - 1):
        distances = np.linalg.norm(values[row + 1 :] - values[row], axis=1)
        for hit in np.flatnonzero(distances < TOO_NEAR):
            pairs.append((names[row], names[row + 1 + hit], float(distances[hit])))
    return sorted(pairs, key=lambda pair: pair[2])


def _start(stem: str) -> NDArray[np.float64]:
    digest = hashlib.sha256(stem.encode("utf-8", "surrogatepass")).digest()
    return np.array([int.from_bytes(digest[k : k + 4], "little") / 2**32 for k in (0, 4, 8)])


def _colour(point: NDArray[np.float64]) -> Colour:
    values = np.rint(np.mod(point, 1.0) * 255).astype(int)
    if values.max() < _DARKEST:  # too like the background: take the opposite corner
        values = 255 - values
    red, green, blue = values.tolist()
    return (red, green, blue)
