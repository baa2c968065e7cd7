"""Scenes on disk: what one Houdini saved, another opens."""

from __future__ import annotations

import json

import pytest


def build(hou):
    """A scene with what a plugin leaves in one."""
    camera = hou.node("/obj").createNode("cam", "shot_cam")
    camera.setParms({"resx": 1280, "resy": 704, "tx": 2.5})
    camera.setUserData("cosmos", "passes")
    camera.setComment("made for Cosmos")
    camera.addSpareParmTuple(hou.StringParmTemplate("project", "Project", 1, default_value=("$HIP/cosmos",)))
    net = hou.node("/obj").createNode("topnet", "cosmos")
    fetch = net.createNode("ropfetch", "passes")
    fetch.parmTuple("range").deleteAllKeyframes()
    fetch.parmTuple("range").set((1001, 1010, 1))
    fetch.parm("roppath").setExpression('chs("../topscheduler")')
    done = fetch.createOutputNode("waitforall", "done")
    done.setDisplayFlag(True)
    done.parm("pdg_partitionmergeattributes").set(2)
    done.parm("pdg_partitionmergepattern2").set("cosmos_*")
    hou.playbar.setFrameRange(1001, 1049)
    return done


def test_another_session_opens_what_was_saved(hython, tmp_path):
    hip = tmp_path / "mein Film" / "Aufnähme 1.hip"
    first = hython("20.5", hip=hip).hou
    build(first)
    assert first.hipFile.hasUnsavedChanges()
    first.hipFile.save()
    assert not first.hipFile.hasUnsavedChanges()
    hou = hython("20.5", hip=hip).hou
    camera = hou.node("/obj/shot_cam")
    assert camera.parmTuple("res").eval() == (1280, 704)
    assert camera.evalParm("tx") == 2.5
    assert camera.evalParm("project") == f"{hip.parent}/cosmos"
    assert camera.userData("cosmos") == "passes"
    assert camera.comment() == "made for Cosmos"
    done = hou.node("/obj/cosmos/done")
    assert done.inputs() == (hou.node("/obj/cosmos/passes"),)
    assert done.input(0).parmTuple("range").eval() == (1001, 1010, 1)
    assert done.input(0).parm("roppath").expression() == 'chs("../topscheduler")'
    assert done.evalParm("pdg_partitionmergepattern2") == "cosmos_*"
    assert done.isDisplayFlagSet()
    assert tuple(hou.playbar.frameRange()) == (1001, 1049)
    assert hou.node("/obj/cosmos/localscheduler") is not None
    assert not hou.hipFile.hasUnsavedChanges()


def test_saving_twice_writes_the_same(hython, tmp_path):
    hip = tmp_path / "a.hip"
    first = hython(hip=hip)
    build(first.hou)
    first.hou.hipFile.save()
    text = hip.read_text(encoding="utf-8")
    again = hython(hip=hip)
    again.hou.hipFile.save()
    assert hip.read_text(encoding="utf-8") == text


def test_a_node_of_the_old_scene_is_gone_after_a_load(hython, tmp_path):
    hou = hython(hip=tmp_path / "a.hip").hou
    hou.hipFile.save()
    camera = hou.node("/obj").createNode("cam")
    hou.hipFile.load(str(tmp_path / "a.hip"))
    with pytest.raises(hou.ObjectWasDeleted):
        camera.path()


def test_a_file_that_is_missing_or_no_scene_is_refused(hython, tmp_path):
    hou = hython().hou
    with pytest.raises(hou.OperationFailed, match="Unable to open"):
        hou.hipFile.load(str(tmp_path / "nothing.hip"))
    (tmp_path / "b.hip").write_bytes(b"MThd\xff\x00")
    with pytest.raises(hou.OperationFailed, match="not a valid hip file"):
        hou.hipFile.load(str(tmp_path / "b.hip"))


def test_a_folder_that_can_t_be_written_is_refused(hython, tmp_path):
    hou = hython().hou
    (tmp_path / "file").write_text("")
    with pytest.raises(hou.OperationFailed, match="Unable to save"):
        hou.hipFile.save(str(tmp_path / "file" / "shot.hip"))


def test_a_scene_with_nodes_that_this_version_lacks_warns_and_loads_the_rest(hython, tmp_path):
    hip = tmp_path / "a.hip"
    newer = hython("21.0", hip=hip).hou
    newer.node("/obj").createNode("copnet").createNode("file")
    newer.node("/obj").createNode("cam")
    newer.hipFile.save()
    older = hython("20.0").hou
    with pytest.raises(older.LoadWarning, match="copnet"):
        older.hipFile.load(str(hip))
    assert [node.name() for node in older.node("/obj").children()] == ["cam1"]
    older.hipFile.load(str(hip), ignore_load_warnings=True)


def test_an_unsaved_scene_says_so(hython, tmp_path):
    hou = hython().hou
    assert hou.hipFile.isNewFile()
    assert hou.hipFile.basename() == "untitled.hip"
    hou.hipFile.save(str(tmp_path / "x.hip"))
    assert not hou.hipFile.isNewFile()
    assert hou.hipFile.path() == str(tmp_path / "x.hip")
    hou.hipFile.clear()
    assert hou.hipFile.isNewFile()


def test_whoever_listens_hears_of_saving_and_loading(hython, tmp_path):
    hou = hython().hou
    heard = []
    hou.hipFile.addEventCallback(heard.append)
    hou.hipFile.save(str(tmp_path / "x.hip"))
    hou.hipFile.load(str(tmp_path / "x.hip"))
    events = hou.hipFileEventType
    assert heard == [events.BeforeSave, events.AfterSave, events.BeforeLoad, events.AfterLoad]


def test_the_file_is_json_with_only_what_was_set(hython, tmp_path):
    hou = hython(hip=tmp_path / "x.hip").hou
    hou.node("/obj").createNode("cam").parm("tx").set(3)
    hou.hipFile.save()
    [node] = json.loads((tmp_path / "x.hip").read_text(encoding="utf-8"))["nodes"]
    assert (node["path"], node["type"], list(node["parms"])) == ("/obj/cam1", "cam", ["t"])
