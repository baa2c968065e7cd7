"""Nodes of the stand-in: what Houdini refuses is refused."""

from __future__ import annotations

import pytest


@pytest.fixture
def hou(hython):
    return hython("20.5").hou


def test_an_unknown_type_is_refused(hou):
    with pytest.raises(hou.OperationFailed, match="Invalid node type name"):
        hou.node("/obj").createNode("cosmos")


def test_a_node_that_is_not_there_is_none(hou):
    assert hou.node("/obj/nothing") is None
    assert hou.node("/obj").node("nothing") is None


def test_names_are_made_unique(hou):
    made = [hou.node("/obj").createNode("cam").name() for _ in range(3)]
    assert made == ["cam1", "cam2", "cam3"]
    assert hou.node("/obj").createNode("cam", "cam1").name() == "cam4"


def test_an_invalid_name_is_refused_unless_asked_to_be_made_valid(hou):
    with pytest.raises(hou.OperationFailed, match="Invalid node name"):
        hou.node("/obj").createNode("cam", "shot cam")
    assert hou.node("/obj").createNode("cam", "shot cam", force_valid_node_name=True).name() == "shot_cam"


def test_a_deleted_node_says_so(hou):
    camera = hou.node("/obj").createNode("cam")
    camera.destroy()
    with pytest.raises(hou.ObjectWasDeleted):
        camera.name()
    assert hou.node("/obj").children() == ()


def test_an_input_that_is_not_there_is_refused(hou):
    net = hou.node("/obj").createNode("topnet")
    fetch, wait = net.createNode("ropfetch"), net.createNode("waitforall")
    wait.setInput(0, fetch)
    assert wait.inputs() == (fetch,)
    assert fetch.outputs() == (wait,)
    with pytest.raises(hou.InvalidInput):
        fetch.setInput(1, net.createNode("genericgenerator"))


def test_nodes_of_two_networks_can_t_be_wired(hou):
    one, other = (hou.node("/obj").createNode("topnet") for _ in range(2))
    with pytest.raises(hou.OperationFailed, match="same network"):
        one.createNode("waitforall").setInput(0, other.createNode("ropfetch"))


def test_a_loop_is_refused(hou):
    net = hou.node("/obj").createNode("topnet")
    first = net.createNode("genericgenerator")
    second = first.createOutputNode("waitforall")
    with pytest.raises(hou.OperationFailed, match="loop"):
        first.setInput(0, second)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda node: node.createNode(), "missing a required argument"),
        (lambda node: node.createNode("cam", name="x"), "unexpected keyword"),
        (lambda node: node.createNode(5), "argument 'node_type_name' of type 'str'"),
        (lambda node: node.setUserData("a", 1), "argument 'value' of type 'str'"),
    ],
)
def test_a_call_that_the_stubs_don_t_have_is_a_type_error(hou, call, said):
    with pytest.raises(TypeError, match=said):
        call(hou.node("/obj"))


def test_a_misspelt_method_is_an_attribute_error(hou):
    with pytest.raises(AttributeError, match="creatNode"):
        hou.node("/obj").creatNode("cam")


def test_copernicus_is_not_in_20_0(hython):
    hou = hython("20.0").hou
    with pytest.raises(hou.OperationFailed):
        hou.node("/obj").createNode("copnet")
    assert hython("20.5").hou.node("/obj").createNode("copnet").createNode("file")


def test_a_manager_is_neither_deleted_nor_renamed(hou):
    for call in (hou.node("/obj").destroy, lambda: hou.node("/out").setName("rops")):
        with pytest.raises(hou.OperationFailed):
            call()


def test_a_node_in_a_locked_asset_is_not_deleted_nor_are_its_parms_locked(hou):
    subnet = hou.node("/obj").createNode("subnet")
    camera = subnet.createNode("cam")
    subnet._state.locked = True
    with pytest.raises(hou.OperationFailed):
        camera.destroy()
    with pytest.raises(hou.PermissionError):
        camera.parm("resx").lock(True)
