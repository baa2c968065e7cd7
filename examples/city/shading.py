"""Light on surfaces: from what the rays met to radiance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .camera import Camera
from .caster import NOTHING
from .light import (
    BOUNCE_LIGHT,
    HORIZON,
    SKY_LIGHT,
    STREET,
    SUN,
    SUN_DIRECTION,
    ShadowMap,
    SkyView,
    noise,
    shadow_map,
    sky,
    sky_view,
)  # fmt: skip
from .materials import Kind
from .scene import Primitive, Scene
from .surfaces import Look, Patch, draw
from .vectors import Floats, column, dot, normalized, smoothstep

HAZE_BEGINS = 25.0  # metres
HAZE_LENGTH = 520.0


@dataclass(frozen=True)
class Lighting:
    """What the scene that stands still does to the light; made once for all frames."""

    shadows: ShadowMap
    open_sky: SkyView

    @staticmethod
    def of(scene: Scene, texel: float) -> Lighting:
        casters = [primitive for primitive in scene.static if primitive.casts_shadow]
        shadows = shadow_map(casters, (-45.0, 0.0, -135.0), (45.0, 30.0, 22.0), texel)
        return Lighting(shadows, sky_view(casters, (-70.0, 0.0, -220.0), (70.0, 0.0, 40.0)))


class Shader:
    """Shades the rays of one frame."""

    def __init__(
        self,
        lighting: Lighting,
        camera: Camera,
        primitives: tuple[Primitive, ...],
        moving: tuple[Primitive, ...],
    ) -> None:
        self._lighting, self._camera, self._primitives = lighting, camera, primitives
        groups: dict[str, list[Primitive]] = {}
        for primitive in moving:
            groups.setdefault(primitive.prim_path, []).append(primitive)
        self._moving = [
            (_around(parts), shadow_map(parts, *_around(parts, 6.0), 0.05)) for parts in groups.values()
        ]

    def shade(
        self, directions: Floats, distance: Floats, primitive: NDArray[np.int16], pixel: float
    ) -> tuple[Floats, Floats]:
        """Radiance (3, n) and unit normals (3, n; 0 for the sky) of n rays, `pixel` pixels wide."""
        radiance = np.empty_like(directions)
        normals = np.zeros_like(directions)
        order = np.argsort(primitive, kind="stable")
        ranked = primitive[order]
        first = int(np.searchsorted(ranked, NOTHING, side="right"))
        sky_rays = order[:first]
        radiance[:, sky_rays] = sky(normalized(directions[:, sky_rays]), clouds=True)
        solid = order[first:]
        if len(solid):
            lit, bent = self._solid(directions[:, solid], distance[solid], ranked[first:], pixel)
            radiance[:, solid] = lit
            normals[:, solid] = bent
        return radiance, normals

    def _solid(
        self, ways: Floats, distance: Floats, ranked: NDArray[np.int16], pixel: float
    ) -> tuple[Floats, Floats]:
        camera = self._camera
        points = column(camera.place, ways) + ways * distance
        normals = np.empty_like(points)
        look = Look(
            np.empty_like(points), np.empty_like(distance), np.empty_like(distance), np.empty_like(distance)
        )
        step_x = np.asarray(camera.right, np.float32)[:, None] * np.float32(pixel / camera.focal)
        step_y = np.asarray(camera.up, np.float32)[:, None] * np.float32(pixel / camera.focal)
        leaves = np.zeros(len(distance), np.bool_)
        smooth = np.empty_like(points)
        bounds = np.flatnonzero(np.diff(ranked)) + 1
        for begin, end in zip([0, *bounds.tolist()], [*bounds.tolist(), len(ranked)]):
            part = slice(begin, end)
            number = int(ranked[begin])
            primitive = self._primitives[number]
            normals[:, part] = primitive.shape.normals(points[:, part])
            smooth[:, part] = normals[:, part]
            leaves[part] = primitive.material.kind is Kind.FOLIAGE
            patch = Patch(points[:, part], normals[:, part], ways[:, part], distance[part], step_x, step_y)
            own = Look(look.colour[:, part], look.gloss[part], look.glow[part], look.sunlit[part])
            draw(primitive, number, patch, own)
        return self._light(points, normals, smooth, ways, look, leaves), smooth

    def _light(
        self,
        points: Floats,
        normals: Floats,
        smooth: Floats,
        ways: Floats,
        look: Look,
        leaves: NDArray[np.bool_],
    ) -> Floats:
        sun_way = column(SUN_DIRECTION, points)
        facing = dot(normals, sun_way)
        facing = np.where(leaves, np.clip(0.30 + 0.70 * facing, 0, 1), np.maximum(facing, 0))
        lifted = points + smooth * np.float32(0.09)
        lit = self._lighting.shadows.lit(lifted)
        openness = self._lighting.open_sky.openness(points, smooth)
        for (low, high), shadows in self._moving:
            lit, openness = _beside(points, lifted, low, high, shadows, lit, openness)
        lit = np.where(leaves, 0.30 + 0.70 * lit, lit)
        up = normals[1]
        ambient = SKY_LIGHT[:, None] * ((0.60 + 0.40 * up) * (0.25 + 0.75 * openness))
        ambient += BOUNCE_LIGHT[:, None] * ((0.55 - 0.45 * up) * (0.45 + 0.55 * openness))
        irradiance = SUN[:, None] * (facing * lit * look.sunlit) + ambient
        radiance = look.colour * irradiance + look.colour * look.glow
        radiance = self._mirrored(radiance, points, normals, ways, look, lit)
        return _haze(radiance, ways, points, self._camera)

    @staticmethod
    def _mirrored(
        radiance: Floats, points: Floats, normals: Floats, ways: Floats, look: Look, lit: Floats
    ) -> Floats:
        """Adds what glass and paint mirror: sky above the roofs, dim houses below."""
        shiny = np.flatnonzero(look.gloss > 0.004)
        if len(shiny) == 0:
            return radiance
        gloss = look.gloss[shiny]
        normal, place = normals[:, shiny], points[:, shiny]
        eye = normalized(ways[:, shiny])
        slope = dot(eye, normal)
        mirrored = eye - 2 * slope * normal
        grazing = (1 - np.clip(-slope, 0, 1)) ** 5
        share = np.clip(
            gloss * (0.42 + 0.58 * grazing) + (1 - gloss) * grazing * np.minimum(gloss * 8, 1) * 0.6, 0, 1
        )
        ripple = noise(place[0] * 0.05 + place[2] * 0.05, place[1] * 0.09) - 0.5
        around = np.arctan2(mirrored[0], -mirrored[2])
        roofs = 0.20 + 0.36 * noise(around * 0.45 + 0.11 * ripple, place[2] * 0.002 + place[0] * 0.002)
        above = smoothstep(-0.03, 0.03, mirrored[1] + 0.05 * ripple - roofs + place[1] * np.float32(0.012))
        # Opposite facades, light and dark in turn, fading to the street below.
        houses = STREET[:, None] * (
            0.5 + 3.2 * noise(around * 0.9, mirrored[1] * 0.4 + 0.3) ** 2 + 0.5 * (mirrored[1] > 0)
        )
        image = houses + (sky(mirrored, clouds=False) - houses) * above
        glint = np.clip(dot(mirrored, column(SUN_DIRECTION, mirrored)), 0, 1) ** 220 * 5.0 * lit[shiny]
        radiance[:, shiny] = (
            radiance[:, shiny] * (1 - 0.85 * share) + image * share + SUN[:, None] * (glint * share)
        )
        return radiance


def _beside(
    points: Floats, lifted: Floats, low: tuple[float, float, float], high: tuple[float, float, float],
    shadows: ShadowMap, lit: Floats, openness: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """The light near something that moves: its shadow, and the dark below it."""
    reach = 7.0
    near = np.flatnonzero(
        (points[0] > low[0] - reach)
        & (points[0] < high[0] + reach)
        & (points[2] > low[2] - reach)
        & (points[2] < high[2] + reach)
    )
    if len(near) == 0:
        return lit, openness
    lit, openness = lit.copy(), openness.copy()
    lit[near] = np.minimum(lit[near], shadows.lit(lifted[:, near]))
    flat = np.flatnonzero(points[1, near] < 0.05)
    place = points[:, near[flat]]
    gap = np.maximum(
        np.maximum(low[0] - place[0], place[0] - high[0]), np.maximum(low[2] - place[2], place[2] - high[2])
    )
    openness[near[flat]] *= 1 - 0.85 * np.clip(0.5 - gap * 1.6, 0, 1)
    return lit, openness


def _around(
    parts: list[Primitive], margin: float = 0.0
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    lows, highs = zip(*(part.shape.bounds() for part in parts))
    low = tuple(min(corner[axis] for corner in lows) - margin for axis in range(3))
    high = tuple(max(corner[axis] for corner in highs) + margin for axis in range(3))
    return (low[0], max(low[1], -0.5), low[2]), (high[0], high[1], high[2])


def _haze(radiance: Floats, ways: Floats, points: Floats, camera: Camera) -> Floats:
    gap = points - column(camera.place, points)
    length = np.sqrt(dot(gap, gap))
    share = 1 - np.exp(-np.maximum(length - HAZE_BEGINS, 0) * np.float32(1 / HAZE_LENGTH))
    tint = HORIZON * np.array([0.92, 0.95, 1.0], np.float32)
    hazed: Floats = radiance + (tint[:, None] - radiance) * share
    return hazed
