"""The solids that the city is made of, and where a ray meets them.

Units are metres, y is up. A ray is origin + t * direction; directions are not unit vectors: seen from the
camera they have length 1 along its axis, so that t is the perpendicular distance from the camera.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from .vectors import Floats, Point, column, dot, normalized

MISS = np.float32(np.inf)


@dataclass(frozen=True)
class Rays:
    """`origin` and `direction` are (3, …) and broadcast against each other."""

    origin: Floats
    direction: Floats

    def at(self, distance: Floats) -> Floats:
        points: Floats = self.origin + distance * self.direction
        return points


class Shape(Protocol):
    """What the caster asks of a solid."""

    def bounds(self) -> tuple[Point, Point]:
        """The lowest and highest corner of an axis-aligned box around it."""
        ...

    def moved(self, offset: Point) -> Shape: ...

    def intersect(self, rays: Rays) -> Floats:
        """t of the first entry in front of the origin, infinite for a miss."""
        ...

    def normals(self, points: Floats) -> Floats:
        """(3, n) unit normals at (3, n) points of the surface."""
        ...


@dataclass(frozen=True)
class Box:
    """An axis-aligned box between two corners."""

    low: Point
    high: Point

    def bounds(self) -> tuple[Point, Point]:
        return self.low, self.high

    def moved(self, offset: Point) -> Box:
        return Box(_add(self.low, offset), _add(self.high, offset))

    def intersect(self, rays: Rays) -> Floats:
        near: Floats | float = -np.inf
        far: Floats | float = np.inf
        for axis in range(3):
            inverse = 1 / rays.direction[axis]
            first = (self.low[axis] - rays.origin[axis]) * inverse
            second = (self.high[axis] - rays.origin[axis]) * inverse
            near = np.maximum(near, np.minimum(first, second))
            far = np.minimum(far, np.maximum(first, second))
        return _entries(near, far)

    def normals(self, points: Floats) -> Floats:
        centre = tuple((low + high) / 2 for low, high in zip(self.low, self.high))
        half = tuple((high - low) / 2 for low, high in zip(self.low, self.high))
        local = (points - column(_point(centre), points)) / column(_point(half), points)
        axis = np.abs(local).argmax(axis=0)
        result = np.zeros_like(points)
        for which in range(3):
            result[which] = np.where(axis == which, np.sign(local[which]), 0)
        return result


@dataclass(frozen=True)
class Ground:
    """The plane y = 0."""

    reach: float = 900.0

    def bounds(self) -> tuple[Point, Point]:
        return (-self.reach, -0.01, -self.reach), (self.reach, 0.0, self.reach)

    def moved(self, _offset: Point) -> Ground:
        return self

    def intersect(self, rays: Rays) -> Floats:
        distance = -rays.origin[1] / rays.direction[1]
        within: Floats = np.where((distance > 0) & (distance < self.reach), distance, MISS)
        return within

    def normals(self, points: Floats) -> Floats:
        result = np.zeros_like(points)
        result[1] = 1
        return result


@dataclass(frozen=True)
class Convex:
    """The inside of half-spaces (normal, offset): normal . (point - centre) <= offset; see `prism`."""

    centre: Point
    planes: tuple[tuple[Point, float], ...]
    low: Point
    high: Point

    def bounds(self) -> tuple[Point, Point]:
        return self.low, self.high

    def moved(self, offset: Point) -> Convex:
        return replace(
            self,
            centre=_add(self.centre, offset),
            low=_add(self.low, offset),
            high=_add(self.high, offset),
        )

    def intersect(self, rays: Rays) -> Floats:
        near: Floats | float = -np.inf
        far: Floats | float = np.inf
        start = rays.origin - column(self.centre, rays.origin)
        for normal, offset in self.planes:
            slope = _dot_point(rays.direction, normal)
            distance = (offset - _dot_point(start, normal)) / slope
            near = np.where(slope < 0, np.maximum(near, distance), near)
            far = np.where(slope > 0, np.minimum(far, distance), far)
        return _entries(near, far)

    def normals(self, points: Floats) -> Floats:
        local = points - column(self.centre, points)
        gaps = np.stack([_dot_point(local, normal) - offset for normal, offset in self.planes])
        table = np.asarray([normal for normal, _ in self.planes], np.float32).T
        nearest: Floats = table[:, np.abs(gaps).argmin(axis=0)]
        return nearest


def prism(outline: tuple[tuple[float, float], ...], width: float, place: Point, heading: str) -> Convex:
    """A convex side view (forward, up), counter-clockwise, drawn out to `width`; heading +z -z +x or -x."""
    sign = 1.0 if heading[0] == "+" else -1.0
    along_x = heading[1] == "x"

    def world(forward: float, up: float, side: float) -> Point:
        return (sign * forward, up, side) if along_x else (side, up, sign * forward)

    planes = [(world(0, 0, 1), width / 2), (world(0, 0, -1), width / 2)]
    for (x0, y0), (x1, y1) in zip(outline, outline[1:] + outline[:1]):
        length = math.hypot(x1 - x0, y1 - y0)
        across, up = (y1 - y0) / length, -(x1 - x0) / length
        planes.append((world(across, up, 0), across * x0 + up * y0))
    ends = [world(forward, up, side) for forward, up in outline for side in (-width / 2, width / 2)]
    low = _add(_point([min(end[axis] for end in ends) for axis in range(3)]), place)
    high = _add(_point([max(end[axis] for end in ends) for axis in range(3)]), place)
    return Convex(place, tuple(planes), low, high)


@dataclass(frozen=True)
class Cylinder:
    """A capped cylinder along one axis (0 x, 1 y, 2 z)."""

    centre: Point
    radius: float
    half_length: float
    axis: int

    def bounds(self) -> tuple[Point, Point]:
        reach = [self.radius] * 3
        reach[self.axis] = self.half_length
        low = _add(self.centre, _point([-value for value in reach]))
        return low, _add(self.centre, _point(reach))

    def moved(self, offset: Point) -> Cylinder:
        return replace(self, centre=_add(self.centre, offset))

    def intersect(self, rays: Rays) -> Floats:
        first, second = (axis for axis in range(3) if axis != self.axis)
        start = rays.origin - column(self.centre, rays.origin)
        way = rays.direction
        square = way[first] * way[first] + way[second] * way[second]
        half = start[first] * way[first] + start[second] * way[second]
        rest = start[first] * start[first] + start[second] * start[second] - self.radius**2
        root = half * half - square * rest
        spread = np.sqrt(np.maximum(root, 0))
        side = 1 / np.maximum(square, 1e-12)
        inverse = 1 / way[self.axis]
        one = (-self.half_length - start[self.axis]) * inverse
        two = (self.half_length - start[self.axis]) * inverse
        near = np.maximum((-half - spread) * side, np.minimum(one, two))
        far = np.minimum((-half + spread) * side, np.maximum(one, two))
        return np.where(root > 0, _entries(near, far), MISS)

    def normals(self, points: Floats) -> Floats:
        local = points - column(self.centre, points)
        cap = np.abs(local[self.axis]) > self.half_length * 0.9995
        result: Floats = local / np.float32(self.radius)
        result[self.axis] = 0
        result = np.where(cap, 0, normalized(result))
        result[self.axis] = np.where(cap, np.sign(local[self.axis]), 0)
        return result.astype(np.float32)


@dataclass(frozen=True)
class Blob:
    """An ellipsoid with a bumpy surface (`bumps` is the depth of the bumps as a part of the radius)."""

    centre: Point
    radii: Point
    bumps: float = 0.0
    phase: float = 0.0

    def bounds(self) -> tuple[Point, Point]:
        low = _add(self.centre, _point([-value for value in self.radii]))
        return low, _add(self.centre, self.radii)

    def moved(self, offset: Point) -> Blob:
        return replace(self, centre=_add(self.centre, offset))

    def intersect(self, rays: Rays) -> Floats:
        scale = column(_point([1 / value for value in self.radii]), rays.direction)
        origin_scale = scale.reshape((3,) + (1,) * (rays.origin.ndim - 1))
        start = (rays.origin - column(self.centre, rays.origin)) * origin_scale
        way = rays.direction * scale
        square = dot(way, way)
        half = dot(start, way)
        rest = dot(start, start)
        distance = self._sphere(square, half, rest, 1.0)
        if self.bumps:
            for _ in range(2):
                closest = np.where(np.isfinite(distance), distance, -half / square)
                radius = self._radius(start + closest * way)
                distance = self._sphere(square, half, rest, radius)
        return distance.astype(np.float32)

    def normals(self, points: Floats) -> Floats:
        scaled = column(_point([1 / value for value in self.radii]), points)
        local = (points - column(self.centre, points)) * scaled
        return normalized(local * scaled)

    def _radius(self, local: Floats) -> Floats:
        local = normalized(local) * 5
        x, y, z = local + self.phase
        wave = np.sin(1.7 * x + np.sin(1.3 * z)) * np.sin(1.9 * y + 1.1 * x) + 0.6 * np.sin(3.1 * z + 2.3 * y)
        wave += 0.5 * np.sin(3.9 * x - 2.1 * y) * np.sin(3.7 * z + 1.3 * x)
        radius: Floats = 1 - self.bumps * np.clip(0.5 + 0.4 * wave, 0, 1)
        return radius

    @staticmethod
    def _sphere(square: Floats, half: Floats, rest: Floats, radius: Floats | float) -> Floats:
        root = half * half - square * (rest - radius * radius)
        entry = (-half - np.sqrt(np.maximum(root, 0))) / square
        return np.where((root > 0) & (entry > 0), entry, MISS)


def _entries(near: Floats | float, far: Floats | float) -> Floats:
    return np.where((near < far) & (near > 0), near, MISS).astype(np.float32)


def _dot_point(vectors: Floats, point: Point) -> Floats:
    product: Floats = vectors[0] * point[0] + vectors[1] * point[1] + vectors[2] * point[2]
    return product


def _add(first: Point, second: Point) -> Point:
    return first[0] + second[0], first[1] + second[1], first[2] + second[2]


def _point(values: tuple[float, ...] | list[float]) -> Point:
    x, y, z = values
    return x, y, z
