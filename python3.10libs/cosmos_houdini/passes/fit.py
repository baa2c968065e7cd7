"""Bringing a picture to the model's size without distorting it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.passes.request import Fit
from cosmos_houdini.records.geometry import Resolution

# Below this loss a crop is rarely noticed; bars, on the other hand, the model paints as part of the scene.
LARGEST_AUTO_CROP = 0.08


@dataclass(frozen=True)
class Placement:
    """The part of the source that is used, and where it lies in the target.

    `crop` is x, y, width, height in the source; `inner` x, y, width, height in the target, black around it.
    """

    source: Resolution
    target: Resolution
    fit: Fit
    crop: tuple[int, int, int, int]
    inner: tuple[int, int, int, int]

    @property
    def identity(self) -> bool:
        return self.source == self.target

    def describe(self) -> str:
        if self.identity:
            return f"{self.source} as it is"
        if self.crop[2:] == (self.source.width, self.source.height) and self.inner[2:] == (
            self.target.width,
            self.target.height,
        ):
            return f"{self.source} scaled to {self.target}"
        if self.fit is Fit.CROP:
            lost = 1 - self.crop[2] * self.crop[3] / (self.source.width * self.source.height)
            used = f"{self.crop[2]}x{self.crop[3]}"
            return f"{self.source} cropped to {used} ({lost:.1%} lost), scaled to {self.target}"
        return f"{self.source} scaled to {self.inner[2]}x{self.inner[3]}, padded with black to {self.target}"

    def apply(self, picture: NDArray[Any], interpolation: int) -> NDArray[Any]:
        """(H, W[, C]) of the source -> that of the target."""
        if self.identity:
            return picture
        x, y, width, height = self.crop
        left, top, inner_width, inner_height = self.inner
        part = np.ascontiguousarray(picture[y : y + height, x : x + width])
        scaled: NDArray[Any] = part
        if (width, height) != (inner_width, inner_height):
            scaled = np.asarray(cv2.resize(part, (inner_width, inner_height), interpolation=interpolation))
        if (inner_width, inner_height) == (self.target.width, self.target.height):
            return scaled
        canvas = np.zeros((self.target.height, self.target.width, *picture.shape[2:]), picture.dtype)
        canvas[top : top + inner_height, left : left + inner_width] = scaled
        return canvas

    def smooth(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """For pictures: area when shrinking, cubic when growing."""
        shrinks = self.inner[2] < self.crop[2]
        return self.apply(picture, cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)

    def lines(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """For (H, W) lines of 0 and 255, which stay so: a line survives shrinking, however thin it gets."""
        if self.identity:
            return picture
        scale = min(self.inner[2] / self.crop[2], self.inner[3] / self.crop[3])
        scaled = self.apply(picture, cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST)
        # A line of one pixel keeps this share of its white, at worst as two halves in neighbouring pixels.
        least = 255 * min(1.0, scale) * 0.49
        return np.asarray(np.where(scaled > least, 255, 0), np.uint8)

    def nearest(self, picture: NDArray[Any]) -> NDArray[Any]:
        """For ids, and quantities that must not mix across an outline: the sample at each pixel's centre."""
        if self.identity:
            return picture
        x, y, width, height = self.crop
        left, top, inner_width, inner_height = self.inner
        rows = y + ((np.arange(inner_height) + 0.5) * height / inner_height).astype(np.intp)
        columns = x + ((np.arange(inner_width) + 0.5) * width / inner_width).astype(np.intp)
        sampled: NDArray[Any] = picture[rows[:, None], columns[None, :]]
        if (inner_width, inner_height) == (self.target.width, self.target.height):
            return sampled
        canvas = np.zeros((self.target.height, self.target.width, *picture.shape[2:]), picture.dtype)
        canvas[top : top + inner_height, left : left + inner_width] = sampled
        return canvas


def place(source: Resolution, target: Resolution, fit: Fit) -> Placement:
    """How `source` comes to `target`; AUTO is decided here."""
    cropped = _crop(source, target)
    lost = 1 - cropped[2] * cropped[3] / (source.width * source.height)
    if fit is Fit.AUTO:
        fit = Fit.CROP if lost <= LARGEST_AUTO_CROP else Fit.PAD
    if fit is Fit.CROP:
        return Placement(source, target, fit, cropped, (0, 0, target.width, target.height))
    return Placement(source, target, fit, (0, 0, source.width, source.height), _pad(source, target))


def _crop(source: Resolution, target: Resolution) -> tuple[int, int, int, int]:
    scale = min(source.width / target.width, source.height / target.height)
    width = min(source.width, round(target.width * scale))
    height = min(source.height, round(target.height * scale))
    return ((source.width - width) // 2, (source.height - height) // 2, width, height)


def _pad(source: Resolution, target: Resolution) -> tuple[int, int, int, int]:
    scale = min(target.width / source.width, target.height / source.height)
    # Even bounds: a colour sample of yuv420p then never holds half a bar.
    width = min(target.width, 2 * round(source.width * scale / 2))
    height = min(target.height, 2 * round(source.height * scale / 2))
    left, top = (target.width - width) // 4 * 2, (target.height - height) // 4 * 2
    return (left, top, width, height)
