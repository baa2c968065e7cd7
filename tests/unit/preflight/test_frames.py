"""Frame counts, chunks and rates."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from cosmos_houdini.preflight.problem import Severity


def test_videos_of_one_length_are_fine(shot, found):
    assert not found("frame_count", shot())


def test_the_shortest_video_decides_and_is_named(shot, found):
    (problem,) = found("frame_count", shot(videos={"depth": {"frames": 6}}))
    assert problem.fixable
    assert "6 frames" in problem.what
    assert "input video 8 and depth control 6" in problem.what
    assert "(depth control)" in problem.why


def test_a_single_frame_is_an_error(shot, found):
    problems = found("frame_limits", shot(all_videos={"frames": 1}))
    assert [problem.severity for problem in problems] == [Severity.ERROR, Severity.ERROR]
    assert "has 1 frame:" in problems[0].what


def test_more_than_5000_frames_are_an_error(shot, found):
    flat = {"frames": 5001, "size": "32x18", "paint": _black}
    (problem,) = found("frame_limits", shot(videos={"depth": flat}))
    assert problem.severity is Severity.ERROR
    assert "5001 frames" in problem.what


def test_one_frame_over_a_chunk_costs_double(shot, found):
    (problem,) = found("chunk_boundary", shot(all_videos={"frames": 122}))
    assert problem.what == "122 frames cost two chunks; trim 1 frame and pay half."
    assert problem.fixable


def test_a_few_frames_over_are_told_but_not_cut_by_a_machine(shot, found):
    (problem,) = found("chunk_boundary", shot(all_videos={"frames": 245}))
    assert problem.what == "245 frames cost three chunks; trim 4 frames and pay two chunks."
    assert not problem.fixable


@pytest.mark.parametrize("frames", [8, 121, 200, 241])
def test_clips_that_fill_their_chunks_are_fine(shot, found, frames):
    assert not found("chunk_boundary", shot(all_videos={"frames": frames}))


def test_a_short_clip_costs_a_whole_chunk(shot, found):
    (problem,) = found("chunk_short", shot(all_videos={"frames": 49}))
    assert problem.severity is Severity.WARNING
    assert problem.what == "The clip has 49 frames and costs as much as 121."


def test_the_result_lasts_longer_than_a_shot_of_30_fps(shot, found):
    (problem,) = found("fps_result", shot(all_videos={"frames": 120, "fps": 30}))
    assert "runs at 30 fps and will be written at 24 fps: 4.0 s become 5.0 s" in problem.what
    assert problem.fixable


@pytest.mark.parametrize(
    ("frames", "fps", "told"),
    [(8, 30, "0.27 s become 0.33 s"), (8, 25, "0.32 s become 0.33 s"), (1, 60, "0.02 s become 0.04 s")],
)
def test_lengths_of_short_clips_are_told_apart(shot, found, frames, fps, told):
    (problem,) = found("fps_result", shot(all_videos={"frames": frames, "fps": fps}))
    assert problem.what.endswith(f"at 24 fps: {told}.")


def test_the_rate_of_the_run_counts(shot, found):
    assert not found("fps_result", shot(all_videos={"fps": 30}, fps=30))
    assert found("fps_result", shot(fps=30))


def test_a_rate_that_is_not_whole_is_told(shot, found):
    made = shot(all_videos={"fps": Fraction(24000, 1001)})
    (problem,) = found("fps_whole", made)
    assert "23.976 fps" in problem.what
    assert "--fps 24" in problem.fix
    assert not found("fps_result", made)


def test_different_rates_are_told_with_each_video(shot, found):
    (problem,) = found("fps_agree", shot(videos={"depth": {"fps": 25}}))
    assert "input video 24 fps and depth control 25 fps" in problem.what


def _black(width, height):
    return np.zeros((height, width, 3), np.uint8)
