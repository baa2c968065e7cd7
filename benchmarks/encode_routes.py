"""The three routes that the encode benchmark sets side by side. Each returns seconds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import OpenImageIO as oiio  # noqa: N813 - the library's own abbreviation

from cosmos_houdini.passes.frame import FrameMaker
from cosmos_houdini.passes.pipeline import one_thread_each
from cosmos_houdini.passes.plan import make_plan
from cosmos_houdini.passes.read import read_planes
from cosmos_houdini.passes.request import EncodeRequest, PassVideo, Sources

VIDEOS = (PassVideo.COLOR, PassVideo.DEPTH, PassVideo.EDGE, PassVideo.SEG)
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Ours:
    """Our route in a process of its own: seconds, CPU seconds, and the peak of its memory in MiB."""

    seconds: float
    cpu: float
    peak: float


def request(pattern: str, folder: Path) -> EncodeRequest:
    return EncodeRequest("bench", folder, Sources(frames=pattern), videos=VIDEOS, force=True)


def read_alone(pattern: str, folder: Path) -> float:
    """The channels that our four videos need, read by all cores and thrown away."""
    plan = make_plan(request(pattern, folder))
    reading = FrameMaker(plan, VIDEOS, None).readings["frames"]
    source = plan.inputs[0].source

    def read(number: int) -> None:
        read_planes(plan.path_of(source, number), number, reading)

    with one_thread_each(), ThreadPoolExecutor(CORES) as pool:
        begun = time.perf_counter()
        for _ in pool.map(read, plan.numbers):
            pass
        return time.perf_counter() - begun


def ours(pattern: str, folder: Path) -> Ours:
    command = [sys.executable, str(Path(__file__).with_name("encode_child.py")), pattern, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Ours(**json.loads(done.stdout))


def todays(pattern: str, folder: Path) -> float:
    """Each plane of each frame to PNG by OpenImageIO, all cores over the frames; then one encode a control.

    With an `ffmpeg` program on PATH that is what encodes; else PyAV does what `ffmpeg -c:v libx264 -crf 18`
    does (libx264, preset medium, all threads, PNG frames through the image2 reader).
    """
    plan = make_plan(request(pattern, folder))
    source = plan.inputs[0].source
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    planes: dict[str, Callable[[Any], Any]] = {
        "color": _color_png,
        "depth": _depth_png,
        "edge": _edge_png,
        "segmentation": _id_png,
    }

    def convert(number: int) -> None:
        for name, make in planes.items():
            # Each plane is one run of a program, which opens the file anew.
            image = oiio.ImageBuf(str(plan.path_of(source, number)))
            assert make(image).write(str(folder / f"{name}.{number:04d}.png"), "uint8"), oiio.geterror()

    begun = time.perf_counter()
    with one_thread_each(), ThreadPoolExecutor(CORES) as pool:
        list(pool.map(convert, plan.numbers))
    for name in planes:
        _encode_pngs(folder, name, plan.numbers[0])
    return time.perf_counter() - begun


def _color_png(image: Any) -> Any:
    return oiio.ImageBufAlgo.colorconvert(oiio.ImageBufAlgo.channels(image, (0, 1, 2)), "lin_rec709", "sRGB")


def _depth_png(image: Any) -> Any:
    depth = oiio.ImageBufAlgo.channels(image, ("Pz", "Pz", "Pz"))
    return oiio.ImageBufAlgo.mul(oiio.ImageBufAlgo.div(oiio.ImageBufAlgo.add(_zero(depth), 1.0), depth), 6.0)


def _zero(image: Any) -> Any:
    return oiio.ImageBufAlgo.mul(image, 0.0)


def _edge_png(image: Any) -> Any:
    shown = (np.clip(np.asarray(_color_png(image).get_pixels("float")), 0, 1) * 255).astype(np.uint8)
    edges: Any = np.repeat(cv2.Canny(cv2.cvtColor(shown, cv2.COLOR_RGB2GRAY), 100, 200)[..., None], 3, axis=2)
    return oiio.ImageBuf(edges)


def _id_png(image: Any) -> Any:
    ids = np.asarray(oiio.ImageBufAlgo.channels(image, ("Op_Id",)).get_pixels("float"))[..., 0].astype(int)
    colours: Any = np.random.default_rng(1).integers(0, 256, (64, 3), dtype=np.uint8)[ids % 64]
    return oiio.ImageBuf(colours)


def _encode_pngs(folder: Path, name: str, first: int) -> None:
    pictures = str(folder / f"{name}.%04d.png")
    program = shutil.which("ffmpeg")
    if program:
        command = [program, "-y", "-loglevel", "error", "-framerate", "24", "-start_number", str(first)]
        command += ["-i", pictures, "-c:v", "libx264", "-crf", "18", "-pix_fmt", "yuv420p"]
        subprocess.run([*command, str(folder / f"{name}.mp4")], check=True)
        return
    settings = {"framerate": "24", "start_number": str(first)}
    with av.open(pictures, format="image2", options=settings) as reader:
        reader.streams.video[0].thread_type = "AUTO"
        with av.open(str(folder / f"{name}.mp4"), "w") as writer:
            stream: Any = writer.add_stream("libx264", rate=24, options={"crf": "18", "preset": "medium"})
            for frame in reader.decode(video=0):
                if not stream.codec_context.is_open:
                    stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "yuv420p"
                writer.mux(stream.encode(frame.reformat(format="yuv420p")))
            writer.mux(stream.encode(None))
