"""Files that are missing, unreadable, or not what they were."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cosmos_houdini.passes import video as videos
from cosmos_houdini.preflight.problem import Severity
from cosmos_houdini.preflight.shot import Shot
from cosmos_houdini.records.hashing import hash_file
from cosmos_houdini.records.prompt_spec import RegionalPrompt
from cosmos_houdini.records.run_spec import ControlWeight

DEPTH = "inputs/videos/x/depth.mp4"


def test_a_missing_video_is_named_as_the_artist_knows_it(shot, project, found):
    made = shot()
    (project.root / DEPTH).unlink()
    (problem,) = found("files_readable", made)
    assert problem.severity is Severity.ERROR
    assert problem.what == f"The depth control is missing: {DEPTH} does not exist."


def test_a_text_file_called_mp4_cannot_be_read(shot, project, found):
    made = shot()
    (project.root / DEPTH).write_text("no video")
    (problem,) = found("files_readable", made)
    assert problem.severity is Severity.ERROR
    assert "The depth control can't be read" in problem.what


def test_a_video_that_is_cut_off_cannot_be_read(shot, project, found):
    made = shot()
    content = (project.root / DEPTH).read_bytes()
    (project.root / DEPTH).write_bytes(content[: len(content) - 200])
    assert found("files_readable", made)


def test_a_file_that_was_rendered_again_is_noticed(shot, project, found, video):
    made = shot()
    assert not found("content_changed", made)
    video(project.root / DEPTH, frames=9)
    (problem,) = found("content_changed", Shot.load(project.store, made.run))
    assert problem.severity is Severity.ERROR
    assert problem.fixable
    assert DEPTH in problem.what


def test_a_result_that_was_not_fetched_cannot_be_upscaled(shot, found):
    made = shot(controls=(), input_video=False, weights={"upscale": 0.5}, upscale_of="rs_0123456789abcdef")
    (problem,) = found("files_readable", made)
    assert "result to upscale is missing" in problem.what
    assert "fetch rs_0123456789abcdef" in problem.fix


def damage(file):
    """Spoils the pictures of a video in its middle; its index stays, so it can still be opened."""
    content = bytearray(file.read_bytes())
    start = content.index(b"mdat") + 4
    middle = start + (len(content) - start) // 2
    content[middle : middle + (len(content) - middle) // 3] = b"\x5a" * ((len(content) - middle) // 3)
    file.write_bytes(content)


@pytest.mark.parametrize("name", ["input", "vis", "keypoint", "hdmap", "lidar", "depth"])
def test_a_damaged_video_of_any_kind_is_found_before_the_run(shot, project, found, name):
    controls = ("depth",) if name == "input" else (name,)
    made = shot(controls, videos={name: {"frames": 60, "paint": flicker}})
    damage(project.root / f"inputs/videos/x/{name}.mp4")
    (problem,) = found("files_readable", made)
    assert problem.severity is Severity.ERROR
    assert re.search(r"It is damaged: \d+ of its 60 frames can be decoded\.", problem.why)


def test_damage_between_the_frames_that_are_sampled_of_a_long_video_is_found(shot, project, found):
    made = shot(("depth",), videos={"depth": {"frames": 400, "paint": flicker, "size": "64x36"}})
    damage(project.root / DEPTH)
    (problem,) = found("files_readable", made)
    assert "of its 400 frames" in problem.why


@pytest.mark.parametrize("kind", ["weight", "region"])
def test_a_damaged_mask_is_found(shot, project, found, video, kind):
    mask = "inputs/masks/mask.mp4"
    file = video(project.root / mask, frames=121, paint=flicker)
    damage(file)
    if kind == "weight":
        made = shot(weights={"depth": ControlWeight(0.5, mask, hash_file(file))})
    else:
        made = shot(regions=[RegionalPrompt("a car", mask_path=mask, mask_sha256=hash_file(file))])
    (problem,) = found("files_readable", made)
    assert "of its 121 frames can be decoded" in problem.why


def test_every_frame_is_decoded_once_and_then_remembered(shot, project, found, monkeypatch):
    decoded = []
    monkeypatch.setattr(videos, "count_decodable", lambda path: decoded.append(path.name) or 8)
    made = shot()
    assert not found("files_readable", made)
    assert sorted(decoded) == ["depth.mp4", "input.mp4"]
    assert not found("files_readable", Shot.load(project.store, made.run))
    assert len(decoded) == 2


def test_a_project_that_cannot_be_written_to_is_checked_all_the_same(shot, project, found):
    made = shot()
    (project.root / "inputs/.decoded").write_text("in the way")
    assert not found("files_readable", made)


def flicker(width, height, frame):
    return np.random.default_rng(frame).integers(0, 255, (height, width, 3), np.uint8)
