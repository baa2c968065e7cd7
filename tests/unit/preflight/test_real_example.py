"""Real control videos of the model's makers, where they are at hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from cosmos_houdini.passes.video import VideoWriter, probe, read_frames
from cosmos_houdini.preflight.check import check_run, fix_run
from cosmos_houdini.preflight.problem import Severity
from cosmos_houdini.records.enums import Control
from cosmos_houdini.records.hashing import hash_file
from cosmos_houdini.records.prompt_spec import ControlInput, PromptSpec
from cosmos_houdini.records.run_spec import ControlWeight, RunSpec
from cosmos_houdini.records.store import timestamp

EXAMPLE = Path(__file__).parents[4] / "shared" / "data" / "cosmos_example1"
CONTROLS = ("vis", "edge", "depth", "seg")

pytestmark = pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the example videos are not here")


@pytest.fixture
def run(project):
    """Stores the example as a run; `change(path)` may alter a control video first."""

    def make(**change):
        inputs = {}
        for name in ("input_video", *CONTROLS):
            path = f"inputs/videos/example/{name}.mp4"
            (project.root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(EXAMPLE / f"example1_{name}.mp4", project.root / path)
            if name in change:
                change[name](project.root / path)
            inputs[name] = ControlInput(path, hash_file(project.root / path))
        source = inputs.pop("input_video")
        prompt, _ = project.store.add_prompt(
            PromptSpec(
                "example",
                "A robot greets a visitor",
                timestamp(),
                input_video_path=source.path,
                input_video_sha256=source.sha256,
                control_inputs={Control(name): control for name, control in inputs.items()},
            )
        )
        weights = {Control(name): ControlWeight(0.25) for name in CONTROLS}
        return project.store.add_run(
            RunSpec("example", prompt.id, "preview", timestamp(), control_weights=weights)
        )[0]

    return make


def test_the_example_is_stretched_and_slowed_down_and_nothing_else(project, run):
    report = check_run(project.store, run())
    assert [(it.rule, it.severity) for it in report.problems] == [
        ("size_stretched", Severity.WARNING),
        ("fps_result", Severity.WARNING),
    ]
    size, rate = report.problems
    assert "from 640x480 to 960x704" in size.what
    assert "30 fps and will be written at 24 fps: 4.0 s become 5.0 s" in rate.what
    assert report.shot.frames == 121


def test_the_example_mended_has_no_problem(project, run):
    mended = fix_run(project.store, run())
    assert check_run(project.store, mended.run).problems == ()
    depth = probe(project.root / mended.prompt.control_inputs[Control.DEPTH].path)
    assert (str(depth.resolution), depth.frames) == ("960x704", 121)


def test_the_example_s_depth_turned_round_looks_inverted(project, run):
    report = check_run(project.store, run(depth=_invert))
    assert "depth_inverted" in {problem.rule for problem in report.problems}


def _invert(path: Path) -> None:
    info = probe(path)
    frames = [np.uint8(255) - frame for frame in read_frames(path)]
    with VideoWriter(path, info.resolution, info.fps) as writer:
        for frame in frames:
            writer.write(frame)
