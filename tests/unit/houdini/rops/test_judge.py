"""A ROP that would render nothing of use is refused before a render of an hour."""

from __future__ import annotations

import pytest

from cosmos_houdini.errors import BadInputError


@pytest.fixture
def rop(scene):
    scene.camera()
    made = scene.hou.node("/out").createNode("ifd", "beauty")
    made.parm("camera").set("/obj/cam1")
    return made


def refused(path):
    from cosmos_houdini.houdini.rops.judge import usable

    with pytest.raises(BadInputError) as told:
        usable(path)
    assert told.value.fix
    return told.value


def test_a_rop_that_renders_is_taken(rop):
    from cosmos_houdini.houdini.rops.judge import usable

    assert usable(rop.path()) == rop


def test_what_isnt_there_and_what_is_no_rop(scene):
    assert refused("/out/nobody").what == "There is no ROP /out/nobody in the scene."
    assert "is no ROP" in refused(scene.camera("cam2").path()).what


def test_one_that_is_bypassed_or_locked(rop):
    rop.bypass(True)
    assert "bypass" in refused(rop.path()).fix
    rop.bypass(False)
    rop.setLocked(True)
    assert "lock" in refused(rop.path()).fix


def test_one_whose_camera_is_gone(scene, rop):
    scene.hou.node("/obj/cam1").destroy()
    assert "/obj/cam1, which is not there" in refused(rop.path()).what


def test_one_whose_stage_is_gone(scene):
    from cosmos_houdini.houdini.rops.set_up import set_up
    from cosmos_houdini.houdini.rops.wishes import PassWishes

    scene.stage_camera()
    [made] = set_up(PassWishes(camera="/stage/shotcam")).rops
    scene.hou.node(made.evalParm("loppath")).destroy()
    assert "/stage/cosmos_shotcam_settings, which is not there" in refused(made.path()).what


def test_copies_of_ours_are_not_ours(scene):
    from cosmos_houdini.houdini.rops.judge import ours
    from cosmos_houdini.houdini.rops.set_up import set_up
    from cosmos_houdini.houdini.rops.wishes import PassWishes

    scene.camera()
    done = set_up(PassWishes(renderer="mantra", separate=True))
    copy = scene.hou.node("/out").createNode("ifd", "a_copy")
    for name, value in done.rops[0].userDataDict().items():
        copy.setUserData(name, value)
    assert ours() == list(done.rops)


def test_one_that_writes_all_frames_into_one_file(rop):
    rop.parm("vm_picture").set("$HIP/render/shot.exr")
    assert "$F4" in refused(rop.path()).fix


@pytest.mark.parametrize(
    "file", ["$HIP/a.$F4.exr", "$HIP/a.${F4}.exr", "$HIP/a.$F.exr", "$HIP/a.`padzero(4, $F)`.exr"]
)
def test_a_frame_number_may_be_written_in_any_way(rop, file):
    from cosmos_houdini.houdini.rops.judge import usable

    rop.parm("vm_picture").set(file)
    assert usable(rop.path()) == rop


def test_one_that_writes_no_picture(scene):
    assert (
        "doesn't say where its frames go" in refused(scene.hou.node("/out").createNode("merge").path()).what
    )
