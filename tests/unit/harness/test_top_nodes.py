"""TOP nodes as PDG sees them, and types that are registered with PDG."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from hython_harness.errors import NotPlayedError, UnknownFactError

BODY = json.dumps(
    {
        "name": "cosmosspec",
        "dataType": "genericdata",
        "parameters": [
            {"name": "prompt", "label": "Prompt", "type": "String", "size": 1, "value": "night"},
            {"name": "seed", "label": "Seed", "type": "Integer", "value": 7},
            {"name": "weight", "label": "Weight", "type": "Float", "value": 0.5},
        ],
    }
)


@dataclass
class Item:
    """What a text may ask of a work item."""

    name: str = "wedge1_3"
    id: int = 12
    index: int = 3
    frame: float = 1005.0
    hasFrame: bool = True  # noqa: N815 - as PDG has it
    attributes: dict = field(default_factory=lambda: {"seed": [11], "prompt": ["day"], "p": [1.5, 2.5]})

    def attribValue(self, name, index=0):
        values = self.attributes.get(name)
        return None if values is None else values[index]


@pytest.fixture
def session(hython, tmp_path):
    return hython("21.0", hip=tmp_path / "shot.hip")


@pytest.fixture
def net(session):
    return session.hou.node("/obj").createNode("topnet", "cosmos")


def test_a_new_network_has_a_scheduler_which_is_its_default(session, net):
    fetch = net.createNode("ropfetch")
    assert session.top_source(fetch).scheduler_path() == "/obj/cosmos/localscheduler"
    other = net.createNode("localscheduler", "mine")
    fetch.parm("topscheduler").set("../mine")
    assert session.top_source(fetch).scheduler_path() == other.path()
    fetch.parm("topscheduler").set("")
    net.node("localscheduler").destroy()
    assert session.top_source(fetch).scheduler_path() is None


def test_tasks_holds_networks_too(session):
    net = session.hou.node("/tasks").createNode("topnet")
    assert net.evalParm("topscheduler") == "localscheduler"
    assert session.top_source(net.createNode("wedge")).scheduler_path() == "/tasks/topnet1/localscheduler"


def test_texts_and_numbers_know_the_work_item(session, net):
    node = net.createNode("genericgenerator", "make")
    node.parm("pdg_command").set("run `@seed` -f $F4 -n `@pdg_name` $OS `@p.y`")
    node.parm("itemcount").setExpression("@seed + 1")
    source = session.top_source(node)
    assert source.evaluate("pdg_command", Item()) == "run 11 -f 1005 -n wedge1_3 make 2.5"
    assert source.evaluate("itemcount", Item()) == 12
    assert source.evaluate("pdg_command") == "run 0 -f 0001 -n 0 make 0"
    assert source.evaluate("itemcount", Item(attributes={})) == 1
    with pytest.raises(KeyError):
        source.evaluate("nothing")
    node.parm("pdg_command").set("`@pdg_input`")
    with pytest.raises(NotPlayedError):
        source.evaluate("pdg_command", Item())


def test_a_parm_of_components_is_a_tuple(session, net):
    source = session.top_source(net.createNode("ropfetch"))
    session.hou.playbar.setFrameRange(1001, 1010)
    assert source.evaluate("range") == (1001, 1010, 1)


def test_inputs_outputs_and_messages(session, net):
    fetch = net.createNode("ropfetch")
    done = fetch.createOutputNode("waitforall")
    source = session.top_source(done)
    assert source.input_nodes() == [session.top_source(fetch)]
    assert source.input_nodes()[0].output_nodes() == [source]
    assert source.network() == session.top_source(net)
    source.add_error("it broke")
    source.add_warning("look out")
    assert (done.errors(), done.warnings()) == (("it broke",), ("look out",))
    source.clear_messages()
    assert done.errors() == ()


def test_a_registered_processor_is_a_type_with_the_parms_of_its_template(session, net):
    session.add_pdg_type("processor", "cosmosspec", "Cosmos Spec", BODY)
    assert (
        session.hou.nodeTypeCategories()["Top"].nodeTypes()["pdg_cosmosspec"].description() == "Cosmos Spec"
    )
    node = net.createNode("pdg_cosmosspec")
    assert (node.evalParm("prompt"), node.evalParm("seed"), node.evalParm("weight")) == ("night", 7, 0.5)
    assert node.parm("topscheduler") is not None
    assert node.parm("generate") is None
    assert session.top_source(node).registered_name() == "cosmosspec"
    assert not node.isScheduler()
    with pytest.raises(TypeError):
        node.parm("prompt").set(3)


def test_a_registered_scheduler_takes_no_input_and_is_one(session, net):
    session.add_pdg_type("scheduler", "cosmosgpubox", "Cosmos GPU Box", BODY)
    node = net.createNode("pdg_cosmosgpubox")
    assert node.isScheduler()
    assert node.parm("pdg_workingdir") is not None
    with pytest.raises(session.hou.InvalidInput):
        node.setInput(0, net.createNode("ropfetch"))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"type": "Toggle"}, ValueError),
        ({"type": "Float", "size": 3}, UnknownFactError),
        ({"menu": ["a", "b"]}, ValueError),
    ],
)
def test_a_template_that_pdg_can_t_read_is_refused(session, change, error):
    body = json.loads(BODY)
    body["parameters"][0] |= change
    with pytest.raises(error):
        session.add_pdg_type("processor", "x", "X", json.dumps(body))
    body["dataType"] = "geometry"
    with pytest.raises(ValueError, match="geometry"):
        session.add_pdg_type("processor", "x", "X", json.dumps(body))
    del body["dataType"]
    with pytest.raises(ValueError, match="dataType"):
        session.add_pdg_type("processor", "x", "X", json.dumps(body))
