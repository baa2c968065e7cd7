"""The city block: an avenue along z, a cross street, a small park, houses and a tower at the end of the view.

The camera looks towards -z; x is to the right. The sun comes from the right and from behind.

An object's colour in a segmentation follows from its name. These names were chosen so that no two colours are
too alike, nor hard to tell apart where objects touch; tests/unit/examples/test_city_frames.py looks at it.
"""

from __future__ import annotations

import random

from . import materials as m
from .materials import Material
from .scene import Mover, Primitive, Scene, assemble
from .shapes import Box, Ground
from .street import bench, lamp_post, person, signal, tree
from .vehicles import bus, car

ROAD_HALF = 7.0  # of the avenue
PAVEMENT = 11.5  # where the houses begin
CROSSING = (-20.0, -8.0)  # z of the cross street
FAR_CROSSING = (-104.0, -94.0)
KERB = 0.15
PARK = ((PAVEMENT, -3.6), (60.0, 60.0))  # its corners, (x, z)
LANE = 2.6


def city_block(seed: int) -> Scene:
    """The block; the seed changes heights, colours, trees and parked cars, not the streets."""
    dice = random.Random(seed)
    static = [Primitive(Ground(), m.ASPHALT, "/city/ground/road")]
    static += _pavements() + _houses(dice) + _vista() + _park(dice) + _furniture(dice) + _parked(dice)
    return assemble(static, _traffic())


def _pavements() -> list[Primitive]:
    pieces = []
    rows = (
        ("near", CROSSING[1], 70.0),
        ("mid", FAR_CROSSING[1], CROSSING[0]),
        ("far", -330.0, FAR_CROSSING[0]),
    )
    for side, x0, x1 in (("left", -160.0, -ROAD_HALF), ("right", ROAD_HALF, 160.0)):
        for row, z0, z1 in rows:
            slab = Box((x0, -0.2, z0), (x1, KERB, z1))
            pieces.append(Primitive(slab, m.PAVING, f"/city/ground/pavement_{side}_{row}"))
    return pieces


def _houses(dice: random.Random) -> list[Primitive]:
    """Rows of houses: (depth along z, height, material), from the front of the block to its back."""
    left = [
        (18.0, 21.0, m.RED_BRICK),
        (16.0, 31.0, m.PALE_PIERS),
        (22.0, 17.5, m.WHITE_BANDS),
        (15.0, 38.0, m.TERRACOTTA),
    ]
    right = [
        (19.0, 27.0, m.LIMESTONE),
        (14.0, 17.0, m.BROWN_BRICK),
        (24.0, 46.0, m.BLUE_CURTAIN),
        (14.0, 24.0, m.SANDSTONE),
    ]
    pieces: list[Primitive] = []
    for side, row in ((-1.0, left), (1.0, right)):
        z = -24.0
        for number, (depth, height, material) in enumerate(row):
            name = f"/city/buildings/block_{'left' if side < 0 else 'right'}_{number:02d}"
            width = dice.uniform(19, 26)
            pieces += house(
                name,
                material,
                (side, PAVEMENT, width),
                (z - depth, z),
                height * dice.uniform(0.92, 1.08),
                dice,
            )
            z -= depth
    pieces += house(
        "/city/buildings/corner_cafe", m.SANDSTONE, (-1.0, PAVEMENT, 24.0), (-3.6, 13.5), 12.4, dice
    )
    z = FAR_CROSSING[0] - 4
    for number in range(6):
        depth = dice.uniform(18, 26)
        for side in (-1.0, 1.0):
            name = f"/city/buildings/block_{'left' if side < 0 else 'right'}_{number + 4:02d}"
            pieces += house(
                name,
                dice.choice(m.FACADES),
                (side, PAVEMENT, 24.0),
                (z - depth, z),
                dice.uniform(19, 50),
                dice,
            )
        z -= depth
    for number in range(10):  # the second row, seen over the roofs
        side = -1.0 if number % 2 else 1.0
        near, front = dice.uniform(38, 62), dice.uniform(-40, -190)
        height, width = dice.uniform(42, 86), dice.uniform(17, 26)
        tower = Box(_low(side, near, width, front - width), _high(side, near, width, front, height))
        pieces.append(Primitive(tower, dice.choice(m.FACADES), f"/city/buildings/skyscraper_{number:02d}"))
    return pieces


