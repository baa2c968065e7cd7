"""Sizes: the model stretches everything to the nearest of its own."""

from __future__ import annotations

from cosmos_houdini.preflight.problem import Severity


def test_videos_of_another_shape_are_stretched(shot, found):
    (problem,) = found("size_stretched", shot(all_videos={"size": "640x480", "frames": 2}))
    assert problem.severity is Severity.WARNING
    assert problem.what == "The input video and depth control will be stretched from 640x480 to 960x704."
    assert "everything gets 2.3 % wider" in problem.why
    assert problem.fixable


def test_videos_of_the_same_shape_are_only_resized(shot, found):
    (problem,) = found("size_stretched", shot(all_videos={"size": "640x352", "frames": 2}))
    assert "will be resized from 640x352 to 1280x704" in problem.what


def test_a_tall_video_says_that_it_gets_taller(shot, found):
    (problem,) = found("size_stretched", shot(all_videos={"size": "480x200", "frames": 2}))
    assert "everything gets 32.0 % taller" in problem.why


def test_each_size_is_told_once(shot, found):
    problems = found("size_stretched", shot(("depth", "seg"), videos={"seg": {"size": "320x176"}}))
    assert [problem.what.split(" will")[0] for problem in problems] == [
        "The input video and depth control",
        "The seg control",
    ]


def test_videos_of_the_model_s_size_are_fine(shot, found):
    made = shot(all_videos={"size": "1280x704", "frames": 2})
    assert not found("size_stretched", made)
    assert not found("size_buckets", made)


def test_videos_of_different_shapes_cannot_go_together(shot, found):
    made = shot(videos={"depth": {"size": "100x100"}})
    (problem,) = found("size_buckets", made)
    assert problem.severity is Severity.ERROR
    assert "depth control 100x100 (runs at 960x960)" in problem.what
    assert not any(stretched.fixable for stretched in found("size_stretched", made))
