"""Edges are white lines of one pixel on black."""

from __future__ import annotations

import numpy as np
import pytest

from cosmos_houdini.passes.edge import CANNY_THRESHOLDS, canny_edges, geometry_edges, joined
from cosmos_houdini.records.enums import CannyThreshold


def picture(contrast: int) -> np.ndarray:
    gray = np.full((60, 80, 3), 100, np.uint8)
    gray[20:40, 20:60] = 100 + contrast
    return gray


def test_edges_are_black_and_white_only() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    assert set(np.unique(canny_edges(noise, CannyThreshold.LOW))) == {0, 255}


def test_a_higher_threshold_keeps_fewer_edges() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    counts = [np.count_nonzero(canny_edges(noise, name)) for name in list(CANNY_THRESHOLDS)[1:]]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_a_faint_box_is_seen_by_very_low_only() -> None:
    assert canny_edges(picture(15), CannyThreshold.VERY_LOW).any()
    assert not canny_edges(picture(15), CannyThreshold.HIGH).any()


def ground() -> np.ndarray:
    """A plane at a grazing angle: neighbouring rows differ by up to half their distance, with no edge."""
    return np.tile((200.0 / np.arange(1, 61))[::1, None], (1, 80)).astype(np.float32)


def test_a_face_at_a_grazing_angle_has_no_edges() -> None:
    assert not geometry_edges(ground(), None, None).any()


@pytest.mark.parametrize("behind", [40.0, 0.0, np.inf, np.nan])
def test_the_outline_of_a_near_box_lies_on_the_box(behind: float) -> None:
    distance = np.full((60, 80), behind, np.float32)
    distance[20:40, 20:60] = 5
    edges = geometry_edges(distance, None, None)
    expected = np.zeros((60, 80), np.uint8)
    expected[20:40, 20:60] = 255
    expected[21:39, 21:59] = 0
    assert np.array_equal(edges, expected)


def test_creases_come_from_normals_and_borders_from_ids() -> None:
    normal = np.zeros((60, 80, 3), np.float32)
    normal[:, :40, 2] = 1
    normal[:, 40:, 0] = 2  # need not be of length one
    edges = geometry_edges(None, normal, None)
    assert (edges[:, 39] == 255).all()
    assert np.count_nonzero(edges) == 60
    ids = np.zeros((60, 80), np.uint32)
    ids[30:] = 4_000_000_000
    assert np.flatnonzero(geometry_edges(None, None, ids).any(axis=1)).tolist() == [29]


def test_a_smooth_normal_and_a_background_without_normals_have_no_edges() -> None:
    angle = np.linspace(0, 1.5, 80)
    normal = (
        np.stack([np.sin(angle), 0 * angle, np.cos(angle)], axis=-1)[None].repeat(60, 0).astype(np.float32)
    )
    assert not geometry_edges(None, normal, None).any()
    assert not geometry_edges(None, np.zeros_like(normal), None).any()


def test_joining_doubles_no_line() -> None:
    geometry = np.zeros((20, 20), np.uint8)
    geometry[:, 10] = 255
    canny = np.zeros((20, 20), np.uint8)
    canny[:, 11] = canny[:, 3] = 255
    assert np.flatnonzero(joined(canny, geometry).any(axis=0)).tolist() == [3, 10]
