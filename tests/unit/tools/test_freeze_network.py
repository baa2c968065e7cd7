from __future__ import annotations

import pytest

import freeze_network
from cosmos_houdini.houdini.interface import NODES, template_body
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
