"""Small control videos, and the engine started in this process or as one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from cosmos_houdini.passes.video import VideoWriter
from cosmos_houdini.preview.arguments import read_request
from cosmos_houdini.preview.generate import generate
from cosmos_houdini.records.geometry import Resolution

WIDE = Resolution(320, 176)


class Stage:
    """A folder with control videos, specs and results; everything is made when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.outputs = folder / "outputs"

    def video(self, name: str, frames: int = 3, size: Resolution = WIDE) -> str:
        """`color depth edge seg vis` of one little scene: a box that moves to the right before a wall."""
        path = self.folder / f"{name}_{frames}_{size}.mp4"
        if not path.exists():
            with VideoWriter(path, size, 30) as writer:
                for frame in range(frames):
                    writer.write(_scene(name, frame, size))
        return str(path)

    def spec(self, _name: str = "spec.json", **keys: Any) -> Path:
        path = self.folder / _name
        path.write_text(json.dumps({"prompt": "A quiet street", **keys}), "utf-8")
        return path

    def control(
        self, hint: str, weight: Any = 1.0, frames: int = 3, size: Resolution = WIDE
    ) -> dict[str, Any]:
        return {hint: {"input_control": self.video(hint, frames, size), "control_weight": weight}}

    def without_input(self, **keys: Any) -> Path:
        return self.spec(**{"input_video_path": "", "sigma_max": 80, **keys})

    def arguments(self, spec: Path, *more: str) -> list[str]:
        return ["--controlnet_specs", str(spec), "--video_save_folder", str(self.outputs), *more]

    def make(self, spec: Path, *more: str) -> Path:
        """Runs the engine in this process; returns the video."""
        generate(read_request(self.arguments(spec, *more)))
        return self.outputs / "output.mp4"

    def run(
        self, spec: Path, *more: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs the engine as its own process."""
        return subprocess.run(
            [sys.executable, "-m", "cosmos_houdini.preview", *self.arguments(spec, *more)],
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def results(self) -> list[str]:
        """Every file below the outputs, hidden ones too."""
        return sorted(p.relative_to(self.outputs).as_posix() for p in self.outputs.rglob("*") if p.is_file())


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK"):
        monkeypatch.delenv(name, raising=False)
    return Stage(tmp_path)


def _scene(name: str, frame: int, size: Resolution) -> np.ndarray:
    height, width = size.height, size.width
    left = width // 4 + frame * 4
    box = (slice(height // 3, height * 5 // 6), slice(left, left + width // 4))
    picture = np.zeros((height, width, 3), np.uint8)
    if name == "depth":
        picture[:] = np.linspace(10, 130, height, dtype=np.uint8)[:, np.newaxis, np.newaxis]
        picture[box] = 200
    elif name == "seg":
        picture[:] = (30, 60, 200)
        picture[box] = (220, 40, 40)
    elif name == "edge":
        cv2.rectangle(picture, (left, height // 3), (left + width // 4, height * 5 // 6), (255, 255, 255), 1)
    else:
        picture[:] = (90, 120, 150)
        picture[box] = (200, 170, 60)
        if name == "vis":
            picture = cv2.GaussianBlur(picture, (0, 0), 6)
    return picture
