"""Fronts of houses: windows that lie behind the wall, with reveals, frames, curtains and shop fronts.

The recess is real to the eye: the ray is followed on to the plane of the glass, and so is the sun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .light import SUN_DIRECTION, noise
from .materials import Colour, Facade
from .patterns import band, detail, stripes
from .vectors import Floats, Point, hash01

if TYPE_CHECKING:
    from .surfaces import Look, Patch

ROOF = np.array([[0.21], [0.20], [0.19]], np.float32)
SHOPS: tuple[Colour, ...] = (
    (0.05, 0.10, 0.09),
    (0.30, 0.05, 0.04),
    (0.07, 0.08, 0.13),
    (0.33, 0.23, 0.09),
    (0.10, 0.10, 0.10),
)
LAMPLIGHT = np.array([[0.50], [0.34], [0.16]], np.float32)
CURTAIN = np.array([[0.30], [0.27], [0.22]], np.float32)


def draw_facade(style: Facade, low: Point, high: Point, number: int, patch: Patch, look: Look) -> None:
    """Draws the four sides and the roof of a house whose box goes from `low` to `high`."""
    sides = np.abs(patch.normals).argmax(axis=0)
    roof = sides == 1
    look.colour[:, roof] = ROOF * (
        0.85 + 0.3 * noise(patch.points[0, roof] * 0.1, patch.points[2, roof] * 0.1)
    )
    for axis in (0, 2):
        chosen = np.flatnonzero(sides == axis)
        if len(chosen):
            _Side(style, low, high, number * 2 + axis, axis, patch, chosen).draw(patch, look)


class _Side:
    """The pixels of one house that lie on faces across `axis`."""

    def __init__(
        self, style: Facade, low: Point, high: Point, seed: int, axis: int, patch: Patch, chosen: np.ndarray
    ) -> None:
        self.style, self.seed, self.chosen = style, seed, chosen
        self.along = along = 2 - axis
        self.width, self.height = high[along] - low[along], high[1] - low[1]
        points, way = patch.points[:, chosen], patch.directions[:, chosen]
        self.u, self.v = points[along] - low[along], points[1] - low[1]
        self.fu, self.fv = patch.footprint(along)[chosen], patch.footprint(1)[chosen]
        outward = np.sign(patch.normals[axis, chosen])
        into = 1 / np.maximum(np.abs(way[axis]), 0.02)
        self.slope_u, self.slope_v = way[along] * into, way[1] * into
        facing = np.maximum(outward * SUN_DIRECTION[axis], 0.02)
        self.sun_u, self.sun_v = SUN_DIRECTION[along] / facing, SUN_DIRECTION[1] / facing
        self.base = style.base if low[1] < 1 and self.height > 2 * style.base else 0.0
        bays = max(1, round(self.width / style.bay))
        self.bay = self.width / bays
        storeys = max(1, round((self.height - self.base - style.parapet) / style.storey))
        self.storey = (self.height - self.base - style.parapet) / storeys
        self.top = self.height - style.parapet

    def draw(self, patch: Patch, look: Look) -> None:
        style = self.style
        colour = look.colour[:, self.chosen]
        colour = self._wall(colour)
        gloss = np.zeros_like(self.u)
        sunlit = np.ones_like(self.u)
        colour, gloss, sunlit = self._windows(colour, gloss, sunlit)
        if self.base:
            colour, gloss, sunlit = self._shops(colour, gloss, sunlit)
        lintel = band(self.v, self.base - 0.35, self.base, self.fv) if self.base else np.zeros_like(self.v)
        colour += (np.asarray(style.trim, np.float32)[:, None] - colour) * lintel * 0.9
        look.colour[:, self.chosen] = colour
        look.gloss[self.chosen] = gloss
        look.sunlit[self.chosen] = sunlit
        self._lean(patch)

    def _lean(self, patch: Patch) -> None:
        """No two panes of a house stand quite alike, which is what makes their reflections lively."""
        column, row = np.floor(self.u / self.bay), np.floor((self.v - self.base) / self.storey)
        clear = detail(np.maximum(self.fu, self.fv), self.bay)
        patch.normals[self.along, self.chosen] += 0.035 * (hash01(column, row, self.seed + 9) - 0.5) * clear
        patch.normals[1, self.chosen] += 0.05 * (hash01(row, column, self.seed + 3) - 0.42) * clear

    def _wall(self, colour: Floats) -> Floats:
        style = self.style
        stains = noise(self.u * 0.045 + self.seed * 0.13, self.v * 0.02) - 0.5
        colour = colour * (1 + 0.20 * stains)
        if style.brick:
            clear = detail(np.maximum(self.fu, self.fv), 0.12)
            mortar = stripes(self.v, 0.15, 0.0, 0.022, self.fv) * clear
            colour = colour + (np.array([[0.30], [0.25], [0.21]], np.float32) - colour) * mortar * 0.6
            row = np.floor(self.v / 0.15)
            brick = hash01(np.floor(self.u / 0.46 + 0.5 * (row % 2)), row, self.seed) - 0.5
            colour = colour * (1 + 0.34 * brick * clear)
        elif style.recess > 0.1:
            joints = stripes(self.v, 0.7, 0.0, 0.03, self.fv) * detail(self.fv, 0.3)
            colour = colour * (1 - 0.22 * joints)
        sill = stripes(
            self.v - self.base, self.storey, 0.5 * (1 - style.high) * self.storey - 0.16, 0.14, self.fv
        )
        sill = sill * self._across(self.u, 0.12) * (self.v < self.top)
        wall: Floats = colour + (np.asarray(style.trim, np.float32)[:, None] - colour) * sill * 0.85
        return wall

    def _across(self, u: Floats, margin: float = 0.0) -> Floats:
        wide = self.style.wide * self.bay + 2 * margin
        return stripes(u, self.bay, (self.bay - wide) / 2, wide, self.fu)

    def _opening(self, u: Floats, v: Floats, margin: float = 0.0) -> Floats:
        """Where the wall is open, seen in the plane of the wall."""
        high = self.style.high * self.storey + 2 * margin
        rows = stripes(v - self.base, self.storey, (self.storey - high) / 2, high, self.fv)
        inside: Floats = self._across(u, margin) * rows * band(v, self.base, self.top, self.fv)
        return inside

    def _windows(self, colour: Floats, gloss: Floats, sunlit: Floats) -> tuple[Floats, Floats, Floats]:
        style, depth = self.style, self.style.recess
        front = self._opening(self.u, self.v)
        u, v = self.u + depth * self.slope_u, self.v + depth * self.slope_v
        pane = front * self._opening(u, v)
        reveal = front - pane
        lit = self._opening(u + depth * self.sun_u, v + depth * self.sun_v)
        glass = pane * self._opening(u, v, -0.055)
        if style.mullions:
            bar = 0.05
            glass = glass * (1 - stripes(u, self.bay, self.bay / 2 - bar / 2, bar, self.fu))
            glass = glass * (1 - stripes(v - self.base, self.storey, self.storey * 0.60, bar, self.fv))
        inside = self._interior(u, v)
        frame = np.asarray(style.frame, np.float32)[:, None]
        wall = colour * (1 - front) + colour * 0.80 * reveal
        result = wall + frame * (pane - glass) + inside * glass
        shaded = sunlit * (1 - front) + front * (0.25 + 0.75 * lit)
        return result, gloss + glass * 0.9, shaded

    def _interior(self, u: Floats, v: Floats) -> Floats:
        style = self.style
        clear = detail(np.maximum(self.fu, self.fv), self.bay)
        column, row = np.floor(u / self.bay), np.floor((v - self.base) / self.storey)
        chance = hash01(column, row, self.seed)
        height = (v - self.base) / self.storey - row
        curtain = (chance < 0.36) * (height > 0.35 + 1.3 * chance) * clear + 0.12 * (1 - clear)
        lamp = (chance > 0.93) * clear + 0.05 * (1 - clear)
        glass = np.asarray(style.glass, np.float32)[:, None] * (0.7 + 0.6 * chance)
        result: Floats = glass + (CURTAIN - glass) * curtain + LAMPLIGHT * lamp
        return result

    def _shop_room(self, number: Floats) -> Floats:
        """What is seen through a shop window: a wall with shelves, 2.4 m behind it, under warm lamps."""
        deep = 2.4
        u, v = self.u + deep * self.slope_u, self.v + deep * self.slope_v
        high = self.base - 1.2
        wall = band(v, 0.1, high, self.fv)
        ceiling, floor = np.clip((v - high) * 4, 0, 1), np.clip((0.1 - v) * 4, 0, 1)
        shelf = stripes(v, 0.78, 0.0, 0.05, self.fv)
        goods = hash01(np.floor(u / 0.31), np.floor(v / 0.78), self.seed)
        gap = np.abs(np.mod(u, 0.31) - 0.155) < 0.05 + 0.08 * np.mod(goods * 5, 1)
        stock = (np.mod(v, 0.78) < 0.12 + 0.46 * goods) * gap * detail(self.fu, 0.25) * (goods > 0.35)
        tint = np.stack(
            [
                0.5 + 1.4 * np.mod(goods * 3, 1),
                0.5 + 1.2 * np.mod(goods * 11, 1),
                0.6 + 2.4 * np.mod(goods * 7, 1),
            ]
        )
        lamps = stripes(u, 1.7, 0.0, 0.9, self.fu) * stripes(v, 0.9, 0.2, 0.25, self.fv)
        lit = LAMPLIGHT * (0.42 + 0.42 * np.clip(v / high, 0, 1)) * (0.5 + 0.7 * hash01(number, self.seed))
        room = lit * wall * (1 - 0.6 * shelf) * (1 + (tint - 1) * (stock * 0.8))
        result: Floats = room + LAMPLIGHT * (ceiling * (0.30 + 1.3 * lamps)) + LAMPLIGHT * (0.16 * floor)
        return result

    def _shops(self, colour: Floats, gloss: Floats, sunlit: Floats) -> tuple[Floats, Floats, Floats]:
        """The ground floor: broad panes between piers, a sign board above them."""
        shop = max(1, round(self.width / 6.0))
        period = self.width / shop
        number = np.floor(self.u / period)
        storefront = band(self.v, 0.0, self.base - 0.35, self.fv)
        board = band(self.v, self.base - 1.15, self.base - 0.35, self.fv) * stripes(
            self.u, period, 0.35, period - 0.7, self.fu
        )
        depth = 0.35
        opening = stripes(self.u, period, 0.45, period - 0.9, self.fu) * band(
            self.v, 0.45, self.base - 1.2, self.fv
        )
        u, v = self.u + depth * self.slope_u, self.v + depth * self.slope_v
        pane = (
            opening
            * stripes(u, period, 0.45, period - 0.9, self.fu)
            * band(v, 0.45, self.base - 1.2, self.fv)
        )
        glass = pane * (1 - stripes(u - 0.45, (period - 0.9) / 3, 0.0, 0.07, self.fu))
        pick = (hash01(number, self.seed, 5) * len(SHOPS)).astype(np.int32) % len(SHOPS)
        paint = np.asarray(SHOPS, np.float32).T[:, pick]
        warm = self._shop_room(number)
        pier = colour * (1 - storefront) + storefront * (
            colour * 0.35 + 0.65 * np.asarray(self.style.trim, np.float32)[:, None]
        )
        result = pier + (paint - pier) * np.clip(board + (opening - pane) * 0.8 + (pane - glass), 0, 1)
        result = result + (warm - result) * glass
        return result, gloss * (1 - storefront) + glass * 0.42, sunlit * (1 - opening) + opening * 0.55
