"""Where a scene's project is, and what is said where it can't be."""

from __future__ import annotations

import os
import stat

import pytest

from cosmos_houdini.errors import BadInputError


@pytest.fixture
def hip(hython, tmp_path):
    """The module, in a Houdini whose scene is saved in a folder with a space and letters of two scripts."""
    folder = tmp_path / "my shöt 街"
    folder.mkdir()
    session = hython(hip=folder / "city.hip")
    from cosmos_houdini.houdini import hip as module

    module.session, module.folder = session, folder
    return module


def test_it_is_beside_the_scene_and_made_on_demand(hip):
    assert hip.project_folder() == hip.folder / "cosmos"
    assert not (hip.folder / "cosmos").exists()
    assert hip.project_folder(create=True) == hip.folder / "cosmos"
    assert (hip.folder / "cosmos" / "inputs").is_dir()


def test_a_scene_may_say_another_one_and_keeps_it(hip, tmp_path):
    hip.set_project("$HIP/../shared")
    assert hip.project_folder() == hip.folder / ".." / "shared"
    hou = hip.session.hou
    hou.hipFile.save()
    hou.hipFile.load(hou.hipFile.path(), suppress_save_prompt=True)
    assert hip.project_text() == "$HIP/../shared"
    hip.set_project(None)
    assert hip.project_text() == "$HIP/cosmos"


def test_a_node_goes_before_the_scene(hip, tmp_path):
    hip.set_project("/elsewhere")
    topnet = hip.session.hou.node("/obj").createNode("topnet")
    assert hip.project_text(topnet) == "/elsewhere", "a node without the parameter says nothing"
    from cosmos_houdini.houdini.interface import NODES, template_body
    from hython_harness.pdg_types import add_type

    load = NODES["cosmosload"]
    kind = add_type(hip.session, load.kind, load.name, load.label, template_body(load)).name
    node = topnet.createNode(kind)
    node.parm("project").set(str(tmp_path / "own"))
    assert hip.project_folder(node) == tmp_path / "own"
    node.parm("project").setExpression('"/by/" + "expression"', hip.session.hou.exprLanguage.Python)
    assert hip.project_text(node) == "/by/expression"


def test_a_scene_that_was_never_saved_is_refused(hython, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    hython()
    from cosmos_houdini.houdini import hip

    with pytest.raises(BadInputError) as told:
        hip.project_folder(create=True)
    assert told.value.what == "The scene has not been saved yet."
    assert "Save the scene" in told.value.fix
    assert list(tmp_path.iterdir()) == []
    hip.set_project(str(tmp_path / "own"))
    assert hip.project_folder(create=True) == tmp_path / "own", "a folder of its own needs no scene"


def test_a_relative_folder_is_refused(hip):
    hip.set_project("cosmos")
    with pytest.raises(BadInputError, match="no absolute path"):
        hip.project_folder()


def test_a_folder_that_cant_be_made_is_explained(hip):
    (hip.folder / "cosmos").write_text("in the way")
    with pytest.raises(BadInputError) as told:
        hip.project_folder(create=True)
    assert "can't be written" in told.value.what
    assert told.value.why
    assert "Ctrl-click Set Up Passes" in told.value.fix


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may write anywhere")
def test_a_read_only_folder_is_explained(hip):
    hip.folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(BadInputError, match="can't be written"):
            hip.project_folder(create=True)
    finally:
        hip.folder.chmod(stat.S_IRWXU)


def test_a_project_on_a_read_only_disk_is_explained(hip, monkeypatch):
    """As a folder that is there, and takes no file."""
    import tempfile

    hip.project_folder(create=True)

    def refused(**_options):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    with pytest.raises(BadInputError) as told:
        hip.project_folder(create=True)
    assert told.value.why == "Read-only file system."
