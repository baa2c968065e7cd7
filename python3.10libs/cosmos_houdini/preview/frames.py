"""From what is read to what is written, frame by frame: the control preview and the enlarged video."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from cosmos_houdini.engines.transfer1_sizes import chunk_of
from cosmos_houdini.preview.clip import INPUT, Clip
from cosmos_houdini.preview.derived import DerivedControls
from cosmos_houdini.preview.painter import Painter, as_picture
from cosmos_houdini.preview.regions import Region
from cosmos_houdini.preview.sharing import Sharing
from cosmos_houdini.preview.stamp import Stamp, stamp_of
from cosmos_houdini.preview.weights import Weights

Picture = NDArray[np.uint8]
Plane = NDArray[np.float32]


class Maker(Protocol):
    """Makes one frame of the result; called from several threads."""

    @property
    def clip(self) -> Clip: ...

    def make(self, frame: int, pictures: Mapping[str, Picture], masks: tuple[Plane, ...]) -> Picture:
        """`pictures` as they are in the files; returns (H, W, 3) uint8 RGB of the result's size."""
        ...

    def masks(self) -> Iterator[tuple[Plane, ...]]:
        """For each frame the masks of the regions."""
        ...


@dataclass(frozen=True)
class ControlledFrames:
    """The preview of a generated video."""

    clip: Clip
    painter: Painter
    derived: DerivedControls
    weights: Weights
    regions: tuple[Region, ...]
    engine: str

    def make(self, frame: int, pictures: Mapping[str, Picture], masks: tuple[Plane, ...]) -> Picture:
        stretched = {name: self.clip.stretched(name, picture) for name, picture in pictures.items()}
        source = stretched.pop(INPUT, None)
        if source is not None:
            self.derived.add_to(stretched, source)
        weights = self.weights.at(frame, self.clip.resolution)
        painted = self.painter.paint(frame, stretched, weights, source)
        for region, mask in zip(self.regions, masks):
            region.tint(painted, mask)
        result = as_picture(painted)
        _stamp(self.clip, frame, self.engine, self.weights.describe()).put_on(result)
        return result

    def masks(self) -> Iterator[tuple[Plane, ...]]:
        streams = [region.masks(self.clip.resolution) for region in self.regions]
        while True:
            yield tuple(next(stream) for stream in streams)


@dataclass(frozen=True)
class EnlargedFrames:
    """The preview of the upscaler: the input video at three times its bucket, a little sharpened."""

    clip: Clip
    weight: float
    engine: str

    def make(self, frame: int, pictures: Mapping[str, Picture], masks: tuple[Plane, ...]) -> Picture:
        size = self.clip.resolution
        small = self.clip.stretched(INPUT, pictures[INPUT])
        large = cv2.resize(small, (size.width, size.height), interpolation=cv2.INTER_LANCZOS4)
        soft = cv2.GaussianBlur(large, (0, 0), 2.0)
        amount = 0.6 * min(1.0, self.weight)
        result = np.asarray(cv2.addWeighted(large, 1 + amount, soft, -amount, 0), np.uint8)
        _stamp(self.clip, frame, self.engine, f"upscale {self.weight:.2f}").put_on(result)
        return result

    def masks(self) -> Iterator[tuple[Plane, ...]]:
        while True:
            yield ()


def all_frames(maker: Maker, sharing: Sharing) -> Iterator[Picture]:
    """On rank 0 every frame of the result in order; elsewhere none, but this rank's share is delivered."""
    own = _painted(maker, sharing)
    if sharing.rank != 0:
        for frame, picture in own:
            sharing.deliver(frame, picture)
        return
    for frame in range(maker.clip.frames):
        yield next(own)[1] if sharing.owns(frame) else sharing.collect(frame)


def _painted(maker: Maker, sharing: Sharing) -> Iterator[tuple[int, Picture]]:
    """The frames of this rank in order, painted by a few threads; only a few are in memory at once."""
    workers = max(1, (os.cpu_count() or 1) // sharing.size)
    cv2.setNumThreads(1)
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[tuple[int, Future[Picture]]] = deque()
        try:
            for frame, (pictures, masks) in enumerate(zip(maker.clip.read(), maker.masks())):
                if not sharing.owns(frame):
                    continue
                waiting.append((frame, pool.submit(maker.make, frame, pictures, masks)))
                while len(waiting) > workers:
                    yield _taken(waiting)
            while waiting:
                yield _taken(waiting)
        finally:
            for _frame, future in waiting:
                future.cancel()


def _taken(waiting: deque[tuple[int, Future[Picture]]]) -> tuple[int, Picture]:
    frame, future = waiting.popleft()
    return frame, future.result()


def _stamp(clip: Clip, frame: int, engine: str, weights: str) -> Stamp:
    chunk = f"{engine}  ·  chunk {chunk_of(frame) + 1}/{clip.chunks}"
    return _cached_stamp(clip.resolution.height, chunk, weights)


@lru_cache(maxsize=8)
def _cached_stamp(height: int, chunk: str, weights: str) -> Stamp:
    return stamp_of(height, "PREVIEW", (chunk, weights))
