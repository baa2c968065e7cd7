"""A project to type commands in, and the commands as a person types them: as real processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cosmos_houdini.passes.video import VideoWriter
from cosmos_houdini.records.geometry import Resolution

SIZE = Resolution(1280, 704)
FRAMES = 5


@dataclass
class Answer:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def events(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Shell:
    """Types commands in one project folder."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, code: int | None = 0) -> Answer:
        done = subprocess.run(  # noqa: PLW1510
            [sys.executable, "-m", "cosmos_houdini", *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
        )
        answer = Answer(done.returncode, done.stdout, done.stderr)
        if code is not None:
            assert answer.code == code, f"{arguments} ended with {answer.code}:\n{answer.out}\n{answer.err}"
        assert "Traceback" not in answer.err, answer.err
        return answer


def write_clip(
    path: Path, frames: int = FRAMES, fps: int = 24, size: Resolution = SIZE, kind: str = "color"
) -> Path:
    """A small clip that passes for the named control: a box that moves over a ramp."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ramp = np.linspace(20, 200, size.height, dtype=np.uint8)[:, None].repeat(size.width, 1)
    with VideoWriter(path, size, fps) as writer:
        for index in range(frames):
            left = 100 + 12 * index
            if kind == "edge":
                frame = np.zeros((size.height, size.width, 3), np.uint8)
                frame[100:400, [left, left + 1, left + 300, left + 301]] = 255
                frame[[100, 101, 400, 401], left : left + 300] = 255
            elif kind == "seg":
                frame = np.zeros((size.height, size.width, 3), np.uint8)
                frame[100:400, left : left + 300] = (200, 40, 40)
                frame[450:] = (40, 90, 200)
            elif kind == "depth":
                frame = np.dstack([ramp] * 3).copy()
                frame[100:400, left : left + 300] = 230
            else:
                frame = np.dstack([ramp, ramp[::-1], np.full_like(ramp, 90)]).copy()
                frame[100:400, left : left + 300] = (230, 180, 60)
            writer.write(frame)
    return path


@pytest.fixture
def clip(shell: Shell) -> Callable[..., Path]:
    """Writes one more clip into the project: `clip("inputs/m.mp4", frames=9, kind="seg")`."""
    return lambda name, **options: write_clip(shell.folder / name, **options)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A project with a colour video and three controls of 5 frames at the model's size."""
    videos = tmp_path / "inputs" / "videos" / "x"
    for kind, name in (("color", "color"), ("depth", "depth"), ("edge", "edge"), ("seg", "segmentation")):
        write_clip(videos / f"{name}.mp4", kind=kind)
    return Shell(tmp_path)


@pytest.fixture
def prompt_id(shell: Shell) -> str:
    answer = shell(
        *("create-spec", "cityscape", "Futuristic city at night"),
        *("--input-video", "inputs/videos/x/color.mp4"),
        *("--control-inputs", "depth:inputs/videos/x/depth.mp4", "edge:inputs/videos/x/edge.mp4"),
        *("seg:inputs/videos/x/segmentation.mp4", "--json"),
    )
    return str(answer.json["id"])


@pytest.fixture
def run_id(shell: Shell, prompt_id: str) -> str:
    answer = shell("create-run", prompt_id, "--weights", "0", "0.4", "0.4", "0.2", "--seed", "3", "--json")
    return str(answer.json["id"])
