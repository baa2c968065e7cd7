"""Sun, sky and what hides them: the light of a late, clear afternoon. Radiance is scene-linear Rec.709."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from .scene import Primitive
from .shapes import Box, Ground, Rays
from .vectors import Floats, Point, column, dot, smoothstep, unit

SUN_DIRECTION: Point = unit((0.66, 0.60, 0.46))  # towards the sun
SUN = np.array([2.75, 2.22, 1.58], np.float32)
SKY_LIGHT = np.array([0.27, 0.355, 0.50], np.float32)
BOUNCE_LIGHT = np.array([0.26, 0.215, 0.165], np.float32)
ZENITH = np.array([0.085, 0.20, 0.46], np.float32)
HORIZON = np.array([0.70, 0.70, 0.68], np.float32)
STREET = np.array([0.11, 0.095, 0.08], np.float32)  # what glass mirrors below the roofs

NOISE_SIZE = 512


@lru_cache(maxsize=1)
def noise_tile() -> Floats:
    """(512, 512) of smooth noise in 0..1 that tiles, four octaves."""
    dice = np.random.default_rng(7)
    total = np.zeros((NOISE_SIZE, NOISE_SIZE), np.float32)
    for octave, weight in ((8, 0.5), (16, 0.28), (32, 0.15), (64, 0.07)):
        cells = dice.random((octave, octave), np.float32)
        wide = np.tile(cells, (3, 3))
        scaled = cv2.resize(wide, (NOISE_SIZE * 3, NOISE_SIZE * 3), interpolation=cv2.INTER_CUBIC)
        total += weight * scaled[NOISE_SIZE : 2 * NOISE_SIZE, NOISE_SIZE : 2 * NOISE_SIZE]
    low, high = np.percentile(total, (1, 99))
    tile: Floats = np.clip((total - low) / (high - low), 0, 1).astype(np.float32)
    return tile


def noise(u: Floats, v: Floats) -> Floats:
    """Smooth noise in 0..1; its largest features are 1/8 of a unit, it repeats after one."""
    tile = noise_tile()
    x, y = u * np.float32(NOISE_SIZE), v * np.float32(NOISE_SIZE)
    left, top = np.floor(x), np.floor(y)
    fx, fy = x - left, y - top
    mask = NOISE_SIZE - 1
    x0, y0 = left.astype(np.int32) & mask, top.astype(np.int32) & mask
    x1, y1 = (x0 + 1) & mask, (y0 + 1) & mask
    upper = tile[y0, x0] * (1 - fx) + tile[y0, x1] * fx
    lower = tile[y1, x0] * (1 - fx) + tile[y1, x1] * fx
    result: Floats = upper + (lower - upper) * fy
    return result


def sky(direction: Floats, *, clouds: bool) -> Floats:
    """(3, n) radiance of the sky in (3, n) unit directions."""
    height = np.maximum(direction[1], 0.0)
    fade = (1 - height) ** np.float32(4.5)
    to_sun = np.clip(dot(direction, column(SUN_DIRECTION, direction)), 0, 1)
    result: Floats = ZENITH[:, None] + (HORIZON - ZENITH)[:, None] * fade
    glow = 0.35 * to_sun**6
    result += np.array([[1.0], [0.82], [0.6]], np.float32) * glow
    if clouds:
        lift = 1 / (height + 0.16)
        u, v = direction[0] * lift * 0.17 + 0.13, direction[2] * lift * 0.12 + 0.61
        wisps = noise(u, v) * 0.65 + noise(u * 3.1 + 0.2, v * 2.3) * 0.35
        cover = smoothstep(0.44, 0.80, wisps) * smoothstep(0.0, 0.12, height) * 0.75
        white = np.array([[1.02], [0.97], [0.92]], np.float32)
        result += (white - result) * cover
    return result


@dataclass(frozen=True)
class ShadowMap:
    """How far the first solid is, seen from the sun, on a grid across a window of the scene."""

    depth: Floats  # (H, W), metres along the sun's rays; infinite for nothing
    right: Point
    up: Point
    corner: tuple[float, float]  # of the window, along right and up
    texel: float

    def lit(self, points: Floats) -> Floats:
        """0 in shadow to 1 in the sun for (3, n) points, soft over one texel."""
        x = (dot(points, column(self.right, points)) - self.corner[0]) / self.texel - 0.5
        y = (dot(points, column(self.up, points)) - self.corner[1]) / self.texel - 0.5
        own = -dot(points, column(SUN_DIRECTION, points)) - np.float32(0.05)
        left, top = np.floor(x), np.floor(y)
        fx, fy = x - left, y - top
        height, width = self.depth.shape
        inside = (left >= 0) & (top >= 0) & (left < width - 1) & (top < height - 1)
        at = np.where(inside, top * width + left, 0).astype(np.int64)
        flat = self.depth.reshape(-1)
        upper = (flat[at] > own) * (1 - fx) + (flat[at + 1] > own) * fx
        lower = (flat[at + width] > own) * (1 - fx) + (flat[at + width + 1] > own) * fx
        return np.where(inside, upper + (lower - upper) * fy, 1).astype(np.float32)


def shadow_map(primitives: Sequence[Primitive], low: Point, high: Point, texel: float) -> ShadowMap:
    """The shadows that `primitives` throw on what lies between the corners `low` and `high`."""
    sx, sy, sz = SUN_DIRECTION
    right = unit((sz, 0.0, -sx))
    up = (sy * right[2] - sz * right[1], sz * right[0] - sx * right[2], sx * right[1] - sy * right[0])
    x0, x1, y0, y1 = _extent(low, high, right, up)
    shape = max(2, round((y1 - y0) / texel)), max(2, round((x1 - x0) / texel))
    depth = np.full(shape, np.inf, np.float32)
    direction = np.asarray([-sx, -sy, -sz], np.float32).reshape(3, 1, 1)
    for primitive in primitives:
        if isinstance(primitive.shape, Ground):
            continue
        a0, a1, b0, b1 = _extent(*primitive.shape.bounds(), right, up)
        left, end = _cells(a0, a1, x0, texel, shape[1])
        top, bottom = _cells(b0, b1, y0, texel, shape[0])
        if left >= end or top >= bottom:
            continue
        across = (np.arange(left, end, dtype=np.float32) + 0.5) * texel + x0
        rise = (np.arange(top, bottom, dtype=np.float32) + 0.5) * texel + y0
        start = 500.0  # metres above the middle of the scene, on the sun's side
        origin = np.empty((3, len(rise), len(across)), np.float32)
        for axis in range(3):
            origin[axis] = right[axis] * across + (up[axis] * rise)[:, None] + start * SUN_DIRECTION[axis]
        found = primitive.shape.intersect(Rays(origin, direction)) - np.float32(start)
        window = depth[top:bottom, left:end]
        np.minimum(window, found, out=window)
    return ShadowMap(depth, right, up, (x0, y0), texel)


@dataclass(frozen=True)
class SkyView:
    """How much of the sky a place sees, from blurred maps of the height of what stands around it."""

    maps: tuple[tuple[float, Floats], ...]  # (radius in metres, heights)
    corner: tuple[float, float]
    cell: float

    def openness(self, points: Floats, normals: Floats) -> Floats:
        """0 (enclosed) to 1 (open) for (3, n) points with (3, n) unit normals."""
        total = np.ones(points.shape[1], np.float32)
        for radius, heights in self.maps:
            rows, columns = heights.shape
            x = ((points[0] + normals[0] * radius - self.corner[0]) / self.cell).astype(np.int32)
            z = ((points[2] + normals[2] * radius - self.corner[1]) / self.cell).astype(np.int32)
            above = heights[np.clip(z, 0, rows - 1), np.clip(x, 0, columns - 1)] - points[1]
            total *= 1 / (1 + 0.62 * np.maximum(above, 0) / radius)
        return total


def sky_view(primitives: Sequence[Primitive], low: Point, high: Point, cell: float = 0.4) -> SkyView:
    """The sky view over the ground between `low` and `high`."""
    shape = round((high[2] - low[2]) / cell), round((high[0] - low[0]) / cell)
    heights = np.zeros(shape, np.float32)
    for primitive in primitives:
        (x0, y0, z0), (x1, y1, z1) = primitive.shape.bounds()
        if isinstance(primitive.shape, Ground) or (
            isinstance(primitive.shape, Box) and y0 > 2.0 and y1 - y0 < 1.0
        ):
            continue
        left, end = _cells(x0, x1, low[0], cell, shape[1], margin=0)
        top, bottom = _cells(z0, z1, low[2], cell, shape[0], margin=0)
        window = heights[top:bottom, left:end]
        np.maximum(window, y1 - 0.45 * max(0.0, y0), out=window)
    maps = []
    for radius in (0.9, 3.5, 12.0):
        blurred = cv2.GaussianBlur(heights, (0, 0), radius / cell * 0.55, borderType=cv2.BORDER_REPLICATE)
        maps.append((radius, np.asarray(blurred, np.float32)))
    return SkyView(tuple(maps), (low[0], low[2]), cell)


def _extent(low: Point, high: Point, right: Point, up: Point) -> tuple[float, float, float, float]:
    corners = np.array(
        [[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])]
    )
    a, b = corners @ np.asarray(right), corners @ np.asarray(up)
    return float(a.min()), float(a.max()), float(b.min()), float(b.max())


def _cells(
    begin: float, end: float, start: float, cell: float, count: int, margin: int = 1
) -> tuple[int, int]:
    first = int(np.floor((begin - start) / cell)) - margin
    last = int(np.ceil((end - start) / cell)) + margin
    return max(0, min(count, first)), max(0, min(count, last))
