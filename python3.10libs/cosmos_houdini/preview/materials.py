"""Segmentation colours as materials: each flat colour becomes a calmer one that fits the mood.

A table over all colours (5 bits a channel) rather than a list of the ones that occur: coding noise then moves
a colour a little, and never turns one object into another.
"""

from __future__ import annotations

import colorsys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.preview.mood import Mood

BITS = 5
LEVELS = 1 << BITS
OWN = 0.5  # how much of the object's own hue stays; the rest comes from the mood's palette


def material_table(mood: Mood) -> NDArray[np.float32]:
    """(32768, 3) float32 sRGB 0..1, by `table_index`."""
    axis = (np.arange(LEVELS, dtype=np.float32) + 0.5) / LEVELS
    r, g, b = (plane.ravel() for plane in np.meshgrid(axis, axis, axis, indexing="ij"))
    high, low = np.maximum(np.maximum(r, g), b), np.minimum(np.minimum(r, g), b)
    chroma = (high - low)[:, np.newaxis]
    colour = np.stack([r, g, b], axis=1)
    luma = (colour @ np.array([0.2126, 0.7152, 0.0722]))[:, np.newaxis]
    # The object's own hue, as a painted surface has it: neither as pure nor as dark.
    bright = high[:, np.newaxis]
    pure = (high[:, np.newaxis] - colour) / np.maximum(chroma, 1e-6)
    calm = (0.46 + 0.30 * bright) * (1 - 0.46 * np.clip(chroma / np.maximum(bright, 1e-6), 0, 1) * pure)
    # The palette, run through by hue, blended between neighbours.
    palette = np.array([*mood.materials, mood.materials[0]], np.float32)
    place = _hue(r, g, b, high, high - low) * len(mood.materials)
    below = np.floor(place).astype(int).clip(0, len(mood.materials) - 1)
    part = (place - below)[:, np.newaxis]
    fitting = palette[below] * (1 - part) + palette[below + 1] * part
    coloured = OWN * calm + (1 - OWN) * fitting
    # White, gray: the palette's first, by brightness. Black is "nothing found": its third, darker.
    gray = np.array(mood.materials[0], np.float32) * (0.55 + 0.6 * luma)
    table = gray + (coloured - gray) * np.clip(chroma * 3, 0, 1)
    nothing = np.array(_calmer(mood.materials[2]), np.float32) * 0.75
    found = np.clip((high - 0.06) / 0.10, 0, 1)[:, np.newaxis]
    return np.asarray(np.clip(nothing + (table - nothing) * found, 0, 1), np.float32)


def table_index(picture: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """(H, W, 3) uint8 RGB -> (H, W) index into the table."""
    wide = picture.astype(np.uint16) >> (8 - BITS)
    return np.asarray((wide[..., 0] << (2 * BITS)) | (wide[..., 1] << BITS) | wide[..., 2], np.uint16)


def _hue(
    r: NDArray[Any],
    g: NDArray[Any],
    b: NDArray[Any],
    high: NDArray[Any],
    chroma: NDArray[Any],
) -> NDArray[Any]:
    safe = np.maximum(chroma, 1e-6)
    sector = np.where(
        high == r, ((g - b) / safe) % 6, np.where(high == g, (b - r) / safe + 2, (r - g) / safe + 4)
    )
    return np.asarray(sector / 6, np.float32)


def _calmer(colour: tuple[float, float, float]) -> tuple[float, float, float]:
    hue, saturation, value = colorsys.rgb_to_hsv(*colour)
    return colorsys.hsv_to_rgb(hue, 0.6 * saturation, value)
