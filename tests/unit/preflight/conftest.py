"""Small real shots: videos that are written, records that are stored, and what pre-flight says of them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from cosmos_houdini.passes.video import VideoWriter
from cosmos_houdini.preflight.check import check_shot
from cosmos_houdini.preflight.shot import Shot
from cosmos_houdini.records.enums import Control
from cosmos_houdini.records.geometry import Resolution
from cosmos_houdini.records.hashing import hash_file
from cosmos_houdini.records.prompt_spec import ControlInput, PromptSpec
from cosmos_houdini.records.run_spec import ControlWeight, Parameters, RunSpec
from cosmos_houdini.records.store import Store, timestamp

SIZE = "160x88"  # 16:9 as the model counts; small, so that tests are quick
FOLDER = "inputs/videos/x"


def street(width: int, height: int) -> np.ndarray:
    """(H, W, 3): a colourful picture."""
    y, x = np.mgrid[0:height, 0:width]
    noise = np.random.default_rng(1).integers(0, 40, (height, width, 3))
    ramps = np.stack([x * 180 / width, y * 180 / height, (x + y) * 90 / height % 200], axis=-1)
    return (ramps + noise).astype(np.uint8)


def depth(width: int, height: int) -> np.ndarray:
    """Black sky above, ground that gets brighter towards the camera."""
    rows = np.clip(np.linspace(-80, 250, height), 0, 255).astype(np.uint8)
    return np.repeat(np.repeat(rows[:, None, None], width, 1), 3, 2)


def lines(width: int, height: int) -> np.ndarray:
    picture = np.zeros((height, width, 3), np.uint8)
    for n in range(1, 6):
        cv2.line(picture, (n * width // 6, 0), (width - 1, n * height // 6), (255, 255, 255), 1)
    return picture


def objects(width: int, height: int, line: int = cv2.LINE_8) -> np.ndarray:
    picture = np.zeros((height, width, 3), np.uint8)
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255), (255, 0, 255)]
    for n, colour in enumerate(colours):
        centre = (width * (n + 1) // 7, height // 2 + (-1) ** n * height // 5)
        cv2.circle(picture, centre, height // 4, colour, -1, line)
    return picture


PAINT = {"input": street, "vis": street, "depth": depth, "edge": lines, "seg": objects}


def write_video(
    path: Path, frames: int = 8, size: str = SIZE, fps=24, paint=street, lossless: bool = False
) -> Path:
    """A real mp4; `paint(width, height)` or `paint(width, height, frame)` gives (H, W, 3) uint8."""
    resolution = Resolution.parse(size)
    path.parent.mkdir(parents=True, exist_ok=True)
    moving = paint.__code__.co_argcount == 3 and paint.__defaults__ is None
    with VideoWriter(path, resolution, Fraction(fps), lossless=lossless) as writer:
        still = None if moving else paint(resolution.width, resolution.height)
        for frame in range(frames):
            writer.write(paint(resolution.width, resolution.height, frame) if moving else still)
    return path


class Project:
    """A project folder to put shots into."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = Store(root)

    def video(self, name: str, **settings) -> ControlInput:
        settings.setdefault("paint", PAINT.get(name, street))
        path = f"{FOLDER}/{name}.mp4"
        write_video(self.root / path, **settings)
        return ControlInput(path, hash_file(self.root / path))

    def shot(
        self,
        controls=("depth",),
        *,
        input_video=True,
        videos=None,
        weights=None,
        prompt="A street",
        negative=None,
        regions=(),
        computed=(),
        engine="transfer1",
        num_gpus=1,
        upscale_of=None,
        all_videos=None,
        **parameters,
    ) -> Shot:
        """Writes the videos and records of a shot. `videos` has settings of single videos by their name."""
        videos = {} if videos is None else videos
        every = all_videos or {}
        source = (
            self.video("input", **{**every, **videos.get("input", {})}) if input_video else ControlInput()
        )
        inputs = {Control(name): self.video(name, **{**every, **videos.get(name, {})}) for name in controls}
        inputs |= {Control(name): ControlInput() for name in computed}
        spec, _ = self.store.add_prompt(
            PromptSpec(
                "x",
                prompt,
                timestamp(),
                negative_prompt=negative,
                input_video_path=source.path,
                input_video_sha256=source.sha256,
                control_inputs=inputs,
                regional_prompts=tuple(regions),
            )
        )
        weights = (
            dict.fromkeys(inputs, round(1 / len(inputs), 3)) if weights is None and inputs else weights or {}
        )
        run, _ = self.store.add_run(
            RunSpec(
                "x",
                spec.id,
                engine,
                timestamp(),
                control_weights={
                    Control(name): weight if isinstance(weight, ControlWeight) else ControlWeight(weight)
                    for name, weight in weights.items()
                },
                parameters=Parameters(**parameters),
                upscale_of=upscale_of,
            )
        )
        return Shot.load(self.store, run, num_gpus)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def shot(project: Project):
    """Makes a shot; see `Project.shot`."""
    return project.shot


@pytest.fixture
def found():
    """The problems that one rule has with a shot, as pre-flight reports them."""

    def of_rule(rule: str, shot: Shot):
        return [problem for problem in check_shot(shot).problems if problem.rule == rule]

    return of_rule


@pytest.fixture
def paints():
    """What the videos of a shot show, by name."""
    return PAINT


@pytest.fixture
def video():
    """Writes a video; see `write_video`."""
    return write_video
