"""The TOP network as it stands after building; what it cooks is tested where it cooks."""

from __future__ import annotations

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.houdini.interface import NODES, template_body
from cosmos_houdini.houdini.network.build import MARK, Wedge, Wishes, build
from cosmos_houdini.houdini.network.factory_code import settings_in
from hython_harness.facts import VERSIONS
from hython_harness.pdg_types import add_type

CHAIN = ["passes", "passes_done", "encode", "spec", "transfer", "runs_done", "load"]


@pytest.fixture(params=VERSIONS)
def houdini(hython, tmp_path, request):
    return hython(version=request.param, hip=tmp_path / "shot.hip")


def rops(session, *names):
    """The paths of new ROPs."""
    return tuple(session.hou.node("/out").createNode("ifd", name).path() for name in names)


@pytest.fixture
def with_types(houdini):
    for interface in NODES.values():
        add_type(houdini, interface.kind, interface.name, interface.label, template_body(interface))
    return houdini


def wired(network):
    """From the first node to the last, by the wires."""
    node, names = network.nodes["load"], []
    while node is not None:
        names.append(node.userData(MARK))
        node = node.input(0)
    return names[::-1]


def state(topnet):
    """Everything on the nodes of a network that building could change."""
    return {
        node.path(): (
            node.type().name(),
            [source and source.name() for source in node.inputs()],
            {parm.name(): parm.rawValue() for parm in node.parms()},
        )
        for node in topnet.children()
    }


@pytest.mark.parametrize("route", ["factory", "auto"])
def test_factory_nodes_are_wired_from_the_passes_to_the_cops(houdini, route):
    network = build(nodes=route)
    assert network.route == "factory"
    assert wired(network) == CHAIN
    kinds = [network.nodes[role].type().name() for role in CHAIN]
    processor = "pythonprocessor"
    assert kinds == [
        *("ropfetch", "waitforall", processor, "pythonscript", processor),
        *("waitforall", "pythonscript"),
    ]


def test_our_own_types_are_taken_where_they_are_registered(with_types):
    network = build()
    assert network.route == "types"
    assert wired(network) == CHAIN
    assert network.nodes["spec"].type().description() == "Cosmos Spec"
    box = network.nodes["gpu_box"]
    assert network.topnet.node(network.nodes["transfer"].evalParm("topscheduler").replace("../", "")) == box


def box_of(network):
    """Who carries out the runs."""
    transfer = network.nodes["transfer"]
    return transfer.node(transfer.evalParm("topscheduler"))


def test_a_box_that_is_called_otherwise_is_the_one_that_carries_the_runs(with_types):
    topnet = with_types.hou.node("/obj").createNode("topnet", "mine")
    topnet.createNode("null", "cosmos_gpu_box")  # a name that building would like to have
    network = build(topnet)
    assert box_of(network) == network.nodes["gpu_box"]
    network.nodes["gpu_box"].destroy()
    again = build(topnet)
    assert box_of(again) == again.nodes["gpu_box"]


@pytest.mark.parametrize("override", ["", "../localscheduler"])
def test_another_scheduler_of_the_artists_choice_stays(with_types, override):
    network = build()
    network.nodes["transfer"].parm("topscheduler").set(override)
    build(wishes=Wishes(prompt="Rain"))
    assert network.nodes["transfer"].evalParm("topscheduler") == override


@pytest.mark.parametrize("ours", ["cosmos_spec", "my_spec"])
def test_a_copy_of_a_node_of_ours_is_the_artists(with_types, ours):
    network = build()
    spec = network.nodes["spec"]
    spec.setName(ours)
    copy = network.topnet.createNode(spec.type().name(), f"{ours}1")  # with its user data, as pasting does
    copy.setUserData(MARK, "spec")
    again = build(wishes=Wishes(prompt="Rain"))
    assert again.nodes["spec"] == spec
    assert (spec.evalParm("prompt"), copy.evalParm("prompt")) == ("Rain", "")


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        (Wishes(rops=("/out/nobody",)), "no ROP /out/nobody"),
        (Wishes(frames=(5, 1)), "Frames 5 to 1"),
        (Wishes(frames_per_batch=0), "batch of 0"),
        (Wishes(engine="bogus"), "Engine of Cosmos Encode is 'bogus'"),
        (Wishes(box="mine"), "Run On of Cosmos Transfer is 'mine'"),
        (Wishes(num_gpus=0), "GPUs of Cosmos Transfer is 0"),
        (Wishes(seed=-1), "Seed of Cosmos Spec is -1"),
        (Wishes(wedge=Wedge(weights={"bogus": (1.0,)})), "'bogus'"),
    ],
)
def test_what_cant_be_is_refused_before_anything_is_made(with_types, wishes, said):
    with pytest.raises(BadInputError) as told:
        build(wishes=wishes)
    assert said in told.value.what
    assert told.value.why or told.value.fix
    assert with_types.hou.node("/obj").children() == ()


