from __future__ import annotations

from types import SimpleNamespace

import pytest

import freeze_network
from cosmos_houdini.houdini.interface import NODES, template_body
from cosmos_houdini.houdini.work.patterns import typed_text
from hython_harness.facts import VERSIONS
from hython_harness.pdg_types import add_type


@pytest.fixture(params=VERSIONS)
def houdini(hython, request):
    session = hython(version=request.param)
    for interface in NODES.values():
        add_type(session, interface.kind, interface.name, interface.label, template_body(interface))
    return session


@pytest.mark.parametrize("nodes", ["types", "factory"])
def test_what_is_frozen_is_the_whole_network_with_an_output(houdini, nodes):
    subnet = freeze_network.built(nodes)
    assert subnet.type().name() == "subnet"
    last = subnet.node("output0").input(0)
    names = []
    while last is not None:
        names.append(last.name())
        last = last.input(0)
    assert names[0] == "cosmos_load"
    assert names[-1] == "cosmos_passes"


def test_its_scheduler_is_found_wherever_the_asset_is_put(houdini):
    subnet = freeze_network.built("types")
    transfer = subnet.node("cosmos_transfer")
    assert houdini.hou.node(transfer.evalParm("topscheduler")) == subnet.node("cosmos_gpu_box")
    subnet.setName("elsewhere")
    assert houdini.hou.node(transfer.evalParm("topscheduler")) == subnet.node("cosmos_gpu_box")


def test_what_is_set_for_each_shot_is_on_the_frozen_node(houdini):
    subnet = freeze_network.built("types")
    subnet.setParms({"prompt": "Rain", "engine": "preview", "use_seed": 1, "seed": 7, "roppath": "/out/a"})
    spec, encode = subnet.node("cosmos_spec"), subnet.node("cosmos_encode")
    assert (spec.evalParm("prompt"), spec.evalParm("use_seed"), spec.evalParm("seed")) == ("Rain", 1, 7)
    assert spec.evalParm("engine") == "preview"
    assert encode.evalParm("engine") == "preview"
    assert subnet.node("cosmos_passes").evalParm("roppath") == "/out/a"


def test_a_prompt_on_the_frozen_node_is_taken_as_typed(houdini):
    subnet = freeze_network.built("types")
    subnet.parm("prompt").set("a `neon` sign, $5")
    spec = SimpleNamespace(topNode=subnet.node("cosmos_spec"))
    assert typed_text(spec, "prompt") == "a `neon` sign, $5"


def test_of_factory_nodes_the_rop_is_on_the_frozen_node(houdini):
    subnet = freeze_network.built("factory")
    subnet.parm("roppath").set("/out/a")
    assert subnet.node("cosmos_passes").evalParm("roppath") == "/out/a"
    assert subnet.parm("prompt") is None
