"""Rendering: the files that each renderer would write, with the planes that the ROP asks for, no others."""

from __future__ import annotations

import numpy as np
import OpenImageIO as oiio  # noqa: N813 - the library's own abbreviation
import pytest

from cosmos_houdini.passes.inspect import inspect
from cosmos_houdini.passes.request import EncodeRequest, Sources
from hython_harness.errors import NotPlayedError
from hython_harness.render import render_frames

WIDTH, HEIGHT = 96, 56


@pytest.fixture
def session(hython, tmp_path):
    session = hython("20.5", hip=tmp_path / "a shot.hip")
    session.hou.node("/obj").createNode("cam", "cam1").setParms({"resx": WIDTH, "resy": HEIGHT})
    session.hou.playbar.setFrameRange(1001, 1004)
    return session


@pytest.fixture
def hou(session):
    return session.hou


@pytest.fixture
def karma(hou):
    rop = hou.node("/out").createNode("karma", "passes")
    rop.parmTuple("resolution").set((WIDTH, HEIGHT))
    return rop


@pytest.fixture
def mantra(hou):
    return hou.node("/out").createNode("ifd", "passes")


def parts_of(path):
    """The channels of each part, and its pixels."""
    found = []
    while True:
        image = oiio.ImageBuf(str(path), len(found), 0)
        if len(found) >= image.nsubimages:
            return found
        found.append((image.spec(), image.get_pixels(oiio.FLOAT)))


def test_karma_writes_a_part_for_each_plane_that_is_on(karma, tmp_path):
    karma.setParms({"hitPz": 1, "hitN": 1, "extrarendervars": 1})
    karma.setParms({"name1": "CryptoObject", "cryptomatte1": 1, "cryptomatterank1": 4})
    [path] = render_frames(karma, [1001])
    assert path == tmp_path / "render" / "a shot.passes.1001.exr"
    names = [list(spec.channelnames) for spec, _ in parts_of(path)]
    assert names == [
        ["R", "G", "B", "A"],
        ["hitPz"],
        ["hitN.x", "hitN.y", "hitN.z"],
        [f"CryptoObject00.{letter}" for letter in "RGBA"],
        [f"CryptoObject01.{letter}" for letter in "RGBA"],
    ]
    spec, depth = parts_of(path)[1]
    assert (spec.width, spec.height) == (WIDTH, HEIGHT)
    assert depth.min() == 0
    assert depth.max() > 10


def test_karma_with_nothing_on_but_the_beauty_writes_only_that(karma):
    [path] = render_frames(karma, [1001])
    assert [list(spec.channelnames) for spec, _ in parts_of(path)] == [["R", "G", "B", "A"]]
    karma.parm("beauty").set(0)
    with pytest.raises(karma._session.hou.OperationFailed, match="no plane at all"):
        render_frames(karma, [1001])


def test_mantra_writes_one_part_with_layers(mantra):
    mantra.parm("vm_numaux").set(2)
    mantra.setParms({"vm_variable_plane1": "Pz", "vm_quantize_plane1": "float"})
    mantra.setParms({"vm_variable_plane2": "Op_Id", "vm_channel_plane2": "ids", "vm_disable_plane2": 1})
    mantra.parm("vm_cryptolayers").set(1)
    mantra.setParms({"vm_cryptolayerprop1": "name", "vm_cryptolayername1": "CryptoObject"})
    [path] = render_frames(mantra, [1001])
    [(spec, pixels)] = parts_of(path)
    assert list(spec.channelnames[:5]) == ["R", "G", "B", "A", "Pz"]
    assert spec.channelnames[5] == "CryptoObject00.r"
    assert "ids" not in spec.channelnames
    assert pixels[..., 4].max() > 1e9


def test_a_plane_in_16_bit_has_16_bit(mantra):
    mantra.parm("vm_numaux").set(1)
    mantra.parm("vm_variable_plane1").set("Pz")
    [path] = render_frames(mantra, [1001])
    [(spec, _)] = parts_of(path)
    assert spec.channelformat(spec.channelnames.index("Pz")) == oiio.HALF


