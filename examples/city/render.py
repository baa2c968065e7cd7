"""Renders the city block to a sequence of EXR files, a few frames at a time."""

from __future__ import annotations

import os
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Union

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.cryptomatte import CONVERSION
from cosmos_houdini.progress import Meter, Report, silent
from cosmos_houdini.records.atomic import write_atomic
from cosmos_houdini.records.geometry import Resolution
from cosmos_houdini.records.hashing import canonical_json, hash_file, hash_json

from .exr import Parts, write_frame
from .frame import render_planes, scene_second
from .layout import city_block
from .shading import Lighting

NAME = "city"
MADE_BY = "city.json"
MOST_WORKERS = 8  # a frame in the making takes about 500 MB at 1280x704
HD = Resolution(1280, 704)
FINEST_SHADOW, COARSEST_SHADOW = 0.05, 0.3  # metres


def render(
    folder: Path,
    *,
    frames: int = 49,
    resolution: Resolution = HD,
    parts: Union[Parts, str] = Parts.MULTI,
    first_frame: int = 1001,
    seed: int = 1,
    report: Report = silent,
) -> str:
    """Writes `frames` EXR files into `folder` and returns their pattern, `FOLDER/city.$F4.exr`.

    Whole frames of an earlier call with the same settings and the same source are left as they are; the
    sequence holds exactly the frames asked for. Raises BadInputError for settings that make no sense or a
    folder that can't be written.
    """
    if frames < 1 or first_frame < 0 or first_frame + frames > 10_000:
        raise BadInputError(
            f"{frames} frames from number {first_frame} on can't be rendered.",
            "Frame numbers have four digits here.",
            "Ask for 1 to 9000 frames, from 0 to 1001 on.",
        )
    numbers = range(first_frame, first_frame + frames)
    missing = _missing(folder, numbers, _fingerprint(resolution, Parts(parts), first_frame, seed))
    meter = Meter(report, "render the example city", frames, "frames")
    if len(missing) < frames:
        meter.advance(frames - len(missing), "already there")
    if missing:
        _render_missing(folder, missing, first_frame, resolution, Parts(parts), seed, meter)
    return str(folder / f"{NAME}.$F4.exr")


def frame_path(folder: Path, number: int) -> Path:
    return folder / f"{NAME}.{number:04d}.exr"


def _render_missing(
    folder: Path,
    missing: list[int],
    first_frame: int,
    resolution: Resolution,
    parts: Parts,
    seed: int,
    meter: Meter,
) -> None:
    scene = city_block(seed)
    texel = FINEST_SHADOW * HD.width / max(resolution.width, resolution.height)
    lighting = Lighting.of(scene, min(COARSEST_SHADOW, max(FINEST_SHADOW, texel)))

    def make(number: int) -> None:
        planes = render_planes(scene, lighting, scene_second(number - first_frame), resolution)
        write_frame(frame_path(folder, number), planes, scene, parts, number)

    with ThreadPoolExecutor(min(MOST_WORKERS, os.cpu_count() or 1, len(missing))) as pool:
        waiting: set[Future[None]] = {pool.submit(make, number) for number in missing}
        try:
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for frame in done:
                    frame.result()
                    meter.advance()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _missing(folder: Path, numbers: range, fingerprint: str) -> list[int]:
    """The frames still to make; frames of other settings or other numbers are removed."""
    note = folder / MADE_BY
    ours = note.is_file() and note.read_text(encoding="utf-8", errors="replace") == fingerprint
    wanted = {frame_path(folder, number) for number in numbers}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob(f"{NAME}.[0-9][0-9][0-9][0-9].exr"):
            if not ours or path not in wanted:
                path.unlink()
        if not ours:
            write_atomic(note, fingerprint)
    except OSError as error:
        raise BadInputError(
            f"The folder {folder} can't be used for the frames.",
            str(error),
            "Choose a folder that you may write to.",
        ) from error
    return [number for number in numbers if not frame_path(folder, number).is_file()]


def _fingerprint(resolution: Resolution, parts: Parts, first_frame: int, seed: int) -> str:
    """What the pixels depend on: the settings and the source of this package."""
    source = {path.name: hash_file(path) for path in sorted(Path(__file__).parent.glob("*.py"))}
    settings = {
        "resolution": str(resolution), "parts": parts.value, "first_frame": first_frame, "seed": seed,
        "conversion": CONVERSION, "source": hash_json(source),
    }  # fmt: skip
    return canonical_json(settings)
