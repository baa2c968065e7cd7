"""What the controls show."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from cosmos_houdini.preflight.problem import Severity


def gray(value):
    return lambda width, height: np.full((height, width, 3), value, np.uint8)


def softly(paint):
    return lambda width, height: cv2.GaussianBlur(paint(width, height), (0, 0), 1.0)


def test_a_usual_shot_has_good_pictures(shot, paints, found):
    made = shot(("depth", "edge", "seg"), all_videos={"size": "640x352"})
    for rule in (
        "depth_flat",
        "depth_inverted",
        "depth_colour",
        "edge_amount",
        "edge_gray",
        "seg_soft",
        "seg_colours",
    ):
        assert not found(rule, made), rule


def test_depth_that_is_bright_above_and_dark_below_looks_inverted(shot, paints, found):
    inverted = {"depth": {"paint": lambda width, height: 255 - paints["depth"](width, height)}}
    (problem,) = found("depth_inverted", shot(videos=inverted))
    assert problem.severity is Severity.WARNING
    assert "looks inverted" in problem.what


@pytest.mark.parametrize(("value", "told"), [(0, "black"), (120, "flat")])
def test_depth_of_one_gray_is_flat(shot, found, value, told):
    (problem,) = found("depth_flat", shot(videos={"depth": {"paint": gray(value)}}))
    assert told in problem.what


def test_depth_in_false_colours_is_told(shot, paints, found):
    def jet(width, height):
        return cv2.applyColorMap(
            np.ascontiguousarray(paints["depth"](width, height)[..., 0]), cv2.COLORMAP_JET
        )

    (problem,) = found("depth_colour", shot(videos={"depth": {"paint": jet}}))
    assert "coloured" in problem.what


@pytest.mark.parametrize(("value", "told"), [(0, "nearly empty"), (255, "nearly full")])
def test_edges_that_are_nowhere_or_everywhere_are_told(shot, found, value, told):
    (problem,) = found("edge_amount", shot(("edge",), videos={"edge": {"paint": gray(value)}}))
    assert told in problem.what


def test_soft_lines_are_gray(shot, paints, found):
    soft = {"edge": {"paint": softly(paints["edge"]), "size": "320x176"}}
    (problem,) = found("edge_gray", shot(("edge",), videos=soft))
    assert "The edges are gray" in problem.what


def test_antialiased_segmentation_has_soft_borders(shot, paints, found):
    def smooth(width, height):
        return paints["seg"](width, height, cv2.LINE_AA)

    made = shot(("seg",), videos={"seg": {"paint": smooth, "size": "640x352"}})
    (problem,) = found("seg_soft", made)
    assert "soft borders" in problem.what


def test_segmentation_that_was_resized_linearly_has_soft_borders(shot, paints, found):
    def resized(width, height):
        return cv2.resize(
            paints["seg"](width // 2, height // 2), (width, height), interpolation=cv2.INTER_LINEAR
        )

    made = shot(("seg",), videos={"seg": {"paint": resized, "size": "640x352"}})
    assert found("seg_soft", made)


def equally_bright(line):
    """Circles of colours that differ in hue alone: to the eye of a luma meter, one gray."""

    def paint(width, height):
        picture = np.full((height, width, 3), (60, 105, 60), np.uint8)
        for n, colour in enumerate([(200, 60, 60), (60, 90, 255), (120, 82, 120), (140, 84, 20)]):
            centre = (width * (n + 1) // 5, height // 2 + (-1) ** n * height // 5)
            cv2.circle(picture, centre, height // 4, colour, -1, line)
        return picture

    return paint


def test_soft_borders_between_equally_bright_colours_are_seen_where_the_video_has_them(shot, found):
    def seg(line, lossless):
        settings = {"paint": equally_bright(line), "size": "640x352", "lossless": lossless}
        return found("seg_soft", shot(("seg",), videos={"seg": settings}))

    (problem,) = seg(cv2.LINE_AA, lossless=True)
    assert "soft borders" in problem.what
    assert not seg(cv2.LINE_8, lossless=True)
    # yuv420p blends the two colours itself: nothing to hold against the one who rendered it.
    assert not seg(cv2.LINE_8, lossless=False)


def test_a_photograph_in_place_of_segmentation_has_very_many_colours(shot, paints, found):
    (problem,) = found(
        "seg_colours", shot(("seg",), videos={"seg": {"paint": paints["input"], "size": "640x352"}})
    )
    assert "very many colours" in problem.what


def test_a_long_video_is_looked_at_too(shot, paints, found):
    inverted = {"paint": lambda width, height: 255 - paints["depth"](width, height), "frames": 400}
    assert found("depth_inverted", shot(videos={"depth": inverted}))
