"""The picture: what the controls say about shape, matter, outline and colour, in the light of the prompt.

Each control counts by its normalised weight: depth gives light and distance, seg the materials, edge the
lines, vis the colours; sigma_max decides how much of the input video is left. All pictures are sRGB.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.preview.materials import material_table, table_index
from cosmos_houdini.preview.mood import Mood
from cosmos_houdini.preview.relief import Relief, relief_of
from cosmos_houdini.preview.sky import sky_of, vignette
from cosmos_houdini.preview.validation import FULL_NOISE
from cosmos_houdini.preview.weather import weather_layer
from cosmos_houdini.preview.weights import Weight
from cosmos_houdini.records.geometry import Resolution

Picture = NDArray[np.uint8]
Plane = NDArray[np.float32]

BACKGROUND = 0.03  # a depth control is black (or nearly) where nothing is
GRAIN = 0.9 / 255


@dataclass(frozen=True)
class Painter:
    """Paints the frames of one clip; frames are independent of each other."""

    mood: Mood
    resolution: Resolution
    seed: int
    sigma_max: float

    def paint(
        self,
        frame: int,
        pictures: Mapping[str, Picture],
        weights: Mapping[str, Weight],
        source: Picture | None,
    ) -> Plane:
        """One frame, (H, W, 3) float32 about 0..1.

        `pictures` holds a (H, W, 3) uint8 RGB picture for each control, `weights` its normalised weight,
        `source` the input video's frame.
        """
        strength = {hint: _strength(weights[hint]) for hint in pictures}
        depth, relief = None, None
        for hint in ("depth", "lidar"):
            if hint in pictures:
                depth = pictures[hint][..., 1].astype(np.float32) * np.float32(1 / 255)
                relief = relief_of(depth)
                break
        shape = strength.get("depth", strength.get("lidar", 0.0))

        picture = self._matter(pictures, strength)
        light = self._light(relief, shape)
        picture = picture * light
        if "vis" in pictures:
            colours = _float(pictures["vis"])
            # A picture of the scene holds its own light already: only a part of ours goes over it.
            colours *= 0.55 + 0.45 * light / np.float32(self._flat.mean())
            picture += (colours - picture) * strength["vis"]
        if depth is not None:
            self._fog(picture, depth, shape)
        else:
            picture += (self._sky - picture) * np.float32(0.25)
        for hint in ("hdmap", "keypoint"):
            if hint in pictures:
                picture += (1 - picture) * _float(pictures[hint]) * (0.9 * strength[hint])
        if "edge" in pictures:
            self._lines(picture, pictures["edge"], strength["edge"])
        survival = max(0.0, 1.0 - self.sigma_max / FULL_NOISE)
        if source is not None and survival > 0:
            picture += (_float(source) - picture) * np.float32(survival)
        return self._graded(picture, frame)

    def _matter(self, pictures: Mapping[str, Picture], strength: Mapping[str, Weight]) -> Plane:
        clay = np.array(self.mood.materials[0], np.float32)
        if "seg" not in pictures:
            return np.full((self.resolution.height, self.resolution.width, 3), clay, np.float32)
        matter = np.take(self._materials, table_index(pictures["seg"]), axis=0)
        matter -= clay
        matter *= strength["seg"]
        matter += clay
        return np.asarray(matter, np.float32)

    def _light(self, relief: Relief | None, shape: Weight) -> Plane:
        """(H, W, 3) or (1, 1, 3): the colour of the light on each surface, flat where depth doesn't count."""
        flat = self._flat
        if relief is None:
            return flat
        mood = self.mood
        light = _lambert(relief, mood.key_from)[..., np.newaxis] * (np.array(mood.key, np.float32) * 1.0)
        if mood.second_key is not None:
            x, y, z = mood.key_from
            other = _lambert(relief, (-x, 0.3 * y, z))
            light += other[..., np.newaxis] * (np.array(mood.second_key, np.float32) * 0.8)
        skywards = (0.82 - 0.42 * relief.normal_y)[..., np.newaxis]
        light += skywards * (np.array(mood.ambient, np.float32) * 0.95)
        if mood.snow > 0:
            light += (mood.snow * 0.45 * np.clip(-relief.normal_y - 0.45, 0, 0.5))[..., np.newaxis]
        light *= relief.openness[..., np.newaxis]
        size = (self.resolution.width, self.resolution.height)
        full = np.asarray(cv2.resize(light, size, interpolation=cv2.INTER_LINEAR), np.float32)
        full -= flat
        full *= shape
        full += flat
        return full

    @cached_property
    def _flat(self) -> Plane:
        key, ambient = np.array(self.mood.key, np.float32), np.array(self.mood.ambient, np.float32)
        flat = 0.52 * key + 0.80 * ambient
        if self.mood.second_key is not None:
            flat += 0.2 * np.array(self.mood.second_key, np.float32)
        return np.asarray(flat.reshape(1, 1, 3), np.float32)

    def _fog(self, picture: Plane, depth: Plane, shape: Weight) -> None:
        far = 1 - depth
        amount = far * far * np.float32(0.75 * self.mood.fog)
        nothing = np.clip(1 - depth / BACKGROUND, 0, 1)
        amount += (0.92 - amount) * nothing
        amount = amount[..., np.newaxis] * shape
        picture += (self._sky - picture) * amount

    def _lines(self, picture: Plane, edge: Picture, strength: Weight) -> None:
        soft = cv2.GaussianBlur(edge[..., 1], (3, 3), 0.7).astype(np.float32)
        line = np.minimum(soft * np.float32(1.35 / 255), 1.0)[..., np.newaxis] * strength
        colour = np.array(self.mood.line, np.float32)
        if not self.mood.glowing_lines:
            picture += (colour - picture) * (0.82 * line)
            return
        height, width = edge.shape[:2]
        small = cv2.resize(edge[..., 1], (width // 4, height // 4), interpolation=cv2.INTER_AREA)
        halo = cv2.resize(cv2.GaussianBlur(small, (0, 0), 2.5), (width, height)).astype(np.float32)
        glow = 0.55 * line + (halo * np.float32(0.9 / 255))[..., np.newaxis] * strength
        picture += glow * colour

    def _graded(self, picture: Plane, frame: int) -> Plane:
        mood = self.mood
        layer = weather_layer(mood, self.resolution, frame, self.seed)
        if layer is not None:
            picture += (np.float32(0.94) - picture) * layer
        _bloom(picture)
        if mood.saturation != 1.0:
            gray = picture @ np.array([0.2126, 0.7152, 0.0722], np.float32)
            picture -= gray[..., np.newaxis]
            picture *= np.float32(mood.saturation)
            picture += gray[..., np.newaxis]
        picture -= np.float32(0.42)
        picture *= np.float32(mood.contrast)
        picture += np.float32(0.42)
        picture *= self._vignette
        picture += _grain_of(self._grain, frame)
        return picture

    @cached_property
    def _sky(self) -> Plane:
        return sky_of(self.mood, self.resolution, self.seed)

    @cached_property
    def _vignette(self) -> Plane:
        return vignette(self.resolution)

    @cached_property
    def _materials(self) -> Plane:
        return material_table(self.mood)

    @cached_property
    def _grain(self) -> Plane:
        random = np.random.default_rng(self.seed)
        shape = (2 * self.resolution.height, 2 * self.resolution.width, 1)
        return np.asarray(random.standard_normal(shape, np.float32) * np.float32(GRAIN), np.float32)


def as_picture(plane: Plane) -> Picture:
    """float 0..1 -> uint8; bright values roll off instead of clipping."""
    scaled = np.clip(plane, 0, 1.6)
    # x up to 0.8, then a shoulder that reaches 1 at 1.6 (slope 1 at the knee, 0 at the end is close enough).
    over = np.maximum(scaled - np.float32(0.8), 0)
    scaled -= over * over * np.float32(0.625) + over * np.float32(0.25) * (over / np.float32(0.8))
    return np.asarray(np.clip(scaled * 255 + 0.5, 0, 255), np.uint8)


def _strength(weight: Weight) -> Weight:
    """How visible a weight is: grows with it, and 0.25 (one of four) is already plain to see."""
    return 1 - (1 - weight) * (1 - weight)


def _lambert(relief: Relief, key_from: tuple[float, float, float]) -> Plane:
    x, y, z = np.array(key_from, np.float32) / np.float32(np.linalg.norm(key_from))
    facing = relief.normal_x * x + relief.normal_y * y + relief.normal_z * z
    wrapped = np.clip((facing + np.float32(0.25)) / np.float32(1.25), 0, 1)
    return np.asarray(wrapped * wrapped * np.float32(0.35) + wrapped * np.float32(0.65), np.float32)


def _bloom(picture: Plane) -> None:
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (width // 8, height // 8), interpolation=cv2.INTER_AREA)
    bright = cv2.GaussianBlur(np.maximum(small - np.float32(0.72), 0), (0, 0), 5)
    picture += cv2.resize(bright, (width, height), interpolation=cv2.INTER_LINEAR) * np.float32(0.35)


def _grain_of(grain: Plane, frame: int) -> Plane:
    """A window of the grain that jumps from frame to frame."""
    height, width = grain.shape[0] // 2, grain.shape[1] // 2
    top, left = (frame * 7919) % height, (frame * 104729) % width
    window: Plane = grain[top : top + height, left : left + width]
    return window


def _float(picture: Picture) -> Plane:
    return np.asarray(picture.astype(np.float32) * np.float32(1 / 255), np.float32)
