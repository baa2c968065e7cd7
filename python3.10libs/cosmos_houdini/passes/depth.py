"""Depth control: inverse depth, near bright, one range over the whole clip.

Convention: near = bright, far = dark, gray; source: transfer1 depth_anything.py (there min-max over the
clip).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.picture_file import decode_error
from cosmos_houdini.passes.planes import Plane
from cosmos_houdini.passes.read import layout_of, opened, read_rows
from cosmos_houdini.passes.yuv import Picture

# What renderers write where a ray hits nothing: 0, infinity, NaN, or a huge number.
BACKGROUND_FROM = 1e9
# Percentiles of the clip's foreground pixels. Filtered edges and a fly at the lens stay outside.
NEAR_PERCENTILE, FAR_PERCENTILE = 0.5, 99.5
# The far end stays this far from the background's 0, so that the two are told apart after encoding.
DARKEST, BRIGHTEST = 8, 255

# The range is judged on bands of rows: all of a short clip, 1/8 of the rows of each frame of a long one.
# EXR files decode in blocks of 16 or 32 rows, and bands take turns from frame to frame, so nothing that
# stays is missed.
BAND = 16
LARGEST_STRIDE = 8
_BIN_SHIFT = 13  # float32 bits of a positive number grow with it: 2^18 bins, each 0.1 % wide


@dataclass(frozen=True)
class DepthRange:
    """Distances shown as brightest and darkest, in scene units; `how` says where they come from."""

    near: float
    far: float
    how: str


@dataclass
class _Histogram:
    """Counts of foreground distances by their float bits; its size doesn't grow with the clip."""

    counts: NDArray[np.int64]

    @staticmethod
    def empty() -> _Histogram:
        return _Histogram(np.zeros(1 << (31 - _BIN_SHIFT), np.int64))

    def add(self, distances: NDArray[np.float32]) -> None:
        with np.errstate(invalid="ignore"):
            kept = distances[(distances > 0) & (distances <= BACKGROUND_FROM)]
        bins = kept.view(np.uint32) >> _BIN_SHIFT
        self.counts += np.bincount(bins, minlength=len(self.counts))

    def percentile(self, percent: float) -> float:
        cumulated = np.cumsum(self.counts)
        index = int(np.searchsorted(cumulated, percent / 100 * cumulated[-1], side="left"))
        while self.counts[index] == 0:  # percent 0 of an empty first bin
            index += 1
        middle = (index << _BIN_SHIFT) + (1 << (_BIN_SHIFT - 1))
        return float(np.array([middle], np.uint32).view(np.float32)[0])


def scan_range(
    frames: Sequence[tuple[int, Path]],
    plane: Plane,
    near: float | None,
    far: float | None,
    workers: int,
    seen: Callable[[], None],
) -> DepthRange:
    """The range of a clip: what is given, else robust percentiles; reads one channel of some bands of rows.

    `seen` is called after each frame. Raises BadInputError where no frame has a usable distance.
    """
    if near is not None and far is not None:
        return checked_range(near, far, "given")
    stride = min(LARGEST_STRIDE, max(1, len(frames) // LARGEST_STRIDE))
    total = _Histogram.empty()
    with ThreadPoolExecutor(workers) as pool:
        for start in range(0, len(frames), 4 * workers):
            batch = list(enumerate(frames))[start : start + 4 * workers]
            for values in pool.map(lambda one: _sample(one[1], plane, one[0], stride), batch):
                total.add(values)
                seen()
    if not total.counts.any():
        raise BadInputError(
            f"The depth plane '{plane.label}' has no usable value in any frame.",
            "Every pixel is 0, negative, NaN, infinite or above 1e9, which means background.",
            "Check the depth AOV in the render, name another plane (--depth), or leave depth out.",
        )
    sampled = "" if stride == 1 else f", judged on 1/{stride} of the rows of each frame"
    how = f"percentiles {NEAR_PERCENTILE} and {FAR_PERCENTILE} of the foreground of the clip{sampled}"
    low, high = total.percentile(NEAR_PERCENTILE), total.percentile(FAR_PERCENTILE)
    if near is None and far is None:
        return DepthRange(low, high, how)
    return checked_range(low if near is None else near, high if far is None else far, f"one end given; {how}")


def checked_range(near: float, far: float, how: str) -> DepthRange:
    """BadInputError for a range that is empty or the wrong way round."""
    if not 0 < near < far:
        raise BadInputError(
            f"The depth range {near:g} to {far:g} can't be used.",
            "Near has to be above 0 and below far (in scene units).",
            "Give other values for near and far, or leave them out to take them from the clip.",
        )
    return DepthRange(near, far, how)


def depth_picture(distance: NDArray[np.float32], chosen: DepthRange) -> Picture:
    """(H, W) distances in scene units -> (H, W) gray: 255 at `near`, 8 at `far`, 0 for the background.

    Linear in 1/distance between the two ends. A clip of one distance only is shown bright.
    """
    span = 1 / chosen.near - 1 / chosen.far
    with np.errstate(all="ignore"):
        if span <= 0:
            gray = np.full(distance.shape, BRIGHTEST, np.uint8)
        else:
            scale = (BRIGHTEST - DARKEST) / span
            inverse = np.reciprocal(distance)
            inverse *= np.float32(scale)
            inverse += np.float32(DARKEST - scale / chosen.far + 0.5)
            np.clip(inverse, DARKEST, BRIGHTEST, out=inverse)
            gray = inverse.astype(np.uint8)
        gray[~((distance > 0) & (distance <= BACKGROUND_FROM))] = 0
    return gray


def _sample(frame: tuple[int, Path], plane: Plane, turn: int, stride: int) -> NDArray[np.float32]:
    """The distances of every `stride`th band of rows of one frame; of all rows, seldom, of a tiled one."""
    number, path = frame
    nothing = np.empty(0, np.float32)
    with opened(path, number) as reader:
        channel = layout_of(reader, path, number)[0].same_channel(plane.channels[0])
        # A frame without the plane is refused, with all that is wrong with it, when its turn to be read
        # comes.
        if channel is None or not reader.seek_subimage(channel.subimage, 0):
            return nothing
        spec = reader.spec()
        if spec.tile_width:
            rows = [(0, spec.height)] if turn % stride == 0 else []
        else:
            starts = range((turn % stride) * BAND, spec.height, stride * BAND)
            rows = [(begin, min(begin + BAND, spec.height)) for begin in starts]
        bands = []
        for begin, end in rows:
            values = read_rows(reader, channel, begin, end)
            if values is None:
                raise decode_error(path, number, reader.geterror())
            bands.append(values.ravel())
    return np.concatenate(bands) if bands else nothing
