"""Street furniture: trees, lamp posts, signals, benches, people."""

from __future__ import annotations

import random

from .materials import (
    BARK,
    CONCRETE,
    FOLIAGE,
    FOLIAGE_WARM,
    LAMP,
    SIGNAL_GREEN,
    SKIN,
    STEEL,
    WOOD,
    Material,
    cloth,
)  # fmt: skip
from .scene import Primitive
from .shapes import Blob, Box, Cylinder
from .vectors import Point

CLOTHES = (
    cloth("red", (0.42, 0.05, 0.04)),
    cloth("mustard", (0.52, 0.30, 0.05)),
    cloth("blue", (0.06, 0.12, 0.28)),
    cloth("white", (0.62, 0.60, 0.56)),
    cloth("teal", (0.05, 0.22, 0.22)),
)
TROUSERS = cloth("denim", (0.05, 0.06, 0.09))


def tree(
    prim_path: str, place: Point, height: float, dice: random.Random, *, warm: float = 0.15
) -> list[Primitive]:
    """A street tree: a trunk and a crown of bumpy blobs; `warm` is the chance of autumn colours."""
    x, y, z = place
    leaves = FOLIAGE_WARM if dice.random() < warm else FOLIAGE
    trunk = height * 0.42
    pieces = [Primitive(Cylinder((x, y + trunk / 2, z), 0.13, trunk / 2, 1), BARK, prim_path)]
    spread = height * 0.27
    middle = y + height * 0.66
    crown = [(0.0, 0.0, 0.0, 1.0)]
    crown += [
        (-0.58, -0.16, 0.30, 0.68),
        (0.55, -0.10, -0.30, 0.70),
        (0.12, 0.46, 0.18, 0.66),
        (0.18, -0.22, 0.58, 0.60),
    ]
    for dx, dy, dz, size in crown:
        shake = [dice.uniform(-0.12, 0.12) for _ in range(3)]
        centre = (
            x + (dx + shake[0]) * spread,
            middle + (dy + shake[1]) * spread,
            z + (dz + shake[2]) * spread,
        )
        radius = spread * size
        blob = Blob(centre, (radius, radius * 0.9, radius), bumps=0.30, phase=dice.uniform(0, 6))
        pieces.append(Primitive(blob, leaves, prim_path))
    return pieces


def lamp_post(prim_path: str, place: Point, towards: float) -> list[Primitive]:
    """A lamp post with an arm over the road; `towards` is +1 or -1 along x."""
    x, y, z = place
    arm = (min(x, x + 1.5 * towards), max(x, x + 1.5 * towards))
    head = (x + 1.1 * towards, x + 1.9 * towards)
    return [
        Primitive(Cylinder((x, y + 3.4, z), 0.07, 3.4, 1), STEEL, prim_path),
        Primitive(Cylinder((x, y + 0.4, z), 0.13, 0.4, 1), STEEL, prim_path),
        Primitive(Box((arm[0], y + 6.62, z - 0.04), (arm[1], y + 6.70, z + 0.04)), STEEL, prim_path),
        Primitive(Box((min(head), y + 6.60, z - 0.13), (max(head), y + 6.72, z + 0.13)), STEEL, prim_path),
        Primitive(
            Box((min(head) + 0.05, y + 6.57, z - 0.1), (max(head) - 0.05, y + 6.60, z + 0.1)), LAMP, prim_path
        ),
    ]


def signal(prim_path: str, place: Point, towards: float) -> list[Primitive]:
    """A traffic signal on a mast with an arm; it shows green to the camera's side."""
    x, y, z = place
    end = x + 3.4 * towards
    pieces = [
        Primitive(Cylinder((x, y + 2.9, z), 0.085, 2.9, 1), STEEL, prim_path),
        Primitive(Box((min(x, end), y + 5.4, z - 0.05), (max(x, end), y + 5.5, z + 0.05)), STEEL, prim_path),
    ]
    for head in (end, x):
        low = y + (4.75 if head == end else 2.9)
        pieces.append(
            Primitive(Box((head - 0.17, low, z - 0.14), (head + 0.17, low + 1.0, z + 0.14)), STEEL, prim_path)
        )
        lens = Cylinder((head, low + 0.20, z + 0.15), 0.10, 0.03, 2)
        pieces.append(Primitive(lens, SIGNAL_GREEN, prim_path))
    return pieces


def bench(prim_path: str, place: Point) -> list[Primitive]:
    """A bench along z, its back to +x."""
    x, y, z = place
    return [
        Primitive(Box((x - 0.25, y + 0.40, z - 0.9), (x + 0.25, y + 0.46, z + 0.9)), WOOD, prim_path),
        Primitive(Box((x + 0.20, y + 0.46, z - 0.9), (x + 0.25, y + 0.88, z + 0.9)), WOOD, prim_path),
        Primitive(Box((x - 0.2, y, z - 0.8), (x + 0.2, y + 0.40, z - 0.7)), CONCRETE, prim_path),
        Primitive(Box((x - 0.2, y, z + 0.7), (x + 0.2, y + 0.40, z + 0.8)), CONCRETE, prim_path),
    ]


def person(prim_path: str, place: Point, dice: random.Random) -> list[Primitive]:
    """A figure for scale."""
    x, y, z = place
    size = dice.uniform(0.94, 1.06)
    top: Material = dice.choice(CLOTHES)
    stride = 0.13 * size
    return [
        Primitive(Blob((x, y + 1.17 * size, z), (0.19 * size, 0.37 * size, 0.14 * size)), top, prim_path),
        Primitive(
            Blob((x - 0.09, y + 0.46 * size, z - stride), (0.09, 0.48 * size, 0.11)), TROUSERS, prim_path
        ),
        Primitive(
            Blob((x + 0.09, y + 0.46 * size, z + stride), (0.09, 0.48 * size, 0.11)), TROUSERS, prim_path
        ),
        Primitive(Blob((x - 0.20, y + 1.10 * size, z + 0.05), (0.05, 0.31 * size, 0.065)), top, prim_path),
        Primitive(Blob((x + 0.20, y + 1.10 * size, z - 0.05), (0.05, 0.31 * size, 0.065)), top, prim_path),
        Primitive(Blob((x, y + 1.65 * size, z), (0.095, 0.125, 0.105)), SKIN, prim_path),
        Primitive(Blob((x, y + 1.70 * size, z - 0.02), (0.105, 0.095, 0.115)), BARK, prim_path),
    ]
