"""What stands in the city and what drives through it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .materials import Material
from .shapes import Shape
from .vectors import Point


@dataclass(frozen=True)
class Primitive:
    """One solid of an object; the object goes by its USD prim path."""

    shape: Shape
    material: Material
    prim_path: str
    casts_shadow: bool = True


@dataclass(frozen=True)
class Mover:
    """An object on a straight lane; at its end, out of sight, it comes back at its beginning.

    It starts `before` metres after the beginning.
    """

    primitives: tuple[Primitive, ...]
    heading: Point
    speed: float  # metres a second
    before: float
    lane_length: float = 300.0

    def at(self, second: float) -> Iterator[Primitive]:
        way = (self.speed * second + self.before) % self.lane_length - self.before
        offset = (self.heading[0] * way, self.heading[1] * way, self.heading[2] * way)
        for primitive in self.primitives:
            yield replace(primitive, shape=primitive.shape.moved(offset))


@dataclass(frozen=True)
class Scene:
    """`names` and `material_names` are in a fixed order: an object's number is its place there."""

    static: tuple[Primitive, ...]
    movers: tuple[Mover, ...]
    names: tuple[str, ...]
    material_names: tuple[str, ...]

    def at(self, second: float) -> tuple[Primitive, ...]:
        """Everything at a time, what stands first."""
        return self.static + self.moving(second)

    def moving(self, second: float) -> tuple[Primitive, ...]:
        return tuple(primitive for mover in self.movers for primitive in mover.at(second))


def assemble(static: list[Primitive], movers: list[Mover]) -> Scene:
    """A scene of these things, with their names numbered."""
    everything = static + [primitive for mover in movers for primitive in mover.primitives]
    names = tuple(dict.fromkeys(primitive.prim_path for primitive in everything))
    materials = tuple(dict.fromkeys(primitive.material.name for primitive in everything))
    return Scene(tuple(static), tuple(movers), names, materials)
