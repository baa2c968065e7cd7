"""Controls that the spec leaves to the engine: computed from the input video, as far as that goes cheaply.

Without models, depth and segmentation can only be stood in for; the log says so. Edges use the model's own
way: thresholds drawn from the seed, the preset without effect (source: transfer1 edge_control.py). So does
the blur: a preset, then a scaling drawn from the seed (source: transfer1 vis_control.py, augmentors.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.preview.console import log
from cosmos_houdini.preview.refusal import RefusalError

Picture = NDArray[np.uint8]
Derive = Callable[[Picture], Picture]

_BLUR_SIGMA = {"none": 0.0, "very_low": 1.0, "low": 2.0, "medium": 3.0, "high": 5.0, "very_high": 8.0}


@dataclass(frozen=True)
class DerivedControls:
    """How each missing control is made from the input picture, (H, W, 3) uint8 RGB both."""

    makers: dict[str, Derive]

    def add_to(self, pictures: dict[str, Picture], source: Picture) -> None:
        for hint, make in self.makers.items():
            pictures[hint] = make(source)


def derived_controls(hints: list[str], blur_strength: str, seed: int) -> DerivedControls:
    """Makers for `hints`; each is announced in the log. RefusalError for an unknown preset."""
    random = np.random.default_rng(seed)
    # All are drawn, used or not, so that one control doesn't change another's numbers.
    lower, scale = int(random.integers(20, 100)), int(random.integers(4, 18))
    upper = min(255, lower + int(random.integers(50, 150)))
    makers: dict[str, Derive] = {}
    for hint in hints:
        if hint == "edge":
            log(f"edge: computed from the input video, Canny {lower}/{upper} drawn from seed {seed}")
            makers[hint] = partial(_edges, lower=lower, upper=upper)
        elif hint == "vis":
            if blur_strength not in _BLUR_SIGMA:
                raise RefusalError("KeyError", f"'{blur_strength}'", "unknown blur_strength")
            log(f"vis: computed from the input video, blur {blur_strength}, scaled by {scale} by the seed")
            makers[hint] = partial(_blurred, sigma=_BLUR_SIGMA[blur_strength], scale=scale)
        elif hint == "depth":
            log("depth: STAND-IN from brightness; the model estimates real depth here", "WARNING")
            makers[hint] = _depth_stand_in
        elif hint == "seg":
            log("seg: STAND-IN from quantised colours; the model finds real objects here", "WARNING")
            makers[hint] = _segments_stand_in
        elif hint == "keypoint":
            log("keypoint: not shown; the model finds the people in the input video here", "WARNING")
            makers[hint] = np.zeros_like
    return DerivedControls(makers)


def _edges(source: Picture, lower: int, upper: int) -> Picture:
    lines = cv2.Canny(source, lower, upper)
    return np.asarray(cv2.merge([lines, lines, lines]), np.uint8)


def _blurred(source: Picture, sigma: float, scale: int) -> Picture:
    height, width = source.shape[:2]
    size = (max(1, width // scale), max(1, height // scale))
    small = cv2.resize(source, size, interpolation=cv2.INTER_AREA)
    if sigma > 0:
        small = cv2.GaussianBlur(small, (0, 0), max(0.3, sigma / scale))
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def _depth_stand_in(source: Picture) -> Picture:
    height, width = source.shape[:2]
    gray = cv2.cvtColor(source, cv2.COLOR_RGB2GRAY)
    small = np.asarray(cv2.resize(gray, (width // 8, height // 8), interpolation=cv2.INTER_AREA), np.float32)
    soft = cv2.GaussianBlur(small, (0, 0), 3)
    ramp = np.linspace(10, 190, small.shape[0], dtype=np.float32)[:, np.newaxis]
    plane = cv2.resize(np.clip(ramp + 0.25 * soft, 0, 255), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.merge([plane, plane, plane]), np.uint8)


def _segments_stand_in(source: Picture) -> Picture:
    height, width = source.shape[:2]
    small = cv2.resize(source, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    small = cv2.medianBlur(cv2.medianBlur(small, 9), 9)
    small = (small // 64) * 64 + 32
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
