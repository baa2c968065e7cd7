"""Which solid each ray of the camera meets first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .camera import Camera, Rect
from .scene import Primitive
from .shapes import Rays, Shape
from .vectors import Floats

NOTHING = -1
# Eight places in a pixel, one in each row and column of an 8 by 8 grid.
PATTERN = np.array([(0, 3), (1, 6), (2, 1), (3, 4), (4, 7), (5, 2), (6, 5), (7, 0)], np.float32) / 8 + 1 / 16

Indices = NDArray[np.int16]


@dataclass(frozen=True)
class Hits:
    """`distance` along the camera's axis (infinite for nothing) and the number of the primitive hit."""

    rays: Rays
    distance: Floats
    primitive: Indices


@dataclass(frozen=True)
class Placed:
    """A primitive in sight: its number, its shape, the pixels that it may cover, where it begins."""

    number: int
    shape: Shape
    rect: Rect
    depth: float


def in_sight(camera: Camera, primitives: Sequence[Primitive]) -> tuple[Placed, ...]:
    """The primitives that the camera may see, front to back."""
    seen = []
    for number, primitive in enumerate(primitives):
        placed = camera.rect(primitive.shape)
        if placed is not None:
            seen.append(Placed(number, primitive.shape, *placed))
    return tuple(sorted(seen, key=lambda placed: (placed.depth, placed.number)))


def cast_picture(camera: Camera, sight: Sequence[Placed]) -> Hits:
    """One ray through the middle of each pixel: arrays of (H, W)."""
    height, width = camera.resolution.height, camera.resolution.width
    x = np.arange(width, dtype=np.float32)[None, :] + np.float32(0.5)
    y = np.arange(height, dtype=np.float32)[:, None] + np.float32(0.5)
    rays = camera.rays(x, y)
    distance = np.full((height, width), np.inf, np.float32)
    primitive = np.full((height, width), NOTHING, np.int16)
    for placed in sight:
        x0, y0, x1, y1 = placed.rect
        part = (slice(y0, y1), slice(x0, x1))
        if distance[part].max() <= placed.depth:
            continue  # all of it is behind what was found already
        found = placed.shape.intersect(Rays(rays.origin, rays.direction[:, part[0], part[1]]))
        nearer = found < distance[part]
        np.copyto(distance[part], found, where=nearer)
        np.copyto(primitive[part], np.int16(placed.number), where=nearer)
    return Hits(rays, distance, primitive)


def cast_pixels(
    camera: Camera, sight: Sequence[Placed], rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> Hits:
    """Eight rays through each of n pixels: arrays of (n, 8)."""
    x = columns[:, None].astype(np.float32) + PATTERN[:, 0]
    y = rows[:, None].astype(np.float32) + PATTERN[:, 1]
    rays = camera.rays(x, y)
    distance = np.full(x.shape, np.inf, np.float32)
    primitive = np.full(x.shape, NOTHING, np.int16)
    farthest = np.full(len(rows), np.inf, np.float32)
    place = np.full((camera.resolution.height, camera.resolution.width), -1, np.int32)
    place[rows, columns] = np.arange(len(rows), dtype=np.int32)
    for placed in sight:
        x0, y0, x1, y1 = placed.rect
        chosen = place[y0:y1, x0:x1]
        chosen = chosen[chosen >= 0]
        chosen = chosen[farthest[chosen] > placed.depth]
        if len(chosen) == 0:
            continue
        found = placed.shape.intersect(Rays(rays.origin, rays.direction[:, chosen]))
        known = distance[chosen]
        nearer = found < known
        distance[chosen] = np.minimum(found, known)
        farthest[chosen] = distance[chosen].max(axis=1)
        primitive[chosen] = np.where(nearer, np.int16(placed.number), primitive[chosen])
    return Hits(rays, distance, primitive)


def edge_pixels(hits: Hits, normals: Floats) -> NDArray[np.bool_]:
    """(H, W): where a pixel and a neighbour see another solid, another face of it, or a leap in depth."""
    edge = np.zeros(hits.distance.shape, np.bool_)
    steps = [np.abs(np.diff(normals, axis=axis)).max(axis=0) > 0.35 for axis in (1, 2)]
    inverse = np.where(np.isfinite(hits.distance), 1 / hits.distance, 0)
    steps[0] |= np.diff(hits.primitive, axis=0) != 0
    steps[1] |= np.diff(hits.primitive, axis=1) != 0
    steps[0] |= np.abs(np.diff(inverse, axis=0)) > 0.02
    steps[1] |= np.abs(np.diff(inverse, axis=1)) > 0.02
    edge[:-1] |= steps[0]
    edge[1:] |= steps[0]
    edge[:, :-1] |= steps[1]
    edge[:, 1:] |= steps[1]
    # Diagonal neighbours: silhouettes pass through corners of pixels whose own sample saw nothing new.
    return cv2.dilate(edge.astype(np.uint8), np.ones((2, 2), np.uint8)).astype(np.bool_)
