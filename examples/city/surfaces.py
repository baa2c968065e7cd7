"""How each material looks at a point, before any light falls on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .facade import draw_facade
from .layout import CROSSING, FAR_CROSSING, ROAD_HALF
from .light import noise
from .materials import Kind
from .patterns import band, detail, stripes
from .scene import Primitive
from .vectors import Floats, hash01, normalized


@dataclass(frozen=True)
class Patch:
    """The points of one primitive; everything is (3, n) or (n)."""

    points: Floats
    normals: Floats
    directions: Floats
    distance: Floats
    pixel_x: Floats  # (3, 1): how a ray's direction changes from one pixel to the next
    pixel_y: Floats

    def footprint(self, axis: int) -> Floats:
        """The length of a pixel on the surface along a world axis, in metres."""
        normals = self.normals
        slope = (
            normals[0] * self.directions[0]
            + normals[1] * self.directions[1]
            + normals[2] * self.directions[2]
        )
        slope = np.where(np.abs(slope) < 1e-4, np.float32(-1e-4), slope)
        total = np.zeros_like(self.distance)
        for step in (self.pixel_x, self.pixel_y):
            across = (normals[0] * step[0] + normals[1] * step[1] + normals[2] * step[2]) / slope
            total += np.abs(step[axis] - self.directions[axis] * across)
        return np.maximum(total * self.distance, 1e-4)


@dataclass
class Look:
    """What `draw` fills in: views of (3, n) or (n) arrays, so that each primitive writes its own part."""

    colour: Floats
    gloss: Floats
    glow: Floats
    sunlit: Floats  # what the surface's own relief leaves of the sun


def draw(primitive: Primitive, number: int, patch: Patch, look: Look) -> None:
    """Sets the colour, gloss, glow and relief of a patch; foliage bends its normals too."""
    material = primitive.material
    look.colour[:] = np.asarray(material.colour, np.float32)[:, None]
    look.gloss[:] = material.gloss
    look.glow[:] = material.glow
    look.sunlit[:] = 1
    if material.kind is Kind.ASPHALT:
        _asphalt(patch, look)
    elif material.kind is Kind.PAVING:
        _paving(patch, look)
    elif material.kind is Kind.GRASS:
        _grass(patch, look)
    elif material.kind is Kind.FOLIAGE:
        _foliage(patch, look)
    elif material.facade is not None:
        low, high = primitive.shape.bounds()
        draw_facade(material.facade, low, high, number, patch, look)
    elif material.gloss == 0 and material.glow == 0:
        x, y, z = patch.points
        look.colour *= 0.95 + 0.10 * noise((x + z) * 0.03, y * 0.04 + z * 0.02)


def _asphalt(patch: Patch, look: Look) -> None:
    x, _, z = patch.points
    fx, fz = patch.footprint(0), patch.footprint(2)
    fine = detail(np.maximum(fx, fz), 0.12)
    grain = noise(x * 0.9, z * 0.9) - 0.5
    patches = noise(x * 0.035 + 0.3, z * 0.018) - 0.5
    tracks = np.abs(np.abs(np.abs(x) - 2.6) - 0.78)  # where the wheels run, polished and darker
    worn = np.exp(-(tracks**2) * 6) * (np.abs(x) < ROAD_HALF)
    look.colour *= 1 + 0.30 * patches + 0.28 * grain * fine - 0.14 * worn
    white, yellow = _markings(x, z, fx, fz)
    wear = 0.72 + 0.28 * noise(x * 0.31 + 0.5, z * 0.31)
    look.colour += (np.array([[0.60], [0.59], [0.56]], np.float32) - look.colour) * (white * wear)
    look.colour += (np.array([[0.62], [0.36], [0.035]], np.float32) - look.colour) * (yellow * wear)
    gutter = np.clip(1 - np.abs(np.abs(x) - ROAD_HALF) / 0.45, 0, 1)
    look.colour *= 1 - 0.35 * gutter


def _markings(x: Floats, z: Floats, fx: Floats, fz: Floats) -> tuple[Floats, Floats]:
    """How much of each pixel is white and yellow paint."""
    side = np.abs(x)
    z0, z1 = CROSSING
    open_road = 1 - band(z, z0 - 4.6, z1 + 4.6, fz) - band(z, FAR_CROSSING[0] - 4, FAR_CROSSING[1] + 4, fz)
    on_road = band(side, 0, ROAD_HALF, fx)
    yellow = (band(side, 0.10, 0.22, fx)) * open_road
    dashes = stripes(z, 6.0, 0.0, 5.0, fz) * band(side, 4.85, 4.96, fx) * open_road
    zebra = np.zeros_like(x)
    for near, far in ((z1 + 0.7, z1 + 3.7), (z0 - 3.7, z0 - 0.7)):
        zebra += band(z, near, far, fz) * stripes(x, 1.0, 0.25, 0.5, fx) * band(side, 0, ROAD_HALF - 0.3, fx)
    stop = band(z, z1 + 4.3, z1 + 4.75, fz) * band(x, 0.3, 4.7, fx)
    stop += band(z, z0 - 4.75, z0 - 4.3, fz) * band(x, -4.7, -0.3, fx)
    for near in (ROAD_HALF + 0.8,):
        zebra += (
            band(side, near, near + 3.0, fx)
            * stripes(z, 1.0, 0.25, 0.5, fz)
            * band(z, z0 + 0.3, z1 - 0.3, fz)
        )
    middle = (z0 + z1) / 2
    away = np.clip((side - ROAD_HALF - 4.5) * 4, 0, 1)
    yellow = yellow + band(np.abs(z - middle), 0.10, 0.22, fz) * away
    return np.clip(zebra + (dashes + stop) * on_road, 0, 1), np.clip(yellow, 0, 1)


def _paving(patch: Patch, look: Look) -> None:
    x, y, z = patch.points
    fx, fz = patch.footprint(0), patch.footprint(2)
    top = patch.normals[1] > 0.5
    clear = detail(np.maximum(fx, fz), 1.0)
    joints = np.maximum(stripes(x, 1.2, 0.0, 0.03, fx), stripes(z, 1.2, 0.0, 0.03, fz))
    slabs = hash01(np.floor(x / 1.2), np.floor(z / 1.2)) - 0.5
    dirt = noise(x * 0.08, z * 0.08 + 0.4) - 0.5
    look.colour *= np.where(top, 1 + clear * 0.16 * slabs + 0.26 * dirt - 0.40 * joints, 1.05)
    z0, z1 = CROSSING
    to_road = np.minimum(np.abs(x) - ROAD_HALF, np.maximum(np.maximum(z0 - z, z - z1), 0) + 1e-3)
    kerb = band(to_road, -1.0, 0.32, np.maximum(fx, fz))
    look.colour += (np.array([[0.46], [0.45], [0.43]], np.float32) - look.colour) * (kerb * 0.8)
    look.colour *= np.where(top, 1, 0.75 + 1.6 * np.clip(y, 0, 0.15))


def _grass(patch: Patch, look: Look) -> None:
    x, _, z = patch.points
    fine = detail(np.maximum(patch.footprint(0), patch.footprint(2)), 0.2)
    look.colour *= 0.75 + 0.5 * noise(x * 0.06, z * 0.06) + fine * 0.7 * (noise(x * 1.9, z * 1.3) - 0.5)


def _foliage(patch: Patch, look: Look) -> None:
    x, y, z = patch.points
    clumps = noise((x + 0.4 * y) * 0.31, (z - 0.5 * y) * 0.31)
    close = detail(patch.distance * np.float32(0.001), 0.05)
    leaves = noise((x - 0.7 * z) * 1.1, (y + 0.3 * x) * 1.1) - 0.5
    look.colour *= 0.45 + 0.75 * clumps + 0.9 * leaves * close
    for axis, shift in enumerate((0.0, 0.37, 0.71)):
        bend = noise(x * 0.55 + shift + z * 0.21, y * 0.55 + z * 0.34 + shift)
        patch.normals[axis] += 1.5 * (bend - 0.5)
    patch.normals[:] = normalized(patch.normals)
    look.sunlit[:] = 0.55 + 0.45 * np.clip(clumps + leaves * close, 0, 1)
