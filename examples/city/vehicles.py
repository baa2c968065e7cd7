"""Cars and a bus, built of a few convex pieces each."""

from __future__ import annotations

from .materials import CAR_GLASS, HEADLIGHT, RIM, RUBBER, TAIL_LIGHT, TAXI_SIGN, Material
from .scene import Primitive
from .shapes import Box, Cylinder, prism
from .vectors import Point

# Side views in metres, forward and up, counter-clockwise.
CAR_BODY = (
    (-2.22, 0.34),
    (-2.12, 0.24),
    (2.10, 0.24),
    (2.24, 0.40),
    (2.20, 0.66),
    (1.00, 0.90),
    (-2.10, 0.93),
    (-2.26, 0.74),
)
CAR_CABIN = ((-1.88, 0.90), (1.06, 0.88), (0.34, 1.36), (-1.22, 1.38))
CAR_ROOF = ((-1.24, 1.36), (0.36, 1.34), (0.16, 1.44), (-0.98, 1.455))
BUS_BODY = ((-5.2, 0.36), (5.2, 0.36), (5.3, 1.1), (5.2, 1.35), (-5.25, 1.35))
BUS_GLASS = ((-5.22, 1.34), (5.19, 1.34), (5.0, 2.45), (-5.2, 2.45))
BUS_ROOF = ((-5.22, 2.44), (5.02, 2.44), (4.8, 2.85), (-5.1, 2.85))


def car(
    prim_path: str, paint: Material, place: Point, heading: str, *, taxi: bool = False
) -> list[Primitive]:
    """A saloon; `place` is the middle of its ground, `heading` one of +z -z +x -x."""
    built = _Builder(prim_path, place, heading)
    pieces = [
        Primitive(prism(CAR_BODY, 1.82, place, heading), paint, prim_path),
        Primitive(prism(CAR_CABIN, 1.56, place, heading), CAR_GLASS, prim_path),
        Primitive(prism(CAR_ROOF, 1.44, place, heading), paint, prim_path),
    ]
    for forward in (-1.36, 1.40):
        for side in (-0.83, 0.83):
            pieces += built.wheel(forward, side, 0.33, 0.11)
    for side in (-0.64, 0.64):
        pieces.append(built.box(HEADLIGHT, 2.235, 0.585, side, (0.02, 0.065, 0.20)))
        pieces.append(built.box(TAIL_LIGHT, -2.225, 0.755, side, (0.035, 0.055, 0.22)))
        pieces.append(built.box(paint, 0.72, 0.98, side * 1.52, (0.08, 0.06, 0.07)))
    pieces.append(built.box(RUBBER, 2.232, 0.40, 0.0, (0.015, 0.07, 0.50)))
    for forward in (-1.30, -0.42):  # the pillars between the side windows
        pieces.append(built.box(paint, forward, 1.12, 0.0, (0.035, 0.26, 0.785)))
    if taxi:
        pieces.append(built.box(TAXI_SIGN, -0.35, 1.53, 0.0, (0.10, 0.09, 0.33)))
    return pieces


def bus(prim_path: str, paint: Material, place: Point, heading: str) -> list[Primitive]:
    """A city bus of 10.5 m."""
    built = _Builder(prim_path, place, heading)
    pieces = [
        Primitive(prism(BUS_BODY, 2.5, place, heading), paint, prim_path),
        Primitive(prism(BUS_GLASS, 2.44, place, heading), CAR_GLASS, prim_path),
        Primitive(prism(BUS_ROOF, 2.5, place, heading), paint, prim_path),
    ]
    for forward in (-3.3, 3.3):
        for side in (-1.14, 1.14):
            pieces += built.wheel(forward, side, 0.48, 0.14)
    for forward in (-4.9, -3.2, -1.5, 0.2, 1.9, 3.6):
        pieces.append(built.box(paint, forward, 1.9, 0.0, (0.06, 0.56, 1.235)))
    for side in (-0.95, 0.95):
        pieces.append(built.box(TAIL_LIGHT, -5.26, 1.0, side, (0.03, 0.16, 0.12)))
        pieces.append(built.box(HEADLIGHT, 5.27, 0.8, side, (0.03, 0.1, 0.18)))
    pieces.append(built.box(CAR_GLASS, -5.24, 1.95, 0.0, (0.02, 0.42, 1.0)))
    return pieces


class _Builder:
    """Turns (forward, up, side) of a vehicle into the world."""

    def __init__(self, prim_path: str, place: Point, heading: str) -> None:
        self._prim_path = prim_path
        self._place = place
        self._sign = 1.0 if heading[0] == "+" else -1.0
        self._along_x = heading[1] == "x"

    def box(self, material: Material, forward: float, up: float, side: float, half: Point) -> Primitive:
        x, y, z = self._world(forward, up, side)
        hx, hy, hz = half if self._along_x else (half[2], half[1], half[0])
        return Primitive(Box((x - hx, y - hy, z - hz), (x + hx, y + hy, z + hz)), material, self._prim_path)

    def wheel(self, forward: float, side: float, radius: float, half_width: float) -> list[Primitive]:
        axis = 2 if self._along_x else 0
        outward = 0.025 if side > 0 else -0.025
        tyre = Cylinder(self._world(forward, radius, side), radius, half_width, axis)
        rim = Cylinder(self._world(forward, radius, side + outward), radius * 0.62, half_width, axis)
        return [Primitive(tyre, RUBBER, self._prim_path), Primitive(rim, RIM, self._prim_path)]

    def _world(self, forward: float, up: float, side: float) -> Point:
        ahead = self._sign * forward
        x, z = (ahead, side) if self._along_x else (side, ahead)
        return self._place[0] + x, self._place[1] + up, self._place[2] + z
