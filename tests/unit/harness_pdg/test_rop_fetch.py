"""ROP Fetch renders: real frames, in real jobs, from the scene as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from hython_harness.errors import NotPlayedError

from .topnet import cook, items, states, wait_for_cook, wait_until


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


def log(node):
    """A batch has one log, that of its job."""
    return "\n".join({item.batchParent.logMessages for item in items(node)})


def written(node):
    return [Path(file.path).name for item in items(node) for file in item.outputFiles]


def test_each_frame_is_an_item_and_a_batch_of_them_is_one_job(fetch, tmp_path):
    fetch.parm("framesperbatch").set(2)
    cook(fetch)
    assert states(fetch) == ["CookedSuccess"] * 3, log(fetch)
    assert [(item.frame, item.index, item.batchIndex) for item in items(fetch)] == [
        (1, 0, 0), (2, 1, 1), (3, 2, 0),
    ]  # fmt: skip
    first, second, third = (item.batchParent for item in items(fetch))
    assert first is second is not third
    assert [(one.isBatch, one.batchSize, one.state.name) for one in (first, third)] == [
        (True, 2, "CookedSuccess"), (True, 1, "CookedSuccess"),
    ]  # fmt: skip
    assert [item.name for item in first.batchItems] == [f"{first.name}_0", f"{first.name}_1"]
    assert items(fetch)[1].floatAttribArray("range") == [1, 2, 1]
    assert [len(item.outputFiles) for item in items(fetch)] == [1, 1, 1]
    assert written(fetch) == ["shot.0001.exr", "shot.0002.exr", "shot.0003.exr"]
    assert {file.tag for item in items(fetch) for file in item.outputFiles} == {"file/image"}
    assert all((tmp_path / "render" / name).stat().st_size > 100 for name in written(fetch))
    assert first.cookPercent == 100
    fetch.dirtyAllTasks(False)
    cook(fetch)
    assert states(fetch) == ["CookedCache"] * 3


def test_without_batches_each_frame_is_a_job(fetch):
    cook(fetch)
    assert states(fetch) == ["CookedSuccess"] * 3
    assert [item.batchParent for item in items(fetch)] == [None] * 3
    assert written(fetch) == ["shot.0001.exr", "shot.0002.exr", "shot.0003.exr"]


def test_all_frames_may_be_one_batch_and_rendered_here(fetch, tmp_path):
    fetch.setParms({"batchall": 1, "pdg_cooktype": 1})
    cook(fetch)
    assert states(fetch) == ["CookedSuccess"] * 3
    assert {item.batchParent.batchSize for item in items(fetch)} == {3}
    assert len(written(fetch)) == 3


def test_a_frame_that_fails_ends_its_batch_and_not_what_was_rendered_before(fetch, scene, tmp_path):
    """A batch is one call of render(), and an error ends it early (SideFX forum, topic 83119)."""
    (tmp_path / "render" / "shot.0002.exr").mkdir(parents=True)  # no picture can be written there
    fetch.parm("framesperbatch").set(2)
    after = scene.net.createNode("waitforall")
    after.setInput(0, fetch)
    cook(after)
    assert states(fetch) == ["CookedSuccess", "CookedFail", "CookedSuccess"]
    first, second, _ = items(fetch)
    assert first.batchParent.state.name == "CookedFail"
    assert "shot.0002.exr" in second.batchParent.logMessages
    assert second.logMessages == ""
    assert states(after) == ["Uncooked"]
    (tmp_path / "render" / "shot.0002.exr").rmdir()
    before = (tmp_path / "render" / "shot.0003.exr").stat().st_mtime_ns
    cook(after)
    assert states(fetch)[1:] == ["CookedSuccess", "CookedSuccess"]
    assert (tmp_path / "render" / "shot.0003.exr").stat().st_mtime_ns == before
    assert [len(item.outputFiles) for item in items(after)] == [3]


def test_a_cancelled_batch_ends_with_all_its_frames(fetch, scene):
    fetch.parm("batchall").set(1)
    cancel_when_it_renders(fetch)
    assert set(states(fetch)) <= {"CookedSuccess", "CookedCancel"}
    assert states(fetch)[-1] == "CookedCancel"
    cook(fetch)
    assert states(fetch) == ["CookedSuccess"] * 3


def cancel_when_it_renders(node):
    node.cookWorkItems(block=False)
    wait_until(lambda: any(state in ("Cooking", "CookedSuccess") for state in states(node)))
    node.cancelCook()
    wait_for_cook(node)


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
    assert {file.tag for item in items(fetch) for file in item.outputFiles} == {"file/image/depth"}


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
    cook(fetch)
    assert states(fetch) == ["CookedFail"] * 3
    assert "/obj/nothing" in log(fetch)
