"""The frames of the encode benchmark: a walk along a street of boxes, as a renderer would write it."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import OpenImageIO as oiio  # noqa: N813 - the library's own abbreviation

WIDTH, HEIGHT, FRAMES = 1280, 704, 121
PATTERN = "shot.$F4.exr"
TYPES = {
    **dict.fromkeys(("R", "G", "B", "A"), "half"),
    "Pz": "float",
    **dict.fromkeys(("N.x", "N.y", "N.z"), "half"),
    "Op_Id": "float",
    "ao": "half",
}


def write_frames(folder: Path, frames: int = FRAMES) -> None:
    """Ten channels, half and float, ZIP, single part."""
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda number: _write(folder / f"shot.{number:04d}.exr", number), range(1, frames + 1)))


def link_frames(source: Path, folder: Path, frames: int) -> None:
    """A longer shot of the same files, by hard links."""
    folder.mkdir(parents=True, exist_ok=True)
    there = sorted(source.glob("*.exr"))
    for number in range(1, frames + 1):
        os.link(there[(number - 1) % len(there)], folder / f"shot.{number:04d}.exr")


def _write(path: Path, frame: int) -> None:
    spec = oiio.ImageSpec(WIDTH, HEIGHT, len(TYPES), "float")
    spec.channelnames = tuple(TYPES)
    spec.channelformats = tuple(oiio.TypeDesc(kind) for kind in TYPES.values())
    spec.attribute("compression", "zip")
    output = oiio.ImageOutput.create(str(path))
    assert output.open(str(path), spec), output.geterror()
    pixels: Any = _pixels(frame)
    assert output.write_image(pixels), output.geterror()
    assert output.close(), output.geterror()


def _pixels(frame: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    """(H, W, 10): 40 boxes that slide by their distance, over ground and sky; a little render noise."""
    rng = np.random.default_rng(7)
    rows = np.arange(HEIGHT, dtype=np.float32)[:, None] - HEIGHT * 0.55
    columns = np.arange(WIDTH, dtype=np.float32)[None, :]
    depth = np.where(rows > 0, 900.0 / np.maximum(rows, 1), 0.0) + 0 * columns
    ids = np.where(rows > 0, 1.0, 0.0) + 0 * columns
    shade = np.where(rows > 0, 0.18, 0.6) + 0.1 * np.sin(columns / 60 + rows / 90)
    normal = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    normal[ids == 1] = (0, 1, 0)
    for index, distance in enumerate(np.sort(rng.uniform(6, 80, 40))[::-1]):
        width, height = (int(size * 600 / distance) for size in rng.uniform(0.8, 3.0, 2))
        left = int(rng.uniform(-0.5, 1.5) * WIDTH - 3 * frame * 20 / distance)
        bottom = int(HEIGHT * 0.55 + 900 / distance)
        area = np.s_[max(0, bottom - height) : min(HEIGHT, bottom), max(0, left) : max(0, left + width)]
        depth[area] = distance
        ids[area] = index + 2
        shade[area] = rng.uniform(0.05, 0.9) * (1 + 0.3 * np.sin(columns[:, area[1]] / 9))
        normal[area] = (0, 0, 1)
    noise = np.random.default_rng(frame).normal(1, 0.02, (HEIGHT, WIDTH)).astype(np.float32)
    shade = shade * noise
    tints = rng.uniform(0.4, 1.0, (64, 3))[ids.astype(int)]
    alpha = (ids > 0).astype(np.float32)
    occlusion = np.clip(shade, 0, 1)
    planes = [
        *(tints * shade[..., None]).transpose(2, 0, 1),
        alpha,
        depth,
        *normal.transpose(2, 0, 1),
        ids,
        occlusion,
    ]
    return np.stack(planes, axis=-1).astype(np.float32)
