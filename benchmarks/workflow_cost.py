"""What a run costs beyond its engine, on the local box."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from cosmos_houdini import authoring
from cosmos_houdini.passes.video import VideoWriter
from cosmos_houdini.records.enums import Control
from cosmos_houdini.records.geometry import Resolution
from cosmos_houdini.records.run_spec import ControlWeight, Parameters
from cosmos_houdini.records.store import Store
from rows import Row

RUNS = 5


def measure() -> list[Row]:
    """The whole process `run`, less the seconds that the engine's own process ran."""
    with tempfile.TemporaryDirectory() as folder:
        own = [_own_seconds(Path(folder)) for _ in range(RUNS)]
    note = f"median of {RUNS}, {min(own):.2f} to {max(own):.2f}; pre-flight, verification and sheet included"
    return [
        Row(
            "own cost of `run` around the engine, local box",
            round(statistics.median(own), 2),
            "s",
            "under 1",
            note,
        )
    ]


def _own_seconds(folder: Path) -> float:
    store = Store(folder)
    video = folder / "inputs" / "videos" / "x" / "depth.mp4"
    if not video.is_file():
        ramp = np.linspace(20, 220, 704, dtype=np.uint8)[:, None].repeat(1280, 1)
        with VideoWriter(video, Resolution(1280, 704), 24) as writer:
            for index in range(9):
                writer.write(np.roll(ramp, 3 * index, axis=1))
    controls = {Control.DEPTH: authoring.named_video(store, str(video))}
    prompt, _ = authoring.create_prompt(store, "x", "a street", controls=controls)
    weights = {Control.DEPTH: ControlWeight(1)}
    run, _ = authoring.create_run(store, prompt, engine="preview", weights=weights, parameters=Parameters())
    begun = time.perf_counter()
    command = [sys.executable, "-m", "cosmos_houdini", "run", run.id, "--quiet"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    whole = time.perf_counter() - begun
    seconds = store.run(run.id).execution.seconds
    assert seconds is not None
    return whole - seconds
