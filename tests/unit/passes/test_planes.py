"""Planes are found by the names that renderers give them, in one part or many."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.cryptomatte import metadata
from cosmos_houdini.passes.planes import find_plane, named_plane
from cosmos_houdini.passes.read import read_layout
from unit.passes.exr_frames import Part, write_exr, write_picture

ONE = np.zeros((8, 8), np.float32)


def planes_of(folder: Path, *parts: Part):
    write_exr(folder / "a.exr", *parts)
    return read_layout(folder / "a.exr", 1).planes


def channels(*names: str) -> dict[str, np.ndarray]:
    return dict.fromkeys(names, ONE)


RGB = ("R", "G", "B")


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Pz", "depth"),
        ("hitPz", "depth"),
        ("HITPZ", "depth"),
        ("depth", "depth"),
        ("Z", "depth"),
        ("depth.Z", "depth"),
        ("hitPz.Z", "depth"),
        ("zfiltered", "depth"),
        ("ViewLayer.Depth.Z", "depth"),
        ("render1.hitPz", "depth"),
        ("primid", "id"),
        ("element", "id"),
        ("Op_Id", "id"),
        ("Prim_Id", "id"),
        ("objectid", "id"),
        ("seg_id", "id"),
        ("layer.seg_id", "id"),
        ("primid.id", "id"),
        ("render1.seg_id.ID", "id"),
    ],
)
def test_known_names_of_one_channel_are_found(tmp_path: Path, name: str, role: str) -> None:
    planes = planes_of(tmp_path, Part(channels(*RGB, "A", "other", name)))
    found = find_plane(planes, role)
    assert found is not None
    assert [channel.name for channel in found.channels] == [name]
    assert [channel.name for channel in find_plane(planes, "beauty").channels] == ["R", "G", "B", "A"]


def test_a_channel_called_id_is_no_part_of_the_beauty(tmp_path: Path) -> None:
    planes = planes_of(tmp_path, Part(channels(*RGB, "A", "id")))
    assert [channel.name for channel in find_plane(planes, "beauty").channels] == ["R", "G", "B", "A"]


@pytest.mark.parametrize(
    "names", ["N.x N.y N.z", "N.X N.Y N.Z", "hitN.x hitN.y hitN.z", "a.b.Normal.R a.b.Normal.G a.b.Normal.B"]
)
def test_normals_are_found_with_their_components_in_order(tmp_path: Path, names: str) -> None:
    found = find_plane(planes_of(tmp_path, Part(channels(*RGB, *names.split()))), "normal")
    assert [channel.name for channel in found.channels] == names.split()


def test_the_beauty_may_have_a_layer_prefix(tmp_path: Path) -> None:
    planes = planes_of(tmp_path, Part(channels("N.x", "N.y", "N.z", "C.R", "C.G", "C.B", "C.A")))
    assert find_plane(planes, "beauty").name == "C"


def test_parts_name_the_planes_of_a_multi_part_file(tmp_path: Path) -> None:
    planes = planes_of(
        tmp_path,
        Part(channels(*RGB, "A"), name="C"),
        Part(channels("Z"), name="hitPz"),
        Part(channels("x", "y", "z"), name="hitN"),
        Part(channels("primid"), name="primid"),
    )
    found = {role: find_plane(planes, role) for role in ("beauty", "depth", "normal", "id")}
    assert {role: plane.channels[0].subimage for role, plane in found.items()} == {
        "beauty": 0,
        "depth": 1,
        "normal": 2,
        "id": 3,
    }


def test_parts_whose_channels_repeat_the_layer_are_the_same(tmp_path: Path) -> None:
    planes = planes_of(
        tmp_path,
        Part(channels(*RGB), name="rgba"),
        Part(channels("Pz.Z"), name="Pz"),
        Part(channels("N.x", "N.y", "N.z"), name="N"),
    )
    assert find_plane(planes, "depth").channels[0].subimage == 1
    assert len(find_plane(planes, "normal").channels) == 3


def test_the_only_channel_of_a_part_goes_by_the_name_of_the_part(tmp_path: Path) -> None:
    planes = planes_of(tmp_path, Part(channels(*RGB), name="C"), Part(channels("Y"), name="hitPz"))
    assert find_plane(planes, "depth").channels[0].name == "Y"


def test_cryptomatte_parts_need_no_prefix_at_their_channels(tmp_path: Path) -> None:
    attributes = metadata("CryptoObject", ["a"])
    parts = (Part(channels(*RGB), name="C"), Part(channels(*"rgba"), attributes, "CryptoObject00"))
    write_exr(tmp_path / "a.exr", *parts)
    assert read_layout(tmp_path / "a.exr", 1).crypto[0].ranks == ((1, 0, 1), (1, 2, 3))


def test_camera_depth_goes_before_a_generic_z(tmp_path: Path) -> None:
    planes = planes_of(tmp_path, Part(channels(*RGB, "Z", "Pz")))
    assert find_plane(planes, "depth").name == "Pz"


def test_a_plane_named_outright_is_found_in_any_case_and_by_its_last_word(tmp_path: Path) -> None:
    planes = planes_of(tmp_path, Part(channels(*RGB, "aov.MyDepth.Z", "Other")))
    for name in ("mydepth", "aov.mydepth", "AOV.MYDEPTH.Z"):
        assert named_plane(planes, name, "depth", "x").channels[0].name == "aov.MyDepth.Z"


def test_an_unknown_plane_lists_what_is_there_and_the_nearest(tmp_path: Path) -> None:
    planes = planes_of(tmp_path, Part(channels(*RGB, "hitPz", "Other")))
    with pytest.raises(BadInputError) as caught:
        named_plane(planes, "hitPs", "depth", "shot")
    assert "hitPz" in caught.value.why
    assert "Other" in caught.value.why
    assert caught.value.fix == "Did you mean 'hitPz'?"


def test_nothing_is_found_where_nothing_is_known(tmp_path: Path) -> None:
    planes = planes_of(tmp_path, Part(channels("foo", "bar")))
    assert [find_plane(planes, role) for role in ("beauty", "depth", "normal", "id")] == [None] * 4


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_gray_with_alpha_is_read_from_its_gray(tmp_path: Path, suffix: str) -> None:
    pixels = np.stack([np.full((8, 8), 40, np.uint8), np.full((8, 8), 255, np.uint8)], axis=-1)
    write_picture(tmp_path / f"a.{suffix}", pixels, ("Y", "A"))
    (plane,) = read_layout(tmp_path / f"a.{suffix}", 1).planes
    assert [channel.name for channel in plane.channels] == ["Y", "A"]


def test_the_y_of_a_vector_stays_behind_its_x(tmp_path: Path) -> None:
    (plane,) = planes_of(tmp_path, Part(channels("v.z", "v.y", "v.x", "v.A")))
    assert [channel.name for channel in plane.channels] == ["v.A", "v.x", "v.y", "v.z"]


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg"])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_gray_picture_is_a_beauty(tmp_path: Path, suffix: str, kind: type) -> None:
    if suffix == "jpg" and kind is np.uint16:
        pytest.skip("JPEG has 8 bits")
    write_picture(tmp_path / f"a.{suffix}", np.full((8, 8), 40, kind))
    found = find_plane(read_layout(tmp_path / f"a.{suffix}", 1).planes, "beauty")
    assert found is not None
    assert [channel.name for channel in found.channels] == ["Y"]


def test_a_luminance_in_float_is_no_beauty(tmp_path: Path) -> None:
    assert find_plane(planes_of(tmp_path, Part(channels("Y"))), "beauty") is None