def test_types_that_arent_registered_are_told_with_the_way_out(houdini):
    with pytest.raises(BadInputError) as told:
        build(nodes="types")
    assert "Cosmos Encode" in told.value.what
    assert "factory" in told.value.fix
    assert houdini.hou.node("/obj").children() == ()


def test_a_network_is_made_with_a_scheduler_where_there_is_none(houdini):
    network = build()
    assert network.topnet.path() == "/obj/cosmos_topnet"
    scheduler = network.topnet.node(network.topnet.evalParm("topscheduler"))
    assert scheduler.isScheduler()


def test_a_topnet_without_a_scheduler_gets_one(houdini):
    topnet = houdini.hou.node("/obj").createNode("topnet", "mine")
    for child in topnet.children():
        child.destroy()
    build("/obj/mine")
    assert topnet.node(topnet.evalParm("topscheduler")).type().name() == "localscheduler"


def test_the_artists_own_scheduler_stays_the_default(houdini):
    topnet = houdini.hou.node("/obj").createNode("topnet", "mine")
    topnet.createNode("hqueuescheduler", "farm")
    topnet.parm("topscheduler").set("farm")
    build(topnet)
    assert topnet.evalParm("topscheduler") == "farm"


def test_what_is_there_is_not_touched(houdini):
    topnet = houdini.hou.node("/obj").createNode("topnet", "mine")
    one = topnet.createNode("genericgenerator", "one")
    two = topnet.createNode("waitforall", "cosmos_encode")  # a name that building would like to have
    two.setInput(0, one)
    one.setPosition((3, 4))
    before = state(topnet)
    build(topnet, Wishes(prompt="Rain"))
    after = state(topnet)
    assert {path: after[path] for path in before} == before
    assert tuple(one.position()) == (3, 4)


@pytest.mark.parametrize("route", ["factory", "types"])
def test_building_twice_changes_nothing(with_types, route):
    wishes = Wishes(
        rops=rops(with_types, "a", "b"),
        frames=(1, 10),
        prompt="Rain",
        seed=3,
        wedge=Wedge(prompts=("a", "b"), seeds=(1, 2)),
    )
    first = build(wishes=wishes, nodes=route)
    before = state(first.topnet)
    again = build(wishes=wishes, nodes=route)
    assert state(again.topnet) == before
    assert again.told() == "/obj/cosmos_topnet is up to date."


@pytest.mark.parametrize("route", ["factory", "types"])
def test_what_the_artist_changed_stays_unless_another_wish_is_said(with_types, route):
    network = build(wishes=Wishes(prompt="Rain"), nodes=route)
    fetch, transfer = network.nodes["passes"], network.nodes["transfer"]
    fetch.parm("framesperbatch").set(3)
    transfer.setName("my_runs")
    again = build(wishes=Wishes(engine="transfer1"), nodes=route)
    assert again.nodes["transfer"] == transfer
    assert fetch.evalParm("framesperbatch") == 3
    assert said(again, "spec") == {"prompt": "Rain", "engine": "transfer1"}


def said(network, role):
    """The settings that stand on a node and are not as on a new one."""
    node = network.nodes[role]
    if network.route == "factory":
        return settings_in((node.parm("generate") or node.parm("script")).unexpandedString())
    fields = NODES[f"cosmos{role}"].own_fields()
    values = {field.name: node.evalParm(field.name) for field in fields}
    return {field.name: values[field.name] for field in fields if values[field.name] != field.default}


