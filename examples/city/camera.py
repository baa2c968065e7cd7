"""The camera: a slow crane shot down the avenue."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cosmos_houdini.records.geometry import Resolution

from .shapes import Rays, Shape
from .vectors import Floats, Point, unit

FRAMES_A_SECOND = 24
FILM_WIDTH = 36.0  # mm
FOCAL_LENGTH = 30.0  # mm
NEAR = 0.1

Rect = tuple[int, int, int, int]  # x0, y0, x1, y1 in pixels, the last two not included


@dataclass(frozen=True)
class Camera:
    """A pinhole camera without roll; `right`, `up` and `forward` are unit vectors."""

    place: Point
    right: Point
    up: Point
    forward: Point
    resolution: Resolution

    @property
    def focal(self) -> float:
        """Focal length in pixels; a tall picture keeps the field of view on its longer side."""
        longer = max(self.resolution.width, self.resolution.height * 1.25)
        return FOCAL_LENGTH / FILM_WIDTH * longer

    def rays(self, x: Floats, y: Floats) -> Rays:
        """Rays through points of the picture, in pixels from its upper left corner."""
        across = (x - self.resolution.width / 2) / np.float32(self.focal)
        rise = (self.resolution.height / 2 - y) / np.float32(self.focal)
        shape = np.broadcast_shapes(across.shape, rise.shape)
        direction = np.empty((3, *shape), np.float32)
        for axis in range(3):
            direction[axis] = self.forward[axis] + across * self.right[axis] + rise * self.up[axis]
        # A zero would make 0 * inf = NaN where a ray runs along a face.
        direction[np.abs(direction) < 1e-7] = 1e-7
        return Rays(np.asarray(self.place, np.float32).reshape((3,) + (1,) * len(shape)), direction)

    def rect(self, shape: Shape) -> tuple[Rect, float] | None:
        """The pixels that a solid may cover and the depth where it begins; None when it is out of sight."""
        low, high = shape.bounds()
        corners = np.array(
            [[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])]
        )
        local = corners - np.asarray(self.place)
        depth = local @ np.asarray(self.forward)
        width, height = self.resolution.width, self.resolution.height
        if depth.max() < NEAR:
            return None
        if depth.min() < NEAR:
            return (0, 0, width, height), NEAR
        x = width / 2 + self.focal * (local @ np.asarray(self.right)) / depth
        y = height / 2 - self.focal * (local @ np.asarray(self.up)) / depth
        x0, x1 = max(0, math.floor(x.min()) - 1), min(width, math.ceil(x.max()) + 1)
        y0, y1 = max(0, math.floor(y.min()) - 1), min(height, math.ceil(y.max()) + 1)
        return ((x0, y0, x1, y1), float(depth.min())) if x0 < x1 and y0 < y1 else None


def crane_shot(second: float, resolution: Resolution) -> Camera:
    """The camera at a time: it rolls forward, rises and swings a little to the right, slower and slower."""
    way = 3.0 * math.tanh(second / 3.0)
    place = (-2.9 + 0.95 * way, 1.9 + 0.85 * way, 17.0 - 2.0 * way)
    aim = (0.3 - 0.35 * way, 6.6 + 0.30 * way, -40.0)
    return looking(place, aim, resolution)


def looking(place: Point, aim: Point, resolution: Resolution) -> Camera:
    """A camera at `place` that looks at `aim`."""
    forward = unit((aim[0] - place[0], aim[1] - place[1], aim[2] - place[2]))
    right = unit((-forward[2], 0.0, forward[0]))
    up = (
        right[1] * forward[2] - right[2] * forward[1],
        right[2] * forward[0] - right[0] * forward[2],
        right[0] * forward[1] - right[1] * forward[0],
    )
    return Camera(place, right, up, forward, resolution)
