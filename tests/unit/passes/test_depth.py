"""Depth is inverse distance over the whole clip, near bright, background black."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.depth import DepthRange, depth_picture, scan_range
from cosmos_houdini.passes.planes import Plane
from cosmos_houdini.passes.read import read_layout
from unit.passes.exr_frames import Part, write_exr


def scanned(folder: Path, planes: list[np.ndarray], tiled: bool = False, **ends: float | None) -> DepthRange:
    frames = []
    for number, plane in enumerate(planes, start=1):
        path = folder / f"z.{number:04d}.exr"
        write_exr(path, Part({"Z": plane.astype(np.float32)}), tiled=tiled)
        frames.append((number, path))
    layout = read_layout(frames[0][1], 1)
    plane: Plane = layout.planes[0]
    return scan_range(frames, plane, ends.get("near"), ends.get("far"), 2, lambda: None)


def test_inverse_depth_is_linear_between_near_and_far() -> None:
    distances = np.array([[2.0, 4.0, 8.0, 1.0, 100.0]], np.float32)
    gray = depth_picture(distances, DepthRange(2, 8, ""))
    middle = 8 + 247 * (1 / 4 - 1 / 8) / (1 / 2 - 1 / 8)
    assert gray.tolist() == [[255, round(middle), 8, 255, 8]]


def test_every_kind_of_background_is_black_and_the_far_end_is_not() -> None:
    distances = np.array([[0, -1, np.nan, np.inf, -np.inf, 1e10, 8, 7.9]], np.float32)
    gray = depth_picture(distances, DepthRange(2, 8, ""))
    assert gray[0, :6].tolist() == [0] * 6
    assert gray[0, 6:].min() >= 8


def test_the_range_is_that_of_the_whole_clip(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(5, 10, 100), (40, 1))
    found = scanned(tmp_path, [ramp, ramp + 10, ramp + 20])
    assert found.near == pytest.approx(5.07, rel=0.01)
    assert found.far == pytest.approx(29.9, rel=0.01)


def test_outliers_and_background_do_not_move_the_range(tmp_path: Path) -> None:
    plane = np.tile(np.linspace(5, 10, 100), (100, 1))
    plane[0, :20] = 0.001
    plane[0, 20:40] = 5e8
    plane[1, :50] = [0, np.inf, np.nan, -3, 1e30] * 10
    found = scanned(tmp_path, [plane] * 2)
    assert found.near == pytest.approx(5, rel=0.02)
    assert found.far == pytest.approx(10, rel=0.02)


@pytest.mark.parametrize("tiled", [False, True])
def test_a_long_clip_judged_on_some_rows_gives_nearly_the_range_of_all(tmp_path: Path, tiled: bool) -> None:
    rng = np.random.default_rng(2)
    rows = np.linspace(3, 60, 320)[:, None] * np.ones((1, 64))
    planes = [rows * (1 + 0.01 * number) + rng.uniform(0, 0.5, rows.shape) for number in range(64)]
    found = scanned(tmp_path, planes, tiled)
    near, far = np.percentile(np.stack(planes), [0.5, 99.5])
    assert found.near == pytest.approx(near, rel=0.04)
    assert found.far == pytest.approx(far, rel=0.04)
    assert "1/8" in found.how


def test_one_given_end_is_kept(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(5, 10, 100), (40, 1))
    assert scanned(tmp_path, [ramp, ramp], near=1.5).near == 1.5
    assert scanned(tmp_path, [ramp, ramp], far=50.0).far == 50


def test_a_clip_of_one_distance_is_bright_rather_than_an_error(tmp_path: Path) -> None:
    flat = np.full((40, 40), 7.0)
    found = scanned(tmp_path, [flat, flat])
    assert (depth_picture(flat.astype(np.float32), found) == 255).all()


@pytest.mark.parametrize("value", [np.nan, 0.0, np.inf, 1e10])
def test_depth_without_a_single_usable_value_is_refused(tmp_path: Path, value: float) -> None:
    with pytest.raises(BadInputError) as caught:
        scanned(tmp_path, [np.full((40, 40), value)] * 2)
    assert "'Z'" in caught.value.what
    assert caught.value.fix


@pytest.mark.parametrize(("near", "far"), [(5.0, 5.0), (9.0, 2.0), (0.0, 4.0), (-1.0, 4.0), (np.nan, 4.0)])
def test_a_range_the_wrong_way_round_is_refused(tmp_path: Path, near: float, far: float) -> None:
    with pytest.raises(BadInputError, match="can't be used"):
        scanned(tmp_path, [np.full((40, 40), 3.0)] * 2, near=near, far=far)
