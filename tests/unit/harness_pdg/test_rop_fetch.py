"""ROP Fetch renders: real frames, in real jobs, from the scene as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from hython_harness.errors import NotPlayedError

from .topnet import cook, items, states


@pytest.fixture
def fetch(scene):
    """A small Mantra ROP, and a node that fetches its frames 1 to 3."""
    camera = scene.hou.node("/obj").createNode("cam", "cam1")
    camera.parmTuple("res").set((32, 18))
    rop = scene.hou.node("/out").createNode("ifd", "mantra1")
    rop.parm("camera").set(camera.path())
    rop.parm("vm_picture").set("$HIP/render/shot.$F4.exr")
    node = scene.net.createNode("ropfetch", "fetch")
    node.parm("roppath").set(rop.path())
    node.parm("framegeneration").set(1)
    node.parmTuple("range").deleteAllKeyframes()
    node.parmTuple("range").set((1, 3, 1))
    scene.rop = rop
    return node


def written(node):
    return [Path(file.path).name for item in items(node) for file in item.outputFiles]


def test_frames_are_rendered_in_batches_and_reported_as_images(fetch, tmp_path):
    fetch.parm("framesperbatch").set(2)
    cook(fetch)
    assert states(fetch) == ["CookedSuccess"] * 2, items(fetch)[0].logMessages
    assert [item.frame for item in items(fetch)] == [1, 3]
    assert written(fetch) == ["shot.0001.exr", "shot.0002.exr", "shot.0003.exr"]
    assert {file.tag for item in items(fetch) for file in item.outputFiles} == {"file/image"}
    assert all((tmp_path / "render" / name).stat().st_size > 100 for name in written(fetch))
    assert items(fetch)[0].cookPercent == 100
    fetch.dirtyAllTasks(False)
    cook(fetch)
    assert states(fetch) == ["CookedCache"] * 2


def test_all_frames_may_be_one_batch_and_rendered_here(fetch, tmp_path):
    fetch.setParms({"batchall": 1, "pdg_cooktype": 1})
    cook(fetch)
    assert states(fetch) == ["CookedSuccess"]
    assert len(written(fetch)) == 3


def test_each_variant_renders_its_own_files(fetch, scene, tmp_path):
    wedge = scene.net.createNode("wedge")
    wedge.parm("wedgecount").set(2)
    fetch.setInput(0, wedge)
    fetch.setParms({"framegeneration": 0, "useframeoverride": 1, "frameoverride": 2, "pdg_cooktype": 1})
    cook(fetch)
    assert [item.parent for item in items(fetch)] == items(wedge)
    assert [item.frame for item in items(fetch)] == [2, 2]


def test_files_may_have_another_tag(fetch):
    fetch.setParms({"batchall": 1, "usefiletag": 1, "filetag": "file/image/depth"})
    cook(fetch)
    assert {file.tag for file in items(fetch)[0].outputFiles} == {"file/image/depth"}


def test_what_the_harness_does_not_render_stops_the_test(fetch, scene):
    fetch.parm("usecustombutton").set(1)
    with pytest.raises(NotPlayedError, match="usecustombutton"):
        cook(fetch)
    fetch.parm("usecustombutton").set(0)
    fetch.setInput(0, scene.net.createNode("wedge"))
    scene.rop.parm("vm_picture").set("$HIP/`@seed`.$F.exr")
    with pytest.raises(NotPlayedError, match="attribute"):
        cook(fetch)


def test_a_rop_that_is_not_there_is_an_error_of_the_node(fetch):
    fetch.parm("roppath").set("/out/nothing")
    cook(fetch)
    assert "/out/nothing" in fetch.errors()[0]
    assert items(fetch) == []


def test_a_render_that_fails_is_told_in_the_log(fetch, scene):
    scene.rop.parm("camera").set("/obj/nothing")
    fetch.parm("batchall").set(1)
    [item] = cook(fetch)
    assert states(fetch) == ["CookedFail"]
    assert "/obj/nothing" in item.logMessages
