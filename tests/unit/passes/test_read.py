"""Only the wanted channels come back, in the display window, with their values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenImageIO as oiio  # noqa: N813
import pytest

from cosmos_houdini.passes.planes import find_plane
from cosmos_houdini.passes.read import plan_reading, read_layout, read_planes
from unit.passes.exr_frames import Part, Shot, write_exr, write_picture


@pytest.mark.parametrize("compression", ["none", "zips", "zip", "piz"])
@pytest.mark.parametrize("tiled", [False, True])
def test_planes_come_back_with_their_values(
    tmp_path: Path, shot: Shot, compression: str, tiled: bool
) -> None:
    path = tmp_path / "a.exr"
    write_exr(path, Part(shot.channels(3)), compression=compression, tiled=tiled)
    layout = read_layout(path, 3)
    planes = [find_plane(layout.planes, role) for role in ("beauty", "depth", "normal", "id")]
    found, _ = read_planes(path, 3, plan_reading(layout, planes))
    assert np.array_equal(found["RGBA"][..., :3], shot.beauty(3).astype(np.float32))
    assert np.array_equal(found["Pz"][..., 0], shot.depth(3))
    assert np.array_equal(found["N"], shot.normal(3).astype(np.float32))
    assert np.array_equal(found["Op_Id"][..., 0], shot.ids(3))


def test_whole_number_ids_keep_all_their_bits(tmp_path: Path) -> None:
    ids = np.full((8, 12), 4_000_000_001, np.uint32)
    write_exr(tmp_path / "a.exr", Part({"Op_Id": ids}))
    layout = read_layout(tmp_path / "a.exr", 1)
    found, _ = read_planes(tmp_path / "a.exr", 1, plan_reading(layout, layout.planes))
    assert found["Op_Id"].dtype == np.uint32
    assert (found["Op_Id"] == 4_000_000_001).all()


def test_one_read_serves_neighbouring_channels_and_another_part_has_its_own(
    tmp_path: Path, shot: Shot
) -> None:
    write_exr(tmp_path / "a.exr", Part(shot.channels(1), name="all"), Part({"Z": shot.depth(1)}, name="more"))
    layout = read_layout(tmp_path / "a.exr", 1)
    spans = plan_reading(layout, layout.planes).spans
    assert [(span.subimage, span.end - span.begin) for span in spans] == [(0, 9), (1, 1)]


def test_overscan_is_cut_and_a_crop_is_padded_to_the_display_window(tmp_path: Path) -> None:
    pixels = np.arange(20 * 30, dtype=np.float32).reshape(20, 30, 1)
    spec = oiio.ImageSpec(30, 20, 1, "float")
    spec.channelnames = ("Z",)
    spec.x, spec.y = -5, 4
    spec.full_x, spec.full_y, spec.full_width, spec.full_height = 0, 0, 16, 12
    output = oiio.ImageOutput.create(str(tmp_path / "a.exr"))
    assert output.open(str(tmp_path / "a.exr"), spec)
    assert output.write_image(pixels)
    output.close()
    layout = read_layout(tmp_path / "a.exr", 1)
    found, _ = read_planes(tmp_path / "a.exr", 1, plan_reading(layout, layout.planes))
    expected = np.zeros((12, 16), np.float32)
    expected[4:12] = pixels[:8, 5:21, 0]
    assert np.array_equal(found["Z"][..., 0], expected)


def test_a_frame_whose_planes_stand_elsewhere_is_read_by_name(tmp_path: Path, shot: Shot) -> None:
    write_exr(tmp_path / "1.exr", Part({"A.Z": shot.depth(1), "Pz": shot.depth(1)}))
    write_exr(tmp_path / "2.exr", Part({"Pz": shot.depth(2), "extra": shot.depth(1), "A.Z": shot.depth(1)}))
    layout = read_layout(tmp_path / "1.exr", 1)
    reading = plan_reading(layout, [find_plane(layout.planes, "depth")])
    found, _ = read_planes(tmp_path / "2.exr", 2, reading)
    assert np.array_equal(found["Pz"][..., 0], shot.depth(2))


def test_straight_alpha_does_not_darken_the_colours(tmp_path: Path) -> None:
    """The colour of a PNG is shown as a viewer shows it without its alpha."""
    pixels = np.full((8, 8, 4), (200, 100, 50, 128), np.uint8)
    write_picture(tmp_path / "a.png", pixels, ("R", "G", "B", "A"))
    layout = read_layout(tmp_path / "a.png", 1)
    found, _ = read_planes(tmp_path / "a.png", 1, plan_reading(layout, layout.planes))
    assert np.array_equal(found["RGBA"], pixels)
