"""The network editor, long operations, finding nodes, and pictures in COPs."""

from __future__ import annotations

import numpy as np
import OpenImageIO as oiio  # noqa: N813 - the library's own abbreviation
import pytest

from hython_harness.errors import NotPlayedError


@pytest.fixture
def session(hython, tmp_path):
    return hython("20.5", hip=tmp_path / "a.hip", ui=True)


@pytest.fixture
def hou(session):
    return session.hou


def test_nodes_are_found_by_pattern_and_kind(hou):
    inside = hou.node("/obj").createNode("subnet")
    cameras = [hou.node("/obj").createNode("cam", "shot_cam"), inside.createNode("cam", "other")]
    hou.node("/obj").createNode("geo", "shot_geo")
    root = hou.node("/")
    assert hou.node("/obj").glob("shot_*") == (cameras[0], hou.node("/obj/shot_geo"))
    assert set(root.recursiveGlob("*", hou.nodeTypeFilter.ObjCamera)) == set(cameras)
    with pytest.raises(NotPlayedError):
        root.recursiveGlob("*", hou.nodeTypeFilter.Dop)


def test_the_network_editor_shows_where_the_person_is(hou):
    editor = hou.ui.paneTabOfType(hou.paneTabType.NetworkEditor)
    assert editor.pwd() == hou.node("/obj")
    camera = hou.node("/obj").createNode("subnet").createNode("cam")
    editor.setCurrentNode(camera)
    assert (editor.pwd(), editor.currentNode()) == (camera.parent(), camera)
    assert hou.ui.paneTabOfType(hou.paneTabType.Textport) is None


def test_a_selection_is_seen_and_cleared(hou):
    camera = hou.node("/obj").createNode("cam")
    camera.setSelected(True)
    assert hou.selectedNodes() == (camera,)
    hou.clearAllSelected()
    assert hou.selectedNodes() == ()


def test_a_long_operation_can_be_interrupted(session, hou):
    def work():
        with hou.InterruptableOperation("Extract frames", open_interrupt_dialog=True) as operation:
            operation.updateProgress(0.5)

    work()
    assert session.operations[-1] == ("Extract frames", 0.5)
    session.interrupt = True
    with pytest.raises(hou.OperationInterrupted):
        work()


@pytest.mark.parametrize(("net", "parm"), [("cop2net", "filename1"), ("copnet", "filename")])
def test_a_file_node_has_to_find_its_file(hou, tmp_path, net, parm):
    node = hou.node("/obj").createNode(net).createNode("file")
    node.parm(parm).set("$HIP/x.$F4.exr")
    shown = node.createOutputNode("null")
    with pytest.raises(hou.OperationFailed, match="Unable to read the file"):
        shown.cook()
    assert node.errors()
    image = oiio.ImageBuf(oiio.ImageSpec(6, 4, 3, oiio.HALF))
    image.set_pixels(oiio.ROI(), np.zeros((4, 6, 3), np.float32))
    image.write(str(tmp_path / "x.0001.exr"))
    shown.cook(force=True)
    assert node.errors() == ()
    if net == "cop2net":
        assert (shown.xRes(), shown.yRes()) == (6, 4)
