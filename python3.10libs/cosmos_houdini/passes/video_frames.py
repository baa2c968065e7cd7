"""The frames of a video as picture files."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.disk import explain_write_error
from cosmos_houdini.passes.video_read import read_frames
from cosmos_houdini.passes.yuv import Picture
from cosmos_houdini.records.atomic import replacing, write_atomic


def write_frames(video: Path, folder: Path, format: Literal["png", "exr"] = "png") -> list[Path]:  # noqa: A002
    """Writes each frame as `folder/NAME.0001.png` (8 bits, display-referred) or `.exr` (half, scene-linear).

    The EXR pixels are the video's after the inverse of the sRGB curve, which is what a compositor expects
    of an EXR. Each file appears whole or not at all. Returns the paths in order. Raises BadInputError for a
    video that can't be read and a disk that is full.
    """
    if format not in ("png", "exr"):
        raise BadInputError(
            f"Frames can't be written as '{format}'.", "png and exr are known.", "Choose one."
        )
    paths: list[Path] = []
    workers = os.cpu_count() or 1
    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for number, rgb in enumerate(read_frames(video), start=1):
            path = folder / f"{video.stem}.{number:04d}.{format}"
            waiting.append(pool.submit(_write_png if format == "png" else _write_exr, path, rgb))
            paths.append(path)
            if len(waiting) > 2 * workers:
                waiting.popleft().result()
        for future in waiting:
            future.result()
    return paths


def frame_as_png(video: Path, number: int) -> bytes:
    """The PNG file of frame `number` (the first is 1); BadInputError where the video has no such frame."""
    count = 0
    for count, rgb in enumerate(read_frames(video), start=1):
        if count == number:
            return png_bytes(rgb)
    raise BadInputError(
        f"{video} has no frame {number}.", f"It has frames 1 to {count}.", "Choose one of these."
    )


def png_bytes(picture: Picture) -> bytes:
    """(H, W, 3) RGB or (H, W) gray uint8 as a PNG file."""
    swapped = picture[..., ::-1] if picture.ndim == 3 else picture
    written, content = cv2.imencode(".png", np.ascontiguousarray(swapped), [cv2.IMWRITE_PNG_COMPRESSION, 3])
    assert written
    return content.tobytes()


def _write_png(path: Path, rgb: Picture) -> None:
    with explain_write_error(path):
        write_atomic(path, png_bytes(rgb))


def _write_exr(path: Path, rgb: Picture) -> None:
    import OpenImageIO as oiio  # noqa: N813 - the library's own abbreviation; only EXR needs it

    height, width = rgb.shape[:2]
    spec = oiio.ImageSpec(width, height, 3, oiio.HALF)
    spec.attribute("compression", "zip")
    spec.attribute("oiio:ColorSpace", "lin_rec709")
    linear: Any = _LINEAR[rgb]
    with explain_write_error(path), replacing(path) as part:
        output = oiio.ImageOutput.create(str(part))
        if output is None or not output.open(str(part), spec):
            raise OSError(oiio.geterror() if output is None else output.geterror())
        written = output.write_image(linear)
        if not (output.close() and written):
            raise OSError(output.geterror())


def _srgb_to_linear() -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """IEC 61966-2-1, for each of the 256 levels."""
    coded = np.arange(256) / 255.0
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    return linear.astype(np.float32)


_LINEAR = _srgb_to_linear()
