"""Settings of Cosmos Encode: defaults, every choice, and what can't be used."""

from __future__ import annotations

import math

import pytest

from cosmos_houdini.cli.commands.passes import encode as passes_encode
from support.node_settings import read, refused


def encode(**changed):
    return read("cosmosencode", **changed)


def test_a_new_encode_takes_everything_from_upstream_and_the_project():
    settings = encode()
    assert settings.frames is None
    assert settings.controls == ("color", "vis", "edge", "depth", "seg")
    assert settings.as_params(24.0) == {
        "controls": list(settings.controls),
        "fps": 24,
        "seg_source": "auto",
    }


@pytest.mark.parametrize(
    ("rate", "scene", "fps"),
    [
        ("scene", 23.976, 24),
        ("scene", 30.0, 30),
        ("scene", 0.2, 1),
        ("custom", 25.0, 12),
        ("project", 25.0, None),
    ],
)
def test_the_rate_is_the_scenes_the_projects_or_ones_own(rate, scene, fps):
    assert encode(rate=rate, fps=12).as_params(scene).get("fps") == fps


EVERYTHING = {
    "framesource": "pattern",
    "frames": " render/a.####.exr ",
    "depth_frames": "render/z.####.exr",
    "id_plane": "Op_Id",
    "make_seg": 0,
    "size": "640x352",
    "fit": "crop",
    "userange": 1,
    "first": 5,
    "last": 9,
    "step": 2,
    "depthrange": "manual",
    "near": 0.5,
    "far": 20.0,
    "edge_source": "both",
    "canny_threshold": "low",
    "blur_strength": "high",
    "view": "Film",
    "use_exposure": 1,
    "exposure": 1.5,
    "lossless": 1,
    "force": 1,
    "missing": "fail",
}


def test_what_is_chosen_is_handed_on_as_the_bridge_takes_it():
    settings = encode(**EVERYTHING)
    assert settings.frames == "render/a.####.exr"
    assert settings.must_make
    assert settings.as_params(24.0) == {
        "controls": ["color", "vis", "edge", "depth"],
        "sources": {"depth": "render/z.####.exr"},
        "planes": {"id": "Op_Id"},
        "range": [5, 9],
        "size": "640x352",
        "fit": "crop",
        "fps": 24,
        "step": 2,
        "near": 0.5,
        "far": 20.0,
        "edge_source": "both",
        "seg_source": "auto",
        "canny_threshold": "low",
        "blur_strength": "high",
        "view": "Film",
        "exposure": 1.5,
        "lossless": True,
        "force": True,
    }


def test_what_is_chosen_is_handed_on_as_options_of_the_command_line():
    roles = ("beauty", "depth", "normal", "id", "edge", "seg")
    planes = {f"{role}_plane": "P" for role in roles[:4]}
    settings = encode(
        **{**EVERYTHING, **planes}, **{f"{role}_frames": "f" for role in roles if role != "depth"}
    )
    chosen = settings.as_options(24.0)
    known = {option.removeprefix("--").replace("-", "_") for p in passes_encode.params for option in p.opts}
    assert set(chosen) <= known
    assert chosen["only"] == "color,vis,edge,depth"
    assert (chosen["first"], chosen["last"], chosen["step"]) == (5, 9, 2)
    assert (chosen["depth_frames"], chosen["id"], chosen["id_frames"]) == ("render/z.####.exr", "P", "f")
    # Size and the like are the same in both ways of asking.
    same = settings.as_params(24.0)
    assert {name: chosen[name] for name in set(same) - {"controls", "sources", "planes", "range"}} == {
        name: value for name, value in same.items() if name in chosen
    }


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"framesource": "pattern", "frames": " "}, "Frames of Cosmos Encode is empty"),
        ({"setname": ""}, "Control Set of Cosmos Encode is empty"),
        ({f"make_{it}": 0 for it in ("color", "vis", "edge", "depth", "seg")}, "every control is off"),
        ({"size": "640"}, "Exact Size of Cosmos Encode is '640'"),
        ({"size": "641x352"}, "both even"),
        ({"size": "0x352"}, "Exact Size"),
        ({"userange": 1, "first": 9, "last": 5}, "goes from 9 to 5"),
        ({"depthrange": "manual", "near": 5.0, "far": 5.0}, "Near and Far"),
        ({"depthrange": "manual", "near": 0.0}, "Near is above 0"),
        ({"fit": "stretch"}, "Fit of Cosmos Encode is 'stretch'"),
        ({"engine": "transfer"}, "Did you mean 'transfer1'?"),
        ({"rate": "custom", "fps": 0}, "Frames a Second of Cosmos Encode is 0"),
        ({"rate": "custom", "fps": 23.976}, "It is a whole number"),
        ({"use_exposure": 1, "exposure": 51.0}, "from -50 to 50"),
        ({"use_exposure": 1, "exposure": math.nan}, "Exposure of Cosmos Encode is nan"),
        ({"userange": 1, "step": 0}, "Step of Cosmos Encode is 0"),
        ({"userange": 1, "first": "one"}, "First, Last, Step of Cosmos Encode is one"),
    ],
)
def test_an_encode_that_cant_be_done_is_explained(changed, said):
    assert said in refused(encode, **changed)


def test_sequences_of_single_passes_are_frames_enough():
    settings = encode(framesource="pattern", frames="", beauty_frames="a.####.exr")
    assert settings.sources == {"beauty": "a.####.exr"}


def test_a_frame_range_counts_only_where_it_is_switched_on():
    settings = encode(first=9, last=5, step=3)
    assert (settings.first, settings.last, settings.step) == (None, None, 1)
