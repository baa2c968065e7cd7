"""Where a scene's project is, and what is said where it can't be."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cosmos_houdini.errors import BadInputError

ROOT = Path(__file__).parents[3]


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


def test_a_node_goes_before_a_work_item_and_that_before_the_scene(hip, tmp_path):
    node, item, scene = (str(tmp_path / name) for name in ("node", "item", "scene"))
    hip.set_project(scene)
    assert str(hip.project_folder(node, item)) == node
    assert str(hip.project_folder("  ", item)) == item
    assert str(hip.project_folder()) == scene


def test_what_a_node_or_an_item_says_is_a_path_already(hip):
    assert str(hip.project_folder(item="/shots/a $HIP b")) == "/shots/a $HIP b"


def test_buttons_and_cooks_take_the_project_of_the_scene_where_nothing_else_says_one(
    hython, tmp_path, monkeypatch
):
    monkeypatch.setenv("COSMOS_HOUDINI", str(ROOT))
    hou = hython(hip=tmp_path / "city.hip", plugins=[ROOT]).hou
    from cosmos_houdini.houdini import hip
    from cosmos_houdini.houdini.interface import NODES
    from cosmos_houdini.houdini.network.build import build
    from cosmos_houdini.houdini.nodes import buttons
    from cosmos_houdini.houdini.work.evaluate import Attributes
    from cosmos_houdini.houdini.work.scene import project_of

    hip.set_project(str(tmp_path / "own"))
    nodes = [node for node in build().topnet.children() if node.parm("project") is not None]
    assert len(nodes) == len(NODES)
    for node in nodes:
        assert project_of(node.evalParm("project"), Attributes(None)) == tmp_path / "own", node.name()
        assert buttons._project(node) == tmp_path / "own", node.name()
    assert hou.node("/obj/cosmos_topnet/cosmos_encode") in nodes


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
    with pytest.raises(BadInputError, match="no absolute path"):
        hip.project_folder("cosmos")


@pytest.mark.parametrize("folder", ["cosmos", "$HIP/file/cosmos"])
def test_a_folder_that_cant_be_the_project_isnt_kept(hip, folder):
    (hip.folder / "file").write_text("in the way")
    before = hip.project_text()
    with pytest.raises(BadInputError):
        hip.set_project(folder)
    assert hip.project_text() == before
    assert hip.session.hou.node("/out").children() == ()


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
