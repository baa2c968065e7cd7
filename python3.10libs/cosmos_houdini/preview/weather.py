"""Rain and snow in front of everything: a layer that moves from frame to frame."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.preview.mood import Mood
from cosmos_houdini.records.geometry import Resolution

Plane = NDArray[np.float32]

DROPS_PER_MEGAPIXEL = 420
FLAKES_PER_MEGAPIXEL = 520
SUBPIXEL = 4  # bits of cv2's fixed-point coordinates


def weather_layer(mood: Mood, resolution: Resolution, frame: int, seed: int) -> Plane | None:
    """(H, W, 1) float32 0..1 of white to lay over frame `frame`; None in good weather."""
    if mood.rain <= 0 and mood.snow <= 0:
        return None
    layer = np.zeros((resolution.height, resolution.width), np.uint8)
    if mood.rain > 0:
        _draw_rain(layer, mood.rain, frame, seed)
    if mood.snow > 0:
        _draw_snow(layer, mood.snow, frame, seed)
        layer = np.asarray(cv2.GaussianBlur(layer, (0, 0), resolution.height / 900), np.uint8)
    return np.asarray(layer.astype(np.float32)[..., np.newaxis] / 255)


def _draw_rain(layer: NDArray[np.uint8], amount: float, frame: int, seed: int) -> None:
    height, width = layer.shape
    random = np.random.default_rng(seed + 1)
    count = int(DROPS_PER_MEGAPIXEL * amount * height * width / 1e6)
    x, phase, near = random.random(count) * 1.2, random.random(count), random.random(count) ** 2
    for at, begin, close in zip(x, phase, near):
        length = height * (0.03 + 0.07 * close)
        top = ((begin + frame * (0.045 + 0.05 * close)) % 1.15 - 0.1) * height
        left = (at - 0.1) * width - 0.16 * top
        shade = int(30 + 75 * close)
        _line(layer, (left, top), (left - 0.16 * length, top + length), shade)


def _draw_snow(layer: NDArray[np.uint8], amount: float, frame: int, seed: int) -> None:
    height, width = layer.shape
    random = np.random.default_rng(seed + 2)
    count = int(FLAKES_PER_MEGAPIXEL * amount * height * width / 1e6)
    x, phase, near = random.random(count), random.random(count), random.random(count) ** 2.5
    for at, begin, close in zip(x, phase, near):
        top = ((begin + frame * (0.004 + 0.010 * close)) % 1.06 - 0.03) * height
        sway = 0.010 * np.sin(0.09 * frame + 40 * begin)
        left = ((at + sway) % 1.0) * width
        radius = height * (0.0012 + 0.0042 * close)
        centre = (int(left * 2**SUBPIXEL), int(top * 2**SUBPIXEL))
        cv2.circle(
            layer,
            centre,
            int(radius * 2**SUBPIXEL),
            int(200 - 60 * close),
            -1,
            cv2.LINE_AA,
            SUBPIXEL,
        )


def _line(layer: NDArray[np.uint8], begin: tuple[float, float], end: tuple[float, float], shade: int) -> None:
    points = [(int(x * 2**SUBPIXEL), int(y * 2**SUBPIXEL)) for x, y in (begin, end)]
    cv2.line(layer, points[0], points[1], shade, 1, cv2.LINE_AA, SUBPIXEL)