def house(
    name: str,
    material: Material,
    across: tuple[float, float, float],
    z: tuple[float, float],
    height: float,
    dice: random.Random,
) -> list[Primitive]:
    """One house with cornice, roof hut and awnings; `across` is (side, distance of its front, width)."""
    side, front, width = across
    pieces = [
        Primitive(
            Box(_low(side, front, width, z[0]), _high(side, front, width, z[1], height)), material, name
        )
    ]
    masonry = material.facade is not None and material.facade.recess > 0.1
    trim = m.STONE_TRIM if masonry else m.CONCRETE
    if masonry:
        for level, out, thick in ((height, 0.42, 0.5), (4.0, 0.16, 0.3)):
            ledge = Box(
                _low(side, front - out, width + 2 * out, z[0] + 0.02, level),
                _high(side, front - out, width + 2 * out, z[1] + out, level + thick),
            )
            pieces.append(Primitive(ledge, trim, name))
    else:
        roof = Box(
            _low(side, front + 0.3, width - 0.6, z[0] + 0.3, height),
            _high(side, front + 0.3, width - 0.6, z[1] - 0.3, height + 0.9),
        )
        pieces.append(Primitive(roof, trim, name))
    if dice.random() < 0.75:
        near, deep = front + dice.uniform(3, 8), dice.uniform(4, 7)
        start = dice.uniform(z[0] + 3, z[1] - 8)
        hut = Box(
            _low(side, near, deep, start, height),
            _high(side, near, deep, start + 5, height + dice.uniform(2.4, 3.6)),
        )
        pieces.append(Primitive(hut, m.DARK_ROOF, name))
    if masonry and z[1] > -70:
        canvas = dice.choice((m.AWNING, m.AWNING_GREEN, m.AWNING))
        step = (z[1] - z[0]) / 3
        for number in range(3):
            start = z[0] + step * number + 0.7
            awning = Box(
                _low(side, front - 1.15, 1.15, start, 2.9),
                _high(side, front - 1.15, 1.15, start + step - 1.4, 3.12),
            )
            pieces.append(Primitive(awning, canvas, f"{name}/awning_{number}"))
    return pieces


def _vista() -> list[Primitive]:
    """The stepped tower that closes the avenue."""
    name = "/city/buildings/vista_tower"
    steps = ((19.0, 0.0, 34.0), (14.0, 34.0, 66.0), (9.5, 66.0, 92.0), (5.5, 92.0, 104.0))
    pieces = [
        Primitive(Box((-half - 3, low, -300 - half), (half - 3, high, -300 + half)), m.PALE_PIERS, name)
        for half, low, high in steps
    ]
    pieces.append(Primitive(Box((-3.5, 104, -300.5), (-2.5, 124, -299.5)), m.STEEL, name))
    return pieces


def _park(dice: random.Random) -> list[Primitive]:
    (x0, z0), (x1, z1) = PARK
    pieces = [
        Primitive(Box((x0 + 1.5, 0, z0 - 0.6), (x1, KERB + 0.10, z1)), m.GRASS, "/city/park/lawn"),
        Primitive(
            Box((x0 + 1.2, 0, z0 - 0.9), (x1, KERB + 0.22, z0 - 0.6)), m.STONE_TRIM, "/city/park/border"
        ),
        Primitive(
            Box((x0 + 1.2, 0, z0 - 0.9), (x0 + 1.5, KERB + 0.22, z1)), m.STONE_TRIM, "/city/park/border"
        ),
    ]
    for number, (x, z) in enumerate(((14.6, -1.0), (16.8, 4.4), (20.5, -1.6), (25.0, 2.0), (24.0, 8.0))):
        place = (x + dice.uniform(-0.4, 0.4), KERB, z + dice.uniform(-0.5, 0.5))
        pieces += tree(f"/city/park/elm_{number:02d}", place, dice.uniform(6.2, 8.4), dice)
    for number, z in enumerate((-0.6, 4.2)):
        pieces += bench(f"/city/park/bench_{number:02d}", (12.0, KERB, z))
    return pieces


