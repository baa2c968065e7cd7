"""A project of ten thousand runs: listing it, and adding one more."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cosmos_houdini.records.enums import Control
from cosmos_houdini.records.prompt_spec import ControlInput, PromptSpec
from cosmos_houdini.records.run_spec import ControlWeight, Parameters, RunSpec
from cosmos_houdini.records.store import Store, timestamp
from rows import Row

MANY, FEW = 10_000, 10
COMMAND = [sys.executable, "-m", "cosmos_houdini"]


def measure() -> list[Row]:
    """`list --all` with 10,000 runs, and `create-run` with 10,000 against 10, in turn."""
    with tempfile.TemporaryDirectory() as few_folder, tempfile.TemporaryDirectory() as many_folder:
        few, many = _project(Path(few_folder), FEW), _project(Path(many_folder), MANY)
        listed = [_seconds(["list", "--all", "--json"], many) for _ in range(5)]
        ratios, slow = [], []
        for _ in range(9):
            with_few = _seconds(["create-run", "last"], few)
            with_many = _seconds(["create-run", "last"], many)
            ratios.append(with_many / with_few)
            slow.append(with_many)
    return [
        Row(
            f"`list --all` with {MANY} runs",
            round(statistics.median(listed), 3),
            "s",
            "under 1",
            "whole process, median of 5",
        ),
        Row(
            f"`create-run` with {MANY} runs over {FEW} runs",
            round(statistics.median(ratios), 2),
            "times",
            "about 1",
            f"{statistics.median(slow) * 1000:.0f} ms, whole process, median of 9 pairs",
        ),
    ]


def _project(folder: Path, count: int) -> Path:
    store = Store(folder)
    control = {Control.DEPTH: ControlInput("inputs/videos/x/depth.mp4", "0" * 64)}
    prompt, _ = store.add_prompt(PromptSpec("city", "a street " * 20, timestamp(), control_inputs=control))
    for index in range(count):
        weights = {Control.DEPTH: ControlWeight(0.5)}
        store.add_run(RunSpec("city", prompt.id, "preview", timestamp(), weights, Parameters(seed=index)))
    return folder


def _seconds(arguments: list[str], folder: Path) -> float:
    begun = time.perf_counter()
    subprocess.run([*COMMAND, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun
