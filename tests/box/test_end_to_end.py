"""The real thing: EXR frames, and a video back from the box by ssh, Docker and torchrun, then in 4K."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from city import render
from cosmos_houdini.passes.video import probe
from cosmos_houdini.records.geometry import Resolution

FRAMES = 3

pytestmark = pytest.mark.slow


@pytest.fixture
def type_in(gpu_box, tmp_path):
    """Types a command into a project of somebody who knows the box; its answer, or its last event."""
    project = gpu_box.write_project(tmp_path / "project", remote__gpus='"0,1"')
    environment = {**os.environ, **gpu_box.write_person(tmp_path / "home")}

    def typed(*words: str) -> dict[str, object]:
        done = subprocess.run(
            [sys.executable, "-m", "cosmos_houdini", *words, "--json"],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, f"{words} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return last_json(done.stdout)

    typed.project = project
    return typed


def last_json(text):
    """An answer is one document over several lines, events come a line each."""
    try:
        return json.loads(text)
    except ValueError:
        return json.loads(text.splitlines()[-1])


def test_frames_become_a_verified_video_and_a_4k_one_by_the_models_own_command_line(gpu_box, type_in):
    pattern = render(type_in.project / "render", frames=FRAMES, resolution=Resolution(640, 352))
    type_in("passes", "encode", str(pattern), "--name", "city", "--size", "1280x704")
    prompt = type_in("create-spec", "city", "A street at night", "--controls", "inputs/videos/city")
    run_id = str(type_in("create-run", str(prompt["id"]), "--engine", "transfer1", "--seed", "3")["id"])

    type_in("run", run_id, "--num-gpu", "2", "--frames", "png")
    expect(gpu_box, type_in.project / "outputs" / run_id, run_id, Resolution(1280, 704))
    log = (type_in.project / "outputs" / run_id / "log.txt").read_text()
    assert log.count("rank 0 of 2") == log.count("rank 1 of 2") == 1

    type_in("upscale", run_id, "--num-gpu", "2", "--frames", "png")
    [upscaled] = [
        folder
        for folder in (type_in.project / "outputs").iterdir()
        if folder.name != run_id and (folder / "result.json").exists()
    ]
    expect(gpu_box, upscaled, upscaled.name, Resolution(3840, 2112))


def expect(box, folder, run_id, size):
    """A whole result of that size, made by exactly one container, which is gone."""
    video = probe(folder / "output.mp4")
    assert (video.frames, video.resolution) == (FRAMES, size)
    assert len(list((folder / "frames").glob("*.png"))) == FRAMES
    assert len(box.containers_ever(run_id)) == 1
    assert box.docker("ps", "--all", "--quiet", "--filter", f"label=cosmos.run={run_id}") == ""
