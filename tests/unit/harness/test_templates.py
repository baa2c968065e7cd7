"""Parm templates and spare parms."""

from __future__ import annotations

import pytest


@pytest.fixture
def hou(hython):
    return hython("20.5").hou


@pytest.fixture
def camera(hou):
    return hou.node("/obj").createNode("cam")


def test_a_group_with_a_folder_makes_spare_parms(hou, camera):
    folder = hou.FolderParmTemplate("cosmos", "Cosmos")
    folder.addParmTemplate(hou.StringParmTemplate("project", "Project", 1, default_value=("$HIP/cosmos",)))
    folder.addParmTemplate(hou.MenuParmTemplate("engine", "Engine", ("a", "b"), ("A", "B"), default_value=1))
    group = camera.parmTemplateGroup()
    group.append(folder)
    group.appendToFolder("Cosmos", hou.FloatParmTemplate("gain", "Gain", 2, (0.5, 1)))
    camera.setParmTemplateGroup(group)
    assert camera.parm("engine").evalAsString() == "b"
    assert camera.parmTuple("gain").eval() == (0.5, 1)
    assert camera.parm("gainx").isSpare()
    assert not camera.parm("tx").isSpare()
    again = camera.parmTemplateGroup()
    again.remove("engine")
    camera.setParmTemplateGroup(again)
    assert camera.parm("engine") is None


def test_a_constructor_is_checked_by_the_stubs(hou):
    with pytest.raises(TypeError, match="missing a required argument: 'label'"):
        hou.StringParmTemplate("x")
    with pytest.raises(TypeError, match="unexpected keyword"):
        hou.ToggleParmTemplate("x", "X", default=True)


def test_a_template_has_only_the_methods_of_its_class(hou):
    with pytest.raises(AttributeError):
        hou.ToggleParmTemplate("x", "X").menuItems()
    assert hou.MenuParmTemplate("x", "X", ("a",)).menuItems() == ("a",)


def test_a_name_that_is_there_already_is_refused(hou, camera):
    with pytest.raises(hou.OperationFailed, match="already"):
        camera.addSpareParmTuple(hou.StringParmTemplate("t", "T", 1))
    group = camera.parmTemplateGroup()
    with pytest.raises(hou.OperationFailed, match="already"):
        group.append(hou.StringParmTemplate("t", "T", 1))
    with pytest.raises(hou.OperationFailed, match="no folder"):
        group.appendToFolder("Nowhere", hou.StringParmTemplate("x", "X", 1))


def test_an_expression_is_the_default_of_a_spare_parm(hou, camera):
    camera.addSpareParmTuple(hou.IntParmTemplate("start", "Start", 1, default_expression=("$FSTART",)))
    hou.playbar.setFrameRange(1001, 1010)
    assert camera.evalParm("start") == 1001


def test_spare_parms_can_be_removed(hou, camera):
    camera.addSpareParmTuple(hou.ToggleParmTemplate("on", "On", default_value=True))
    assert camera.evalParm("on") == 1
    camera.removeSpareParms()
    assert camera.parm("on") is None


def test_the_template_of_a_parm_tells_its_label_and_size(camera):
    template = camera.parmTuple("res").parmTemplate()
    assert (template.name(), template.label(), template.numComponents()) == ("res", "Resolution", 2)
