"""What surfaces are made of. Colours are scene-linear Rec.709 reflectances."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Optional

Colour = tuple[float, float, float]


class Kind(Enum):
    """Which recipe of `surfaces.py` draws the surface."""

    PLAIN = "plain"
    ASPHALT = "asphalt"
    PAVING = "paving"
    FACADE = "facade"
    FOLIAGE = "foliage"
    GRASS = "grass"


@dataclass(frozen=True)
class Facade:
    """A pattern of windows; lengths in metres, `wide` and `high` as parts of a bay and a storey."""

    bay: float = 2.8
    storey: float = 3.4
    wide: float = 0.5
    high: float = 0.58
    recess: float = 0.22
    base: float = 4.4  # the ground floor, with shop windows
    parapet: float = 1.1
    mullions: bool = True
    trim: Colour = (0.52, 0.49, 0.44)
    frame: Colour = (0.10, 0.10, 0.11)
    glass: Colour = (0.035, 0.045, 0.055)
    brick: bool = False


@dataclass(frozen=True)
class Material:
    """`gloss` is the part of light mirrored head-on; `glow` is radiance of its own."""

    name: str
    colour: Colour
    kind: Kind = Kind.PLAIN
    gloss: float = 0.0
    glow: float = 0.0
    facade: Optional[Facade] = None


ASPHALT = Material("asphalt", (0.105, 0.104, 0.104), Kind.ASPHALT)
PAVING = Material("paving", (0.36, 0.34, 0.31), Kind.PAVING)
GRASS = Material("grass", (0.085, 0.15, 0.035), Kind.GRASS)
CONCRETE = Material("concrete", (0.40, 0.38, 0.35))
DARK_ROOF = Material("roofing", (0.16, 0.155, 0.15))
STONE_TRIM = Material("stone_trim", (0.58, 0.54, 0.47))
BARK = Material("bark", (0.085, 0.062, 0.045))
FOLIAGE = Material("foliage", (0.10, 0.165, 0.034), Kind.FOLIAGE)
FOLIAGE_WARM = Material("foliage_warm", (0.21, 0.145, 0.028), Kind.FOLIAGE)
STEEL = Material("painted_steel", (0.045, 0.055, 0.055), gloss=0.04)
LAMP = Material("lamp_glass", (0.75, 0.72, 0.65), glow=0.12)
SIGNAL_GREEN = Material("signal_green", (0.03, 0.62, 0.30), glow=1.0)
RUBBER = Material("rubber", (0.022, 0.022, 0.024))
RIM = Material("wheel_rim", (0.42, 0.43, 0.45), gloss=0.15)
CAR_GLASS = Material("car_glass", (0.018, 0.022, 0.026), gloss=0.10)
HEADLIGHT = Material("headlight", (0.9, 0.88, 0.8), glow=1.1)
TAIL_LIGHT = Material("tail_light", (0.45, 0.012, 0.008), glow=0.5)
TAXI_SIGN = Material("taxi_sign", (0.95, 0.9, 0.75), glow=0.35)
AWNING = Material("awning_canvas", (0.46, 0.075, 0.055))
AWNING_GREEN = Material("awning_canvas_green", (0.05, 0.19, 0.14))
SKIN = Material("skin", (0.40, 0.24, 0.17))
WOOD = Material("wood", (0.25, 0.14, 0.07))


def paint(name: str, colour: Colour) -> Material:
    return Material(f"car_paint_{name}", colour, gloss=0.07)


def cloth(name: str, colour: Colour) -> Material:
    return Material(f"cloth_{name}", colour)


PAINTS = (
    paint("pearl", (0.62, 0.61, 0.57)),
    paint("graphite", (0.055, 0.06, 0.065)),
    paint("silver", (0.36, 0.38, 0.40)),
    paint("navy", (0.03, 0.06, 0.16)),
    paint("maroon", (0.22, 0.022, 0.02)),
    paint("sage", (0.16, 0.23, 0.17)),
)
TAXI_PAINT = paint("taxi", (0.86, 0.47, 0.018))
BUS_PAINT = paint("bus", (0.025, 0.24, 0.28))

_STONE = Facade(bay=2.6, storey=3.5, wide=0.48, high=0.62, trim=(0.62, 0.56, 0.46))
_BRICK = Facade(bay=2.4, storey=3.2, wide=0.46, high=0.58, brick=True, trim=(0.56, 0.52, 0.45))
_GLASS = Facade(
    bay=1.5,
    storey=3.6,
    wide=0.92,
    high=0.90,
    recess=0.05,
    parapet=0.9,
    mullions=False,
    trim=(0.33, 0.35, 0.37),
)
_BANDS = Facade(bay=3.0, storey=3.5, wide=0.94, high=0.50, recess=0.16, trim=(0.60, 0.58, 0.54))
_PIERS = Facade(
    bay=1.9, storey=3.7, wide=0.50, high=0.86, recess=0.34, mullions=False, trim=(0.58, 0.52, 0.43)
)

LIMESTONE = Material("limestone", (0.47, 0.415, 0.33), Kind.FACADE, facade=_STONE)
SANDSTONE = Material("sandstone", (0.46, 0.335, 0.22), Kind.FACADE, facade=_STONE)
RED_BRICK = Material("red_brick", (0.34, 0.125, 0.075), Kind.FACADE, facade=_BRICK)
BROWN_BRICK = Material("brown_brick", (0.22, 0.125, 0.085), Kind.FACADE, facade=_BRICK)
WHITE_BANDS = Material("white_concrete", (0.60, 0.58, 0.54), Kind.FACADE, facade=_BANDS)
CURTAIN_WALL = Material("curtain_wall", (0.10, 0.13, 0.15), Kind.FACADE, facade=_GLASS)
BLUE_CURTAIN = Material("curtain_wall_blue", (0.06, 0.10, 0.15), Kind.FACADE, facade=_GLASS)
TERRACOTTA = Material("terracotta_piers", (0.50, 0.31, 0.19), Kind.FACADE, facade=_PIERS)
PALE_PIERS = Material("pale_piers", (0.55, 0.50, 0.42), Kind.FACADE, facade=_PIERS)
FACADES = (
    LIMESTONE, RED_BRICK, CURTAIN_WALL, TERRACOTTA, WHITE_BANDS, SANDSTONE, BROWN_BRICK, PALE_PIERS,
    BLUE_CURTAIN,
)  # fmt: skip
