"""A project with one small shot: a control video, a prompt, a run of the preview engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cosmos_houdini import authoring
from cosmos_houdini.passes.video import VideoWriter
from cosmos_houdini.records.enums import Control
from cosmos_houdini.records.geometry import Resolution
from cosmos_houdini.records.run_spec import ControlWeight, Parameters, RunSpec
from cosmos_houdini.records.store import Store

SIZE = Resolution(1280, 704)
FRAMES = 3


@pytest.fixture
def store(tmp_path: Path) -> Store:
    project = tmp_path / "project"
    project.mkdir()
    return Store(project)


def make_run(store: Store, prompt: str = "a street") -> RunSpec:
    path = store.paths.root / "inputs" / "videos" / "x" / "depth.mp4"
    video = path if path.is_file() else write_video(path)
    controls = {Control.DEPTH: authoring.named_video(store, str(video))}
    spec, _ = authoring.create_prompt(store, "shot", prompt, controls=controls)
    weights = {Control.DEPTH: ControlWeight(1)}
    return authoring.create_run(store, spec, engine="preview", weights=weights, parameters=Parameters())[0]


def write_video(path: Path, frames: int = FRAMES, size: Resolution = SIZE, fps: int = 24) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    ramp = np.linspace(20, 220, size.height, dtype=np.uint8)[:, None].repeat(size.width, 1)
    with VideoWriter(path, size, fps) as writer:
        for index in range(frames):
            writer.write(np.roll(ramp, 5 * index, axis=0))
    return path
