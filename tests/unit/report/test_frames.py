"""Picking frames out of a video."""

from __future__ import annotations

import numpy as np
import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.video import probe
from cosmos_houdini.records.geometry import Resolution
from cosmos_houdini.report.frames import fitted, pick_frames

BOX = Resolution(64, 36)


def test_the_frames_asked_for_come_back_and_no_others(make_video):
    video = make_video("v", frames=12)
    picked = pick_frames(video, probe(video), [0, 5, 11, 40], BOX)
    assert sorted(picked) == [0, 5, 11]
    for index, picture in picked.items():
        assert picture.shape == (36, 64, 3)
        assert abs(int(picture.mean()) - (10 + 9 * index % 240)) <= 3


def test_far_frames_of_a_long_video_are_found_after_a_seek(make_video):
    video = make_video("long", frames=900, size=Resolution(32, 18))
    picked = pick_frames(video, probe(video), [3, 444, 899], Resolution(32, 18))
    for index in (3, 444, 899):
        assert abs(int(picked[index].mean()) - (10 + 9 * index % 240)) <= 3


def test_another_shape_is_fitted_without_distortion():
    tall = np.zeros((200, 100, 3), np.uint8)
    assert fitted(tall, Resolution(300, 100)).shape == (100, 50, 3)


def test_nearly_the_same_shape_fills_the_box():
    assert fitted(np.zeros((480, 640, 3), np.uint8), Resolution(315, 231)).shape == (231, 315, 3)


def test_a_thin_white_line_stays_bright_when_it_shrinks():
    lines = np.zeros((144, 256, 3), np.uint8)
    lines[::16] = 255
    assert fitted(lines, BOX).max() > 110


def test_a_flat_colour_keeps_its_value_at_any_size():
    flat = np.full((144, 256, 3), (255, 128, 3), np.uint8)
    for box in (BOX, Resolution(300, 200)):
        assert (np.abs(fitted(flat, box).astype(int) - (255, 128, 3)) <= 1).all()


def test_a_file_that_is_no_longer_a_video_is_explained(make_video, tmp_path):
    info = probe(make_video("v", frames=8))
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(b"nothing like a video")
    with pytest.raises(BadInputError) as caught:
        pick_frames(cut, info, [7], BOX)
    assert "cut.mp4" in caught.value.what
    assert caught.value.fix
