"""A run in a COP network: what is shown, read how, and what stays when it is loaded again."""

from __future__ import annotations

import dataclasses
import threading

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.houdini.bridge_client.steps import carry_out
from cosmos_houdini.houdini.cops.gather import gather
from cosmos_houdini.houdini.interface import LoadSettings
from cosmos_houdini.houdini.interface.load import LOAD

pytestmark = pytest.mark.slow
ROLES = {"result", "beauty", "depth", "edge", "seg", "vis"}


def settings(**changed):
    plain = LoadSettings.read(lambda name: LOAD.field(name).default)
    return dataclasses.replace(plain, **changed)


def gathered(desk, **changed):
    from cosmos_houdini.houdini.bridge_client.client import shared

    found = []
    steps = gather(desk.project, "last", settings(**changed))
    waiting = threading.Thread(target=lambda: found.append(carry_out(steps, shared())))
    waiting.start()  # as PDG does it
    waiting.join()
    return found[0]


def loaded(desk, **changed):
    from cosmos_houdini.houdini.cops import network as cops

    return cops.load(gathered(desk, **changed), settings(**changed))


def file_of(node):
    parm = node.parm("filename") or node.parm("filename1")
    return parm.unexpandedString()


@pytest.mark.parametrize(
    ("version", "category", "path"),
    [
        ("20.0", "Cop2", "/obj/cosmos_comp"),
        ("20.5", "Cop", "/obj/cosmos_comp"),
        ("21.0", "Cop", "/obj/cosmos_comp"),
    ],
)
def test_result_beauty_and_controls_are_shown_in_the_newest_network_there_is(
    open_desk, finished, version, category, path
):
    desk = open_desk(version, finished)
    shown = loaded(desk)
    assert shown.network.path() == path
    assert shown.network.childTypeCategory().name() == category
    assert set(shown.nodes) == ROLES | {"compare"}
    for role in ROLES:
        for frame in (1001, 1002, 1003):
            desk.hou.setFrame(frame)
            shown.nodes[role].cook()  # which raises where the file isn't there
    compare = shown.nodes["compare"]
    assert [source.name() for source in compare.inputs()][:2] == [
        shown.nodes["result"].name(),
        shown.nodes["beauty"].name(),
    ]
    assert compare.isDisplayFlagSet()


@pytest.mark.parametrize("version", ["20.0", "21.0"])
def test_each_frame_of_the_scene_shows_that_frame_of_the_shot(open_desk, finished, version):
    desk = open_desk(version, finished)
    shown = loaded(desk)
    desk.hou.setFrame(1002)
    names = {role: shown.nodes[role].parm("filename1" if version == "20.0" else "filename") for role in ROLES}
    assert names["beauty"].eval().endswith("cam1_mantra.1002.exr")
    assert names["result"].eval().endswith("output.0002.png")
    assert names["depth"].eval().endswith("depth.0002.png")
    desk.hou.setFrame(900)
    assert names["result"].eval().endswith("output.0001.png"), "the first frame is held before the shot"
    desk.hou.setFrame(2000)
    assert names["result"].eval().endswith("output.0003.png")


def test_the_frames_go_along_when_the_scene_is_moved(done):
    assert file_of(loaded(done).nodes["result"]).startswith("$HIP/cosmos/outputs/")


def test_numbers_are_read_as_they_are_and_pictures_as_pictures(done):
    shown = loaded(done)
    raw = {role: shown.nodes[role].evalParm("colorspace") for role in ROLES}
    assert raw == {"depth": 1, "edge": 1, "seg": 1, "vis": 0, "result": 0, "beauty": 0}


def test_loading_again_changes_nothing(done):
    loaded(done)
    before = done.everything()
    again = loaded(done)
    assert (again.made, again.changed) == ([], [])
    assert done.everything() == before
    assert "all is there already" in again.told()


def test_a_node_that_was_moved_off_is_put_right_in_its_place(done):
    shown = loaded(done)
    node = shown.nodes["depth"]
    node.setName("my_depth")
    node.parm("filename").set("/elsewhere/a.png")
    again = loaded(done)
    assert again.nodes["depth"] == node
    assert again.changed == ["my_depth"]
    assert file_of(node) != "/elsewhere/a.png"