@pytest.mark.parametrize("route", ["types", "factory"])
def test_what_an_expression_says_gives_way_to_a_wish_only(with_types, route):
    made = build(wishes=Wishes(rops=rops(with_types, "a"), prompt="Rain"), nodes=route).nodes
    python = with_types.hou.exprLanguage.Python
    made["passes"].parm("roppath").setExpression("'/out/b'", python)
    made["passes"].parm("framesperbatch").setExpression("2+1")
    assert build(nodes=route).changed == []
    assert build(wishes=Wishes(rops=("/out/a",), frames_per_batch=3), nodes=route).changed == [
        "cosmos_passes"
    ]
    assert made["passes"].parm("roppath").unexpandedString() == "/out/a"
    assert made["passes"].parm("framesperbatch").keyframes() == ()


def test_a_node_of_the_artists_between_ours_stays_there(houdini):
    network = build()
    between = network.topnet.createNode("attributecreate", "mine")
    between.setInput(0, network.nodes["encode"])
    network.nodes["spec"].setInput(0, between)
    build(wishes=Wishes(prompt="Rain"))
    assert network.nodes["spec"].input(0) == between
    build(wishes=Wishes(wedge=Wedge(seeds=(1, 2))))
    wedge = network.nodes["spec"].input(0)
    assert wedge.type().name() == "wedge"
    assert wedge.input(0) == between


def test_a_wedge_is_put_in_later_and_changed(houdini):
    build()
    network = build(wishes=Wishes(wedge=Wedge(prompts=("Rain", "Snow"), seeds=(1, 2, 3))))
    assert wired(network) == [*CHAIN[:3], "wedge", *CHAIN[3:]]
    wedge = network.nodes["wedge"]
    assert wedge.evalParm("wedgecount") == 6
    assert [wedge.evalParm(f"strvalue1_{n}") for n in (1, 4)] == ["Rain", "Snow"]
    assert [wedge.evalParm(f"intvalue2_{n}") for n in (1, 2, 3, 4)] == [1, 2, 3, 1]
    build(wishes=Wishes(wedge=Wedge(seeds=(7, 8))))
    assert wedge.evalParm("wedgecount") == 2
    assert wedge.evalParm("wedgeattributes") == 1
    assert wedge.evalParm("name1") == "seed"


def test_a_wedge_of_nothing_is_refused_before_anything_is_made(houdini):
    with pytest.raises(BadInputError, match="nothing to vary"):
        build(wishes=Wishes(wedge=Wedge()))
    assert houdini.hou.node("/obj").children() == ()


def test_each_rop_has_a_fetch_of_its_own(houdini):
    three = rops(houdini, "beauty", "depth", "seg")
    network = build(wishes=Wishes(rops=three, frames=(5, 9)))
    fetches = network.nodes["passes_done"].inputs()
    assert [fetch.evalParm("roppath") for fetch in fetches] == [*three]
    for fetch in fetches:
        assert fetch.parmTuple("range").eval() == (5, 9, 1)
        assert fetch.evalParm("framegeneration") == 1
        assert fetch.evalParm("ignoreerrors") == 1


@pytest.mark.parametrize(("before", "after"), [("types", "factory"), ("factory", "types")])
def test_going_over_to_the_other_nodes_keeps_wires_and_settings(with_types, before, after):
    network = build(wishes=Wishes(prompt="It's $HIP", seed=4), nodes=before)
    end = network.topnet.createNode("null", "end")
    end.setInput(0, network.nodes["load"])
    network = build(nodes=after)
    assert network.route == after
    assert wired(network) == CHAIN
    assert end.input(0) == network.nodes["load"]
    told = {"prompt": "It's $HIP", "use_seed": 1, "seed": 4}
    if after == "factory":
        assert said(network, "spec") == told
    else:
        spec = network.nodes["spec"]
        assert spec.parm("prompt").unexpandedString() == "It's $HIP"
        assert (spec.evalParm("use_seed"), spec.evalParm("seed")) == (1, 4)


@pytest.mark.parametrize(
    ("where", "told"), [("/obj/nowhere", "no node /obj/nowhere"), ("/mat", "/mat"), ("/obj/cam1", "")]
)
def test_a_place_that_is_none_is_told_or_one_above_it_taken(houdini, where, told):
    houdini.hou.node("/obj").createNode("cam", "cam1")
    if told:
        with pytest.raises(BadInputError, match=told) as error:
            build(where)
        assert error.value.fix
    else:
        assert build(where).topnet.parent().path() == "/obj"
