"""A project with one small run, whose engine is a script of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cosmos_houdini import authoring
from cosmos_houdini.passes.video import VideoWriter
from cosmos_houdini.records.enums import Control
from cosmos_houdini.records.geometry import Resolution
from cosmos_houdini.records.run_spec import ControlWeight, Parameters, RunSpec
from cosmos_houdini.records.store import Store
from support import script_box

SIZE = Resolution(1280, 704)
FRAMES = 3


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def run(store: Store) -> RunSpec:
    video = write_video(store.paths.root / "inputs" / "videos" / "x" / "depth.mp4")
    controls = {Control.DEPTH: authoring.named_video(store, str(video))}
    prompt, _ = authoring.create_prompt(store, "shot", "a street", controls=controls)
    weights = {Control.DEPTH: ControlWeight(1)}
    return authoring.create_run(store, prompt, engine="preview", weights=weights, parameters=Parameters())[0]


@pytest.fixture
def carry_out(store: Store, run: RunSpec) -> Callable[[str], RunSpec]:
    """Runs the whole way with `script` as the engine and returns the closed record."""
    return lambda script: script_box.carry_out(store, run, script_box.script_box(store, script))


@pytest.fixture
def good_video(tmp_path: Path) -> Path:
    """The video that the run should deliver."""
    return write_video(tmp_path / "made" / "good.mp4")


@pytest.fixture
def make_video(tmp_path: Path) -> Callable[..., Path]:
    return lambda **options: write_video(tmp_path / "made" / "other.mp4", **options)


def write_video(path: Path, frames: int = FRAMES, size: Resolution = SIZE, fps: int = 24) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    ramp = np.linspace(20, 220, size.height, dtype=np.uint8)[:, None].repeat(size.width, 1)
    with VideoWriter(path, size, fps) as writer:
        for index in range(frames):
            writer.write(np.roll(ramp, 5 * index, axis=0))
    return path
