"""What is in the frames of the example city."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import OpenImageIO as oiio  # noqa: N813
import pytest

from city.camera import crane_shot
from city.layout import city_block
from cosmos_houdini.passes.cryptomatte import name_to_bits
from cosmos_houdini.passes.encode import encode
from cosmos_houdini.passes.request import EncodeRequest, PassVideo, Sources
from cosmos_houdini.passes.segmentation import colour_of_name, too_near
from cosmos_houdini.records.geometry import Resolution

PARTS = [
    "C", "hitPz", "hitN", "primid", "CryptoObject00", "CryptoObject01", "CryptoObject02",
    "CryptoMaterial00", "CryptoMaterial01", "CryptoMaterial02",
]  # fmt: skip


def read(path):
    """The parts' names, all channels and their types by full name, the header attributes of all parts."""
    reader = oiio.ImageInput.open(str(path))
    parts, channels, types, attributes = [], {}, {}, {}
    while reader.seek_subimage(len(parts), 0):
        spec = reader.spec()
        pixels = reader.read_image("float")
        pixels = pixels.reshape(spec.height, spec.width, -1)
        formats = spec.channelformats or [spec.format] * spec.nchannels
        for index, name in enumerate(spec.channelnames):
            channels[name] = pixels[..., index]
            types[name] = str(formats[index])
        attributes.update({attribute.name: attribute.value for attribute in spec.extra_attribs})
        parts.append(spec.getattribute("oiio:subimagename"))
    reader.close()
    return SimpleNamespace(parts=parts, channels=channels, types=types, attributes=attributes)


@pytest.fixture(scope="module")
def frame(multi):
    return read(multi / "city.1001.exr")


def ranked(frame, layer):
    """(H, W, 6) id bits and coverage."""
    planes = [frame.channels[f"{layer}{level:02d}.{letter}"] for level in range(3) for letter in "RGBA"]
    stacked = np.ascontiguousarray(np.stack(planes, axis=-1))
    return stacked[..., 0::2].copy().view(np.uint32), stacked[..., 1::2]


def manifest(frame, layer):
    key = next(
        name.split("/")[1]
        for name, value in frame.attributes.items()
        if name.endswith("/name") and value == layer
    )
    assert frame.attributes[f"cryptomatte/{key}/hash"] == "MurmurHash3_32"
    assert frame.attributes[f"cryptomatte/{key}/conversion"] == "uint32_to_float32"
    return {
        name: int(bits, 16)
        for name, bits in json.loads(frame.attributes[f"cryptomatte/{key}/manifest"]).items()
    }


def test_each_plane_is_a_part_with_karmas_names_and_types(frame):
    assert frame.parts == PARTS
    assert frame.attributes["compression"] == "zip"
    for name in ("R", "G", "B", "A", "hitN.x", "hitN.y", "hitN.z"):
        assert frame.types[name] == "half"
    for name in ("hitPz", "primid", "CryptoObject00.R", "CryptoMaterial02.A"):
        assert frame.types[name] == "float"


def test_one_part_with_layers_holds_the_same_pixels(frame, single):
    other = read(single / "city.1001.exr")
    assert len(other.parts) == 1
    assert sorted(other.channels) == sorted(frame.channels)
    assert other.types == frame.types
    for name, pixels in frame.channels.items():
        assert np.array_equal(pixels.view(np.uint32), other.channels[name].view(np.uint32)), name
    assert manifest(other, "CryptoObject") == manifest(frame, "CryptoObject")


def test_every_pixel_is_a_number_and_no_light_is_negative(frame):
    for name in ("R", "G", "B", "A", "hitPz", "hitN.x", "hitN.y", "hitN.z", "primid"):
        assert np.isfinite(frame.channels[name]).all(), name
    assert min(frame.channels[name].min() for name in "RGB") >= 0
    assert 0.1 < np.mean([frame.channels[name].mean() for name in "RGB"]) < 0.8


def test_depth_is_zero_in_the_sky_and_metres_elsewhere(frame):
    depth, alpha = frame.channels["hitPz"], frame.channels["A"]
    assert (depth[alpha == 0] == 0).all()
    assert (alpha == 0).any()
    assert depth[alpha > 0].min() > 1
    assert 250 < depth.max() < 900


