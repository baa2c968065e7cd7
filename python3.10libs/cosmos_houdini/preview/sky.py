"""What lies behind everything: the sky (or the far wall) of a mood, and the vignette."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.preview.mood import Mood
from cosmos_houdini.records.geometry import Resolution

Plane = NDArray[np.float32]

HORIZON = 0.56  # its height in the picture, from the top
STARS_PER_MEGAPIXEL = 260


def sky_of(mood: Mood, resolution: Resolution, seed: int) -> Plane:
    """(H, W, 3) float32 sRGB 0..1: a gradient, the glow around the key light, stars."""
    height, width = resolution.height, resolution.width
    y = (np.arange(height, dtype=np.float32)[:, np.newaxis] + 0.5) / height
    x = (np.arange(width, dtype=np.float32)[np.newaxis, :] + 0.5) / width
    down = np.clip(y / HORIZON, 0, 1) ** 1.4
    zenith, horizon = np.array(mood.zenith, np.float32), np.array(mood.horizon, np.float32)
    sky = (zenith + (horizon - zenith) * down[..., np.newaxis]) * np.ones((1, width, 1), np.float32)
    below = np.clip((y - HORIZON) / (1 - HORIZON), 0, 1)[..., np.newaxis]
    sky *= 1 - 0.22 * below
    sky += _glow(mood, x, y, width / height)[..., np.newaxis] * np.array(mood.key, np.float32)
    if mood.stars > 0:
        _add_stars(sky, mood.stars, seed)
    return np.asarray(np.clip(sky, 0, 1), np.float32)


def vignette(resolution: Resolution) -> Plane:
    """(H, W, 1) float32 factor: 1 in the middle, darker in the corners."""
    y = np.linspace(-1, 1, resolution.height, dtype=np.float32)[:, np.newaxis, np.newaxis]
    x = np.linspace(-1, 1, resolution.width, dtype=np.float32)[np.newaxis, :, np.newaxis]
    return np.asarray(1 - 0.17 * np.clip((x * x + y * y) / 2, 0, 1) ** 1.6, np.float32)


def _glow(mood: Mood, x: NDArray[Any], y: NDArray[Any], aspect: float) -> Plane:
    to_x, to_y, _away = mood.key_from
    centre_x, centre_y = 0.5 + 0.5 * to_x, HORIZON + 0.6 * to_y
    distance = ((x - centre_x) * aspect) ** 2 + (y - centre_y) ** 2
    return np.asarray(0.30 * np.exp(-distance / 0.10) + 0.12 * np.exp(-distance / 0.6), np.float32)


def _add_stars(sky: NDArray[Any], amount: float, seed: int) -> None:
    height, width = sky.shape[:2]
    random = np.random.default_rng(seed)
    count = int(STARS_PER_MEGAPIXEL * height * width / 1e6)
    rows = (random.random(count) ** 1.3 * HORIZON * height).astype(int)
    columns = (random.random(count) * width).astype(int)
    sky[rows, columns] += (amount * random.uniform(0.15, 0.8, count) ** 2)[:, np.newaxis].astype(np.float32)
