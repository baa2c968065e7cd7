"""The sizes and counts that Houdini's side knows are those of the engine, and are told in words."""

from __future__ import annotations

import pytest

from cosmos_houdini.engines import transfer1_sizes as engine
from cosmos_houdini.houdini.rops import sizes
from cosmos_houdini.houdini.rops.sizes import Length, framing
from cosmos_houdini.records.geometry import Resolution


def test_the_numbers_are_those_of_the_engine():
    assert sizes.SIZES == engine.TRANSFER1_SIZES
    named = ("CHUNK_FRAMES", "NEW_FRAMES", "MIN_FRAMES", "MAX_FRAMES")
    assert [getattr(sizes, name) for name in named] == [getattr(engine, name) for name in named]


@pytest.mark.parametrize("frames", [2, 3, 48, 120, 121, 122, 240, 241, 242, 361, 5000])
def test_chunks_are_counted_as_the_engine_counts_them(frames):
    assert Length(1001, 1000 + frames).chunks == engine.chunk_count(frames)


@pytest.mark.parametrize(
    ("camera", "size", "percent"),
    [
        ((1920, 1080), "1280x704", "2.2 % less at top and bottom"),
        ((2048, 858), "1280x704", "31.3 % more at top and bottom"),
        ((1080, 1920), "704x1280", "2.3 % more at top and bottom"),
        ((1000, 1000), "960x960", None),
    ],
)
def test_a_camera_is_rendered_at_the_nearest_size_and_what_that_cuts_is_told(camera, size, percent):
    found = framing(Resolution(*camera))
    assert str(found.size) == size
    assert (percent in found.told()) if percent else ("%" not in found.told())


def test_a_camera_without_pixels_is_told_by_its_aspect():
    assert "aspect of 1.37" in framing(Resolution(1920, 1401), measured=False).told()


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (1, 121, "121 frames, 1 chunk of the model."),
        (1, 241, "241 frames, 2 chunks of the model."),
        (1, 150, "used for 29 of 120 frames. Trim to frame 121 for 1 chunk, or go on to frame 241."),
        (1001, 1130, "Trim to frame 1121 for 1 chunk, or go on to frame 1241."),
        (1, 48, "it could last to frame 121"),
        (7, 7, "Frames 7 to 7: 1 frame, but the model takes 2 to 5000."),
    ],
)
def test_the_length_is_told_with_where_to_trim(first, last, said):
    assert said in Length(first, last).told()


@pytest.mark.parametrize(
    ("frames", "trimmed"), [(121, False), (122, True), (241, False), (48, False), (1, False)]
)
def test_only_a_chunk_that_is_paid_for_and_not_used_is_worth_a_warning(frames, trimmed):
    assert Length(1, frames).trimmed is trimmed
