"""Vis control: the blurred beauty.

The presets (bilateral diameter, colour and space sigmas, pre-downscale, final down-and-up factor) are
upstream's; source: transfer1 config/transfer/augmentors.py and control_input.py.

Upstream filters at full size and then shrinks the result to 1/4 .. 1/16 and grows it again, so the fine
pixels of a slow filter (d = 50: 3 s a frame) are averaged away. Here the filter runs on a picture shrunk by
`work`, which never exceeds that final factor, with diameter and space sigma shrunk alike. What differs from
the full-size filter is measured in test_vis.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from cosmos_houdini.passes.yuv import Picture
from cosmos_houdini.records.enums import BlurStrength


@dataclass(frozen=True)
class Blur:
    """One preset; `shrink` is upstream's pre-downscale, `work` the factor that the filter runs at here."""

    diameter: int
    sigma_color: float
    sigma_space: float
    shrink: int
    down_up: int
    work: int


BLURS = {
    BlurStrength.NONE: Blur(1, 1, 1, 1, 1, 1),
    BlurStrength.VERY_LOW: Blur(15, 100, 50, 1, 4, 2),
    BlurStrength.LOW: Blur(15, 100, 50, 4, 4, 4),
    BlurStrength.MEDIUM: Blur(30, 150, 100, 2, 10, 4),
    BlurStrength.HIGH: Blur(50, 300, 150, 1, 16, 8),
    BlurStrength.VERY_HIGH: Blur(50, 300, 150, 4, 16, 16),
}


def blurred(rgb: Picture, strength: BlurStrength) -> Picture:
    """(H, W, 3) uint8 -> the same size, at the named strength."""
    blur = BLURS[strength]
    if strength is BlurStrength.NONE:
        return rgb
    height, width = rgb.shape[:2]
    small = _scaled(rgb, width // blur.work, height // blur.work)
    relative = blur.shrink / blur.work  # the preset's numbers hold at 1/shrink
    diameter = max(3, round(blur.diameter * relative) | 1)
    small = np.asarray(
        cv2.bilateralFilter(small, diameter, blur.sigma_color, blur.sigma_space * relative), np.uint8
    )
    if blur.work == blur.shrink:  # no short cut: then upstream's steps to the letter
        small = np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    smaller = _scaled(small, width // blur.down_up, height // blur.down_up)
    return np.asarray(cv2.resize(smaller, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def blurred_at_full_size(rgb: Picture, strength: BlurStrength) -> Picture:
    """Upstream's order of steps, for comparison; seconds a frame at the high strengths."""
    blur = BLURS[strength]
    height, width = rgb.shape[:2]
    small = _scaled(rgb, width // blur.shrink, height // blur.shrink)
    small = np.asarray(
        cv2.bilateralFilter(small, blur.diameter, blur.sigma_color, blur.sigma_space), np.uint8
    )
    back = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    smaller = _scaled(np.asarray(back, np.uint8), width // blur.down_up, height // blur.down_up)
    return np.asarray(cv2.resize(smaller, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _scaled(rgb: Picture, width: int, height: int) -> Picture:
    size = (max(1, width), max(1, height))
    if size == (rgb.shape[1], rgb.shape[0]):
        return rgb
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
