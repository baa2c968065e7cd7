from __future__ import annotations

import pytest

from cosmos_houdini.engines.transfer1_sizes import (
    MAX_FRAMES,
    TRANSFER1_SIZES,
    chunk_count,
    chunk_frames,
    chunk_of,
    common_frames,
    gpus_allowed,
)
from cosmos_houdini.records.geometry import Resolution


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ((1280, 704), (1280, 704)),
        ((1920, 1080), (1280, 704)),
        ((2390, 1000), (1280, 704)),
        ((1556, 1000), (1280, 704)),
        ((640, 480), (960, 704)),
        ((1500, 1000), (960, 704)),
        ((1167, 1000), (960, 704)),
        ((512, 512), (960, 960)),
        ((1166, 1000), (960, 960)),
        ((480, 640), (704, 960)),
        ((1080, 1920), (704, 1280)),
    ],
)
def test_a_size_goes_to_the_bucket_of_the_nearest_aspect(
    given: tuple[int, int], used: tuple[int, int]
) -> None:
    assert TRANSFER1_SIZES.nearest(Resolution(*given)).size == Resolution(*used)


def test_upscaling_makes_three_times_the_bucket() -> None:
    for bucket in TRANSFER1_SIZES.buckets:
        assert bucket.upscaled == Resolution(3 * bucket.size.width, 3 * bucket.size.height)


@pytest.mark.parametrize(("frames", "chunks"), [(2, 1), (121, 1), (122, 2), (241, 2), (242, 3), (361, 3)])
def test_frames_cost_chunks_that_share_one_frame(frames: int, chunks: int) -> None:
    assert chunk_count(frames) == chunks


@pytest.mark.parametrize("frames", [2, 120, 121, 122, 241, 300, 361])
def test_the_chunks_add_each_frame_once(frames: int) -> None:
    added = [frame for chunk in range(chunk_count(frames)) for frame in chunk_frames(chunk, frames)]
    assert added == list(range(frames))
    for chunk in range(chunk_count(frames)):
        assert {chunk_of(frame) for frame in chunk_frames(chunk, frames)} == {chunk}


def test_the_shortest_video_decides_and_nothing_is_read_behind_5000_frames() -> None:
    assert common_frames([60, 40, 50]) == 40
    assert common_frames([9000, 7000]) == MAX_FRAMES == 5000
    assert common_frames([]) is None


def test_the_gpus_divide_sixteen_latent_frames() -> None:
    assert [gpus for gpus in range(20) if gpus_allowed(gpus)] == [1, 2, 4, 8, 16]
