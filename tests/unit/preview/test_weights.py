from __future__ import annotations

import numpy as np
import pytest

from cosmos_houdini.engines.weight_maps import write_weight_map
from cosmos_houdini.preview.arguments import ControlBlock
from cosmos_houdini.preview.weights import WeightMap, read_weights
from cosmos_houdini.records.geometry import Resolution

SIZE = Resolution(8, 4)


def weights_of(*given, frame=0):
    hints = ("vis", "edge", "depth", "seg")
    controls = [ControlBlock(hint, {"control_weight": weight}) for hint, weight in zip(hints, given)]
    return list(read_weights(controls).at(frame, SIZE).values())


@pytest.mark.parametrize(
    ("given", "normalised"),
    [
        ((1, 1), (0.5, 0.5)),
        ((0.25, 0.25, 0.25, 0.25), (0.25, 0.25, 0.25, 0.25)),
        ((0.3, 0.4), (0.3, 0.4)),
        ((2.0,), (1.0,)),
        (("0.5", "1.5"), (0.25, 0.75)),
        ((0, 1), (0, 1)),
        (("0", 0.5), (0, 0.5)),
    ],
)
def test_numbers_are_scaled_so_that_their_sum_is_at_most_one(given, normalised):
    assert weights_of(*given) == pytest.approx(normalised)


def test_with_a_map_the_rule_holds_for_each_pixel(tmp_path):
    left = np.zeros((SIZE.height, SIZE.width), np.float32)
    left[:, :4] = 1.5
    write_weight_map(tmp_path / "left.pt", left)
    edge, depth = weights_of(str(tmp_path / "left.pt"), 0.5)
    assert edge.shape == depth.shape == (4, 8, 1)
    assert edge[:, :4] == pytest.approx(0.75)
    assert depth[:, :4] == pytest.approx(0.25)
    assert edge[:, 4:] == pytest.approx(0)
    assert depth[:, 4:] == pytest.approx(0.5)


@pytest.mark.parametrize(("zero", "becomes"), [(0, 1.0), (0.0, 1.0), ("0", 0.0), ("0.0", 0.0)])
def test_beside_a_map_a_numeric_zero_counts_as_not_given(tmp_path, zero, becomes):
    write_weight_map(tmp_path / "none.pt", np.zeros((4, 8), np.float32))
    _map, other = weights_of(str(tmp_path / "none.pt"), zero)
    assert other == pytest.approx(becomes)


@pytest.mark.parametrize(("frames", "step"), [(240, 120), (60, 30)])
def test_the_time_of_a_map_is_stretched_to_121_frames(frames, step):
    stored = np.zeros((frames, 4, 8), np.float32)
    stored[step:] = 1
    rounded = [WeightMap(stored).at(frame, SIZE).mean() >= 0.5 for frame in range(121)]
    assert rounded.index(True) in (60, 61)
    assert all(rounded[61:])


def test_a_map_of_121_frames_is_taken_frame_by_frame_and_its_last_stays():
    stored = np.arange(121, dtype=np.float32)[:, np.newaxis, np.newaxis] * np.ones((1, 4, 8), np.float32)
    for frame in (0, 1, 60, 120):
        assert WeightMap(stored).at(frame, SIZE) == pytest.approx(frame)
    assert WeightMap(stored).at(300, SIZE) == pytest.approx(120)


def test_a_map_is_stretched_to_the_picture_between_pixel_centres():
    stored = np.array([[[0.0, 1.0]]], np.float32)
    assert WeightMap(stored).at(0, Resolution(4, 1))[0] == pytest.approx([0, 0.25, 0.75, 1])


def test_negative_values_of_a_map_count_as_nothing():
    assert WeightMap(np.full((1, 2, 2), -3, np.float32)).at(0, SIZE).max() == 0