def test_the_size_is_the_camera_s_or_what_the_rop_overrides(hou, mantra):
    def size():
        [path] = render_frames(mantra, [1001])
        spec = parts_of(path)[0][0]
        return spec.width, spec.height

    assert size() == (WIDTH, HEIGHT)
    mantra.setParms({"override_camerares": 1, "res_fraction": "0.5"})
    assert size() == (WIDTH // 2, HEIGHT // 2)


def test_a_depth_image_of_opengl_is_one_plane(session, hou):
    rop = hou.node("/out").createNode("opengl")
    rop.setParms({"imagetype": "zdepth", "tres": 1, "res1": WIDTH, "res2": HEIGHT})
    rop.parm("picture").set("$HIP/quick.$F4.exr")
    [path] = render_frames(rop, [1001])
    assert list(parts_of(path)[0][0].channelnames) == ["Z"]
    session.zdepth_channels = ("R", "G", "B")
    [path] = render_frames(rop, [1001])
    assert list(parts_of(path)[0][0].channelnames) == ["R", "G", "B"]


def test_a_stage_s_render_vars_are_those_above_its_rop(hou, tmp_path):
    stage = hou.node("/stage")
    settings = stage.createNode("karmarenderproperties")
    settings.parm("res_mode").set("manual")
    settings.parmTuple("resolution").set((WIDTH, HEIGHT))
    standard = settings.createOutputNode("karmastandardrendervars")
    standard.setParms({"hituv": 0, "hitN": 0})
    var = standard.createOutputNode("rendervar", "seg_id")
    var.setParms({"sourceName": "seg_id", "sourceType": "primvar", "dataType": "float"})
    rop = var.createOutputNode("usdrender_rop")
    rop.parm("outputimage").set("$HIP/stage.$F4.exr")
    [path] = render_frames(rop, [1002])
    assert path == tmp_path / "stage.1002.exr"
    assert [spec.channelnames for spec, _ in parts_of(path)] == [
        ("seg_id",),
        ("R", "G", "B", "A"),
        ("hitPz",),
    ]


def test_the_frames_move(karma):
    karma.parm("hitPz").set(1)
    first, later = render_frames(karma, [1001, 1040])
    assert np.abs(parts_of(first)[1][1] - parts_of(later)[1][1]).max() > 1


@pytest.mark.parametrize("renderer", ["karma", "mantra"])
def test_every_control_can_be_made_of_what_was_rendered(request, renderer, tmp_path):
    rop = request.getfixturevalue(renderer)
    if renderer == "karma":
        rop.setParms({"hitPz": 1, "extrarendervars": 1})
        rop.setParms({"name1": "CryptoObject", "cryptomatte1": 1})
    else:
        rop.setParms({"vm_numaux": 1, "vm_cryptolayers": 1})
        rop.setParms({"vm_variable_plane1": "Pz", "vm_quantize_plane1": "float"})
        rop.setParms({"vm_cryptolayerprop1": "name", "vm_cryptolayername1": "CryptoObject"})
    first, _ = render_frames(rop, [1001, 1002])
    sources = Sources(str(first.with_name("a shot.passes.$F4.exr")))
    videos = inspect(EncodeRequest("shot", tmp_path / "set", sources)).as_json()["videos"]
    assert {name: told["why_not"] for name, told in videos.items()} == dict.fromkeys(videos, "")


def test_a_rop_renders_its_frame_range_after_its_inputs(hou, karma, tmp_path):
    before = hou.node("/out").createNode("karma", "first")
    before.parmTuple("resolution").set((WIDTH, HEIGHT))
    karma.setInput(0, before)
    for rop in (before, karma):
        rop.parm("trange").set("normal")
        rop.parmTuple("f").deleteAllKeyframes()
        rop.parmTuple("f").set((1001, 1003, 2))
    events = []

    def heard(node, event, time):
        events.append((node.name(), event.name()))

    for _ in range(2):  # the same one is called once
        karma.addRenderEventCallback(heard)
    karma.render()
    karma.removeRenderEventCallback(heard)
    with pytest.raises(hou.OperationFailed):
        karma.removeRenderEventCallback(heard)
    assert sorted(path.name for path in (tmp_path / "render").iterdir()) == [
        f"a shot.{name}.{frame}.exr" for name in ("first", "passes") for frame in (1001, 1003)
    ]
    frame = ["PreFrame", "PostFrame", "PostWrite"]
    assert [event for _, event in events] == ["PreRender", *frame, *frame, "PostRender"]
    assert [rop.name() for rop, _ in karma.inputDependencies()] == ["first", "passes"]


def test_the_button_renders_the_current_frame(hou, karma, tmp_path):
    hou.setFrame(1003)
    karma.parm("execute").pressButton()
    assert [path.name for path in (tmp_path / "render").iterdir()] == ["a shot.passes.1003.exr"]


def test_a_bypassed_or_locked_rop_renders_nothing(karma, tmp_path):
    karma.bypass(True)
    karma.render()
    karma.bypass(False)
    karma.setLocked(True)
    karma.render()
    assert not (tmp_path / "render").exists()
    karma.render(ignore_lock_flags=True)
    assert (tmp_path / "render").exists()


def test_a_fetch_renders_what_it_fetches(hou, karma, tmp_path):
    fetch = hou.node("/out").createNode("fetch")
    fetch.parm("source").set(karma.path())
    fetch.render()
    assert (tmp_path / "render").exists()


def test_a_missing_camera_is_an_error_of_the_node(hou, karma):
    karma.parm("camera").set("/obj/nobody")
    with pytest.raises(hou.OperationFailed, match="invalid camera"):
        karma.render()
    assert karma.errors() == ("/out/passes: invalid camera '/obj/nobody'",)


def test_a_folder_that_the_rop_doesn_t_make_is_an_error(hou, karma):
    karma.parm("mkpath").set(0)
    with pytest.raises(hou.OperationFailed, match="doesn't make it"):
        karma.render()


def test_a_rop_that_writes_no_frames_is_not_played(hou):
    shell = hou.node("/out").createNode("geometry")
    with pytest.raises(NotPlayedError):
        render_frames(shell, [1])