def test_what_the_artist_has_in_the_network_stays(done):
    network = done.hou.node("/obj").createNode("copnet", "comp")
    theirs = network.createNode("file", "result")
    theirs.parm("filename").set("/plates/bg.$F4.exr")
    shown = loaded(done, copnet="/obj/comp")
    assert shown.network == network
    assert theirs not in shown.nodes.values()
    assert file_of(theirs) == "/plates/bg.$F4.exr"


def test_where_the_edge_of_the_wipe_stands_is_the_artists(done):
    node = loaded(done).nodes["compare"]
    assert node.evalParm("amount") == 0.5
    node.parm("amount").set(0.2)
    loaded(done)
    assert node.evalParm("amount") == pytest.approx(0.2)


def test_a_contact_sheet_shows_everything(done):
    shown = loaded(done, comparison="sheet")
    compare = shown.nodes["compare"]
    assert compare.type().name() == "contactsheet"
    assert len(compare.inputs()) == len(ROLES)
    again = loaded(done, comparison="wipe")
    assert again.nodes["compare"].type().name() == "wipe"
    assert again.nodes["compare"].name() == compare_name(again)


def test_another_comparison_stands_where_the_one_before_stood(done):
    before = loaded(done, comparison="sheet").nodes["compare"]
    name, after = before.name(), before.parent().createNode("wipe", "grade")
    before.setPosition((7, -3))
    after.setInput(1, before)
    node = loaded(done, comparison="wipe").nodes["compare"]
    assert (node.name(), tuple(node.position()), after.input(1)) == (name, (7, -3), node)
    assert (node.evalParm("op"), node.evalParm("amount")) == (2, 0.5), "half of the one, half of the other"


def test_nodes_that_were_there_stay_where_they_are_when_another_run_is_loaded(done):
    from cosmos_houdini.houdini.cops import network as cops

    found = gathered(done)
    beauty = cops.load(found, settings()).nodes["beauty"]
    beauty.setPosition((7, -3))
    other = cops.load(dataclasses.replace(found, run="city_rs_another"), settings())
    assert other.nodes["result"].name() in other.made
    assert (other.nodes["beauty"], tuple(beauty.position())) == (beauty, (7, -3))


def compare_name(shown):
    return next(
        name for name in (node.name() for node in shown.network.children()) if name.endswith("_compare")
    )


def test_only_what_is_wanted_is_shown(done):
    shown = loaded(done, beauty=False, controls=False, comparison=None)
    assert set(shown.nodes) == {"result"}


def test_the_beauty_comes_from_its_video_where_its_frames_are_gone(done):
    told = done.project / "inputs" / "videos" / "city" / "passes.json"
    told.write_text(told.read_text(encoding="utf-8").replace("cam1_mantra", "deleted"), encoding="utf-8")
    beauty = loaded(done).nodes["beauty"]
    assert "color." in file_of(beauty)
    beauty.cook()


def test_a_control_video_that_is_gone_is_told_and_the_rest_is_shown(done):
    next(done.project.glob("inputs/videos/*/depth.mp4")).unlink()
    shown = loaded(done)
    assert "depth" not in shown.nodes
    assert "result" in shown.nodes
    assert "depth" in shown.told()
    assert "is not there any more" in shown.told()


def test_classic_compositing_is_to_be_had_beside_copernicus(done):
    first = loaded(done).network
    second = loaded(done, cop_type="cop2").network
    assert second.childTypeCategory().name() == "Cop2"
    assert second.path() != first.path()


def test_a_network_that_holds_no_pictures_is_refused(done):
    with pytest.raises(BadInputError, match="/out is no COP network"):
        loaded(done, copnet="/out")
    with pytest.raises(BadInputError, match="There is no such node") as told:
        loaded(done, copnet="/obj/nothing")
    assert told.value.fix


def test_copernicus_is_refused_where_it_hasnt_come_yet(open_desk, finished):
    with pytest.raises(BadInputError, match=r"20\.0.* has no Copernicus"):
        loaded(open_desk("20.0", finished), cop_type="copernicus")
