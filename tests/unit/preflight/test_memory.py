"""What was found out about a video is known the next time; what follows from it is told anew each time."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import time

import pytest

from cosmos_houdini.authoring import named_video
from cosmos_houdini.passes import video as videos
from cosmos_houdini.preflight import samples
from cosmos_houdini.preflight.check import check_run, check_shot
from cosmos_houdini.preflight.shot import Shot
from cosmos_houdini.records import content as contents
from cosmos_houdini.records.enums import Control
from cosmos_houdini.records.run_spec import ControlWeight, Parameters
from cosmos_houdini.workflow.plan import plan

EVERY = ("depth", "edge", "seg")
DEPTH = "inputs/videos/x/depth.mp4"


@pytest.fixture
def made(shot, paints):
    """A shot of which every rule that looks at pictures has something to say."""
    videos = {
        "depth": {"paint": paints["seg"]},
        "edge": {"paint": paints["vis"]},
        "seg": {"paint": paints["vis"]},
    }
    return shot(EVERY, videos=videos)


@pytest.fixture
def no_decoder(monkeypatch):
    """From when it is called, whoever opens a video fails."""

    def forbid() -> None:
        def opened(*_: object) -> None:
            raise AssertionError("a video was opened")

        for module, name in ((videos, "probe"), (videos, "count_decodable"), (samples, "sample_frames")):
            monkeypatch.setattr(module, name, opened)

    return forbid


def test_a_run_that_was_checked_before_opens_no_video_again(made, project, no_decoder):
    first = check_shot(made).problems
    assert {"depth_colour", "edge_amount", "seg_colours"} <= {problem.rule for problem in first}
    no_decoder()
    assert check_run(project.store, made.run).problems == first
    assert plan(project.store, made.run, 1).expected.frames == 8


def test_another_prompt_of_the_same_videos_reads_none(project, made, no_decoder, monkeypatch):
    now = time.time_ns()
    monkeypatch.setattr(contents.time, "time_ns", lambda: now + 60_000_000_000)
    first = named_video(project.store, str(project.root / DEPTH))
    no_decoder()
    monkeypatch.setattr(contents, "hash_file", lambda path: pytest.fail(f"{path} was read"))
    assert named_video(project.store, str(project.root / DEPTH)) == first


def test_another_run_with_the_same_videos_opens_none(made, project, no_decoder):
    check_shot(made)
    no_decoder()
    weights = {Control.DEPTH: ControlWeight(0.5)}
    other = dataclasses.replace(made.run, parameters=Parameters(seed=7), control_weights=weights)
    run, _ = project.store.add_run(other)
    assert check_run(project.store, run).shot.frames == 8


def test_a_file_that_changed_is_looked_at_anew(made, project, video, paints):
    check_shot(made)
    video(project.root / DEPTH, frames=9, paint=paints["depth"])
    rules = {problem.rule for problem in check_run(project.store, made.run).problems}
    assert "content_changed" in rules
    assert "frame_count" in rules
    assert "depth_colour" not in rules


def test_a_rule_that_changed_looks_anew(made, project, monkeypatch, no_decoder):
    check_shot(made)
    version = contents._version
    monkeypatch.setattr(
        contents,
        "_version",
        lambda sources: version(sources) + "+" * any("edge_" in it.name for it in sources),
    )
    no_decoder()
    with pytest.raises(AssertionError, match="a video was opened"):
        check_run(project.store, made.run)


@pytest.mark.parametrize("text", ["", "8\n", "[1]", "null", '{"info": 3}'])
def test_notes_that_make_no_sense_count_as_none(made, project, text):
    first = check_shot(made).problems
    for note in (project.root / "inputs/.decoded").iterdir():
        note.write_text(text)
    assert check_run(project.store, made.run).problems == first


@pytest.mark.parametrize("value", [None, "x", {}, [], [None], ["a", 2, "24", 8, "h264", "yuv420p"]])
def test_a_finding_that_makes_no_sense_is_found_again(made, project, value):
    first = check_shot(made).problems
    for note in (project.root / "inputs/.decoded").iterdir():
        note.write_text(json.dumps(dict.fromkeys(json.loads(note.read_text()), value)))
    assert check_run(project.store, made.run).problems == first


def test_submitting_loads_no_picture_library():
    """Only who opens a video needs them: they take longer to load than the box to answer."""
    code = (
        "import sys, cosmos_houdini.cli.commands.run as _\n"
        "print([name for name in ('numpy', 'av', 'cv2', 'OpenImageIO', 'paramiko') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_shot_that_was_loaded_twice_is_one(made, project):
    again = Shot.load(project.store, made.run)
    assert again.clips == made.clips