def _furniture(dice: random.Random) -> list[Primitive]:
    pieces = []
    for number, z in enumerate((-27.5, -36.5, -45.0, -54.0, -63.5, -73.0, -82.0)):
        for side in (-1.0, 1.0):
            if number % 3 == 2:
                name = f"/city/street/lamp_{number:02d}_{'left' if side < 0 else 'right'}"
                pieces += lamp_post(name, (side * 7.6, KERB, z), -side)
            else:
                name = f"/city/street/tree_{number:02d}_{'left' if side < 0 else 'right'}"
                pieces += tree(
                    name, (side * 8.4, KERB, z + dice.uniform(-0.8, 0.8)), dice.uniform(5.2, 7.2), dice
                )
    pieces += lamp_post("/city/street/lamp_near_left", (-7.6, KERB, 4.5), 1.0)
    pieces += lamp_post("/city/street/lamp_near_right", (7.6, KERB, 1.0), -1.0)
    pieces += tree("/city/street/tree_near_left", (-8.6, KERB, -0.5), 5.8, dice, warm=0)
    pieces += signal("/city/street/signal_right", (7.7, KERB, -21.0), -1.0)
    pieces += signal("/city/street/signal_left", (-7.7, KERB, -7.2), 1.0)
    spots = (
        (-9.9, -1.9),
        (-9.0, -5.6),
        (-10.2, -25.5),
        (9.4, -22.6),
        (10.3, -5.8),
        (8.6, -30.0),
        (-9.8, -33.0),
        (10.4, -41.0),
    )
    for number, (x, z) in enumerate(spots):
        pieces += person(f"/city/people/person_{number:02d}", (x, KERB, z), dice)
    return pieces


def _parked(dice: random.Random) -> list[Primitive]:
    spots = [(-1.0, 1.2), (1.0, 3.4), (1.0, -28.0), (-1.0, -27.5), (1.0, -34.2), (-1.0, -40.0), (1.0, -47.5),
             (-1.0, -52.5), (-1.0, -59.0), (1.0, -61.0), (1.0, -75.0)]  # fmt: skip
    pieces = []
    for number, (side, z) in enumerate(spots):
        heading = "-z" if side > 0 else "+z"
        place = (side * 5.95, 0.0, z + dice.uniform(-0.3, 0.3))
        pieces += car(
            f"/city/vehicles/parked_{number:02d}",
            m.PAINTS[(number + dice.randrange(2)) % len(m.PAINTS)],
            place,
            heading,
        )
    return pieces


def _traffic() -> list[Mover]:
    taxi = car("/city/vehicles/taxi", m.TAXI_PAINT, (-LANE, 0.0, -21.5), "+z", taxi=True)
    shuttle = bus("/city/vehicles/bus", m.BUS_PAINT, (LANE, 0.0, -27.0), "-z")
    saloon = car("/city/vehicles/saloon", m.PAINTS[4], (LANE, 0.0, -3.0), "-z")
    behind = car("/city/vehicles/follower", m.PAINTS[2], (-LANE, 0.0, -52.0), "+z")
    return [
        Mover(tuple(taxi), (0.0, 0.0, 1.0), 9.0, 200.0),
        Mover(tuple(shuttle), (0.0, 0.0, -1.0), 6.5, 100.0),
        Mover(tuple(saloon), (0.0, 0.0, -1.0), 6.0, 100.0),
        Mover(tuple(behind), (0.0, 0.0, 1.0), 8.0, 170.0),
    ]


def _low(side: float, front: float, width: float, z: float, y: float = 0.0) -> tuple[float, float, float]:
    return (front if side > 0 else -front - width), y, z


def _high(side: float, front: float, width: float, z: float, y: float) -> tuple[float, float, float]:
    return (front + width if side > 0 else -front), y, z