def test_the_ground_before_the_camera_is_as_deep_as_geometry_says(frame):
    # Camera 1.9 m above the road, 30 mm on 36 mm film: the middle of the lowest row.
    camera = crane_shot(0.0, Resolution(160, 88))
    ray = camera.rays(np.array([80.5], np.float32), np.array([87.5], np.float32)).direction[:, 0]
    assert frame.channels["hitPz"][87, 80] == pytest.approx(camera.place[1] / -ray[1], rel=1e-4)


def test_normals_of_the_road_point_up(frame):
    assert frame.channels["hitN.y"][86, 80] == pytest.approx(1, abs=1e-3)
    length = sum(frame.channels[f"hitN.{axis}"].astype(np.float64) ** 2 for axis in "xyz")
    assert length.max() < 1.01


@pytest.mark.parametrize("layer", ["CryptoObject", "CryptoMaterial"])
def test_coverage_is_ranked_and_adds_up_to_the_alpha(frame, layer):
    _, coverage = ranked(frame, layer)
    assert (np.diff(coverage, axis=-1) <= 1e-6).all()
    assert (
        np.abs(coverage.sum(axis=-1) - frame.channels["A"]).max() < 0.26
    )  # ranks after the sixth are dropped
    assert (np.abs(coverage.sum(axis=-1) - frame.channels["A"]) < 1e-3).mean() > 0.99


@pytest.mark.parametrize("layer", ["CryptoObject", "CryptoMaterial"])
def test_every_id_in_the_pixels_is_in_the_manifest(frame, layer):
    bits, coverage = ranked(frame, layer)
    known = manifest(frame, layer)
    assert set(np.unique(bits[coverage > 0])) <= set(known.values())
    assert (bits[coverage == 0] == 0).all()
    assert all(value == name_to_bits(name) for name, value in known.items())


def test_objects_go_by_their_prim_paths(frame):
    names = manifest(frame, "CryptoObject")
    assert all(name.startswith("/city/") for name in names)
    assert {"/city/ground/road", "/city/vehicles/taxi", "/city/vehicles/bus"} <= set(names)
    assert len(names) > 60


def test_silhouettes_are_covered_in_part_and_the_rest_wholly(frame):
    _, coverage = ranked(frame, "CryptoObject")
    shared = coverage[..., 1] > 0
    assert 0.05 < shared.mean() < 0.6
    assert len(np.unique(coverage[..., 0][shared])) >= 4


def test_the_prim_id_is_the_object_that_covers_most(frame):
    bits, coverage = ranked(frame, "CryptoObject")
    numbers = frame.channels["primid"]
    sure = coverage[..., 0] > 0.55
    pairs = {(int(number), int(value)) for number, value in zip(numbers[sure], bits[..., 0][sure])}
    assert len({number for number, _ in pairs}) == len(pairs) == len({value for _, value in pairs})
    assert (numbers[frame.channels["A"] == 0] == 0).all()


def test_the_taxi_drives_and_the_camera_moves(multi, frame):
    later = read(multi / "city.1002.exr")
    taxi = name_to_bits("/city/vehicles/taxi")
    places = []
    for one in (frame, later):
        bits, coverage = ranked(one, "CryptoObject")
        weight = ((bits == taxi) * coverage).sum(axis=-1)
        assert weight.sum() > 5
        places.append(np.average(np.arange(weight.shape[0]), weights=weight.sum(axis=1)))
    assert places[1] != places[0]
    assert later.channels["hitPz"][80, 80] != frame.channels["hitPz"][80, 80]


def test_no_two_objects_of_the_city_have_nearly_the_same_colour():
    assert too_near({name: colour_of_name(name) for name in city_block(1).names}) == []


def test_a_segmentation_of_the_city_gives_no_warning(multi, tmp_path):
    sources = Sources(str(multi / "city.$F4.exr"))
    made = encode(EncodeRequest("city", tmp_path / "out", sources, videos=(PassVideo.SEG,)))
    assert len(made.colours) > 40
    assert made.warnings == ()
