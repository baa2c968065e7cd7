"""Every tool of the shelf, pressed with nothing selected, with the real bridge behind it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cosmos_houdini.environment import RUNTIME_VARIABLE
from cosmos_houdini.records.enums import Status
from support.shots import make_run
from support.window import LONGEST

pytestmark = pytest.mark.slow
SHOT, SMALL = (1001, 1003), (160, 88)  # as in conftest.py
TOOLS = ["set_up_passes", "build_network", "submit", "load_result", "runs", "doctor"]
KARMA, MANTRA = 0, 1  # buttons of Set Up Passes


def test_set_up_passes_says_what_it_chose_and_what_it_did(desk):
    desk.camera()
    desk.press("set_up_passes", MANTRA)
    question, told = desk.screen.shown
    assert question.text == "Passes of /obj/cam1, frames 1001 to 1003, all in one picture."
    assert question.buttons == ("Karma", "Mantra", "OpenGL", "Cancel")
    assert told.text.startswith("Passes of /obj/cam1 by Mantra: made cosmos_cam1_mantra.")
    assert desk.longest < LONGEST
    assert "1280x704" in told.text
    rop = desk.hou.node("/out/cosmos_cam1_mantra")
    assert rop.isSelected()
    assert desk.hou.undos.undoLabels()[0] == "Set Up Passes"
    assert desk.project.is_dir()


def test_set_up_passes_makes_a_rop_for_each_pass_with_shift(desk):
    desk.camera()
    desk.press("set_up_passes", MANTRA, shiftclick=True)
    assert len(desk.hou.node("/out").children()) == 4


def test_set_up_passes_can_be_cancelled(desk):
    desk.camera()
    desk.press("set_up_passes", 3)
    assert desk.hou.node("/out").children() == ()


def test_of_several_cameras_one_is_chosen_from_a_list(desk):
    desk.camera("cam1")
    desk.camera("cam2", (1080, 1920))
    desk.press("set_up_passes", (1,), MANTRA)
    assert desk.screen.shown[0].buttons == ("/obj/cam1  1920x1080", "/obj/cam2  1080x1920")
    assert desk.hou.node("/out/cosmos_cam2_mantra").parmTuple("res_override").eval() == (704, 1280)


@pytest.mark.parametrize("tool", ["set_up_passes", "build_network"])
def test_a_list_that_is_closed_without_a_choice_ends_the_tool_without_a_word(desk, tool):
    for name in ("cam1", "cam2"):
        desk.camera(name)
        if tool == "build_network":
            desk.hou.node(f"/obj/{name}").setSelected(True, True)
            desk.press("set_up_passes", MANTRA)
    desk.hou.clearAllSelected()
    before = desk.everything()
    desk.press(tool, ())
    assert desk.screen.shown[-1].kind == "list"
    assert desk.everything() == before


def test_another_project_folder_is_chosen_with_ctrl(desk, tmp_path):
    desk.press("set_up_passes", f"{tmp_path / 'elsewhere'}/", ctrlclick=True)
    assert str(tmp_path / "elsewhere") in desk.last()
    desk.camera()
    desk.press("set_up_passes", MANTRA)
    picture = desk.hou.node("/out/cosmos_cam1_mantra").parm("vm_picture").unexpandedString()
    assert picture.startswith(f"{(tmp_path / 'elsewhere').as_posix()}/passes/$HIPNAME/")


def test_the_network_is_built_for_the_passes_that_were_set_up_and_again_changes_nothing(desk):
    desk.camera()
    desk.press("set_up_passes", MANTRA)
    desk.press("build_network")
    assert "It renders /out/cosmos_cam1_mantra." in desk.last()
    assert "write the prompt" in desk.last()
    assert desk.longest < LONGEST
    topnet = desk.hou.node("/obj/cosmos_topnet")
    assert topnet.node("cosmos_passes").evalParm("roppath") == "/out/cosmos_cam1_mantra"
    desk.hou.clearAllSelected()
    before = desk.everything()
    desk.press("build_network")
    assert "is up to date" in desk.last()
    desk.hou.clearAllSelected()
    assert desk.everything() == before


def test_the_network_follows_the_scene_to_another_project(open_desk, tmp_path):
    desk = open_desk(plugins=[Path(__file__).parents[4]])
    desk.camera()
    desk.press("set_up_passes", MANTRA)
    desk.press("build_network")
    desk.press("runs", f"{tmp_path / 'elsewhere'}/", ctrlclick=True)
    from cosmos_houdini.houdini.nodes.buttons import _project

    nodes = [child for child in desk.hou.node("/obj/cosmos_topnet").children() if child.parm("project")]
    assert {_project(node) for node in nodes} == {tmp_path / "elsewhere"}
    desk.press("build_network")
    assert "is up to date" in desk.last()


def test_a_project_folder_that_cant_be_made_is_not_taken(desk):
    (desk.folder / "file").write_text("in the way")
    desk.press("set_up_passes", f"{desk.folder / 'file' / 'cosmos'}/", ctrlclick=True)
    assert "can't be written" in desk.last()
    desk.press("runs")
    assert f"It is {desk.project}." in desk.last()


def test_the_network_renders_all_passes_that_were_just_set_up_and_no_others(desk):
    desk.camera()
    fetched = {}
    for how in ({"shiftclick": True}, {}):
        desk.press("set_up_passes", MANTRA, **how)
        rops = {node.path() for node in desk.hou.selectedNodes()}
        desk.press("build_network")
        network = desk.hou.node("/obj/cosmos_topnet").children()
        fetched = {node.evalParm("roppath") for node in network if node.type().name() == "ropfetch"}
        assert fetched == rops
    assert fetched == {"/out/cosmos_cam1_mantra"}
    assert "removed cosmos_passes2, cosmos_passes3, cosmos_passes4" in desk.last()


def test_the_network_goes_where_something_is_selected(desk):
    desk.camera()
    desk.press("set_up_passes", MANTRA)
    mine = desk.hou.node("/obj").createNode("topnet", "mine")
    desk.hou.clearAllSelected()
    mine.setSelected(True)
    desk.press("build_network")
    assert mine.node("cosmos_passes") is not None


def test_the_network_is_built_for_the_rops_that_are_selected(desk):
    desk.camera()
    desk.press("set_up_passes", MANTRA)
    mine = desk.hou.node("/out").createNode("ifd", "mine")
    mine.parm("camera").set("/obj/cam1")
    desk.hou.clearAllSelected()
    mine.setSelected(True)
    desk.press("build_network")
    assert "It renders /out/mine." in desk.last()


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda rop: rop.bypass(True), "is bypassed"),
        (lambda rop: rop.setLocked(True), "is locked"),
        (lambda rop: rop.parm("vm_picture").set("$HIP/a.exr"), "into the same file"),
        (lambda rop: rop.node("/obj/cam1").destroy(), "which is not there"),
    ],
)
def test_a_rop_that_would_render_nothing_is_told_before_anything_is_built(desk, break_it, said):
    desk.camera()
    desk.press("set_up_passes", MANTRA)
    break_it(desk.hou.node("/out/cosmos_cam1_mantra"))
    desk.press("build_network")
    assert said in desk.last()
    assert desk.screen.shown[-1].severity == "Error"
    assert desk.hou.node("/obj/cosmos_topnet") is None


def test_the_newest_result_is_loaded_and_named(done):
    done.press("load_result")
    [run] = done.store.runs()
    assert done.last().startswith(f"Loaded {run.id}, the newest result.")
    network = done.hou.node("/obj/cosmos_comp")
    [selected] = done.hou.selectedNodes()
    assert selected.parent() == network
    before = len(network.children())
    done.press("load_result")
    assert "all is there already" in done.last()
    assert len(network.children()) == before
    assert done.longest < LONGEST


def test_runs_lists_them_and_loads_the_chosen_one(done):
    done.press("runs", (0,), 0)
    listed, action, told = done.screen.shown
    assert "SUCCESS" in listed.buttons[0]
    assert action.buttons == ("Load Result", "Open Folder", "Close")
    assert told.text.startswith("Loaded rs_")


def test_runs_opens_the_folder_of_one(done):
    done.press("runs", (0,), 1)
    [run] = done.store.runs()
    assert done.screen.shown[-1].kind == "browser"
    assert done.screen.shown[-1].text == f"{(done.project / 'outputs' / run.id).as_posix()}/"


def test_a_run_that_waits_is_submitted_watched_and_loaded(desk):
    run = make_run(desk.store)
    desk.press("submit", 0, 0)
    question, ended, told = desk.screen.shown
    assert run.id in question.text
    assert "Cost:" in question.text
    assert ended.text == f"{run.id} is done."
    assert ended.buttons == ("Load Result", "Later")
    assert told.text.startswith(f"Loaded {run.id}.")
    assert desk.store.run(run.id).execution_status is Status.SUCCESS
    assert any(run.id in line for line, _ in desk.screen.status), "the status line told how far it was"
    assert desk.longest < LONGEST


def test_a_run_that_would_fail_is_not_submitted(desk):
    run = make_run(desk.store)
    (desk.project / "inputs" / "videos" / "x" / "depth.mp4").unlink()
    desk.press("submit", 0)
    assert "can't be submitted" in desk.last()
    assert desk.store.run(run.id).execution_status is Status.PENDING


def test_a_run_that_waits_is_cancelled_after_asking(desk):
    run = make_run(desk.store)
    desk.press("runs", (0,), 1, 1)
    assert desk.screen.shown[-1].buttons == ("Leave It", "Cancel Run")
    assert desk.store.run(run.id).execution_status is Status.CANCELLED


@pytest.mark.parametrize("path", ["/out/cosmos_cam1_mantra", "../../../out/cosmos_cam1_mantra"])
def test_submit_cooks_the_network_and_comes_back_at_once(desk, monkeypatch, path):
    desk.camera()
    desk.press("set_up_passes", MANTRA)
    desk.press("build_network")
    desk.hou.node("/obj/cosmos_topnet/cosmos_passes").parm("roppath").set(path)
    cooked = []
    load = desk.hou.node("/obj/cosmos_topnet/cosmos_load")
    monkeypatch.setattr(type(load), "cookWorkItems", lambda node, **how: cooked.append((node.path(), how)))
    desk.press("submit")
    assert cooked == [(load.path(), {"block": False, "save_prompt": True})]
    assert "cooks" in desk.screen.status[-1][0]


def test_submit_refuses_a_network_whose_rop_is_gone(desk):
    desk.camera()
    desk.press("set_up_passes", MANTRA)
    desk.press("build_network")
    desk.hou.node("/out/cosmos_cam1_mantra").destroy()
    desk.press("submit")
    assert "There is no ROP /out/cosmos_cam1_mantra" in desk.last()


def test_doctor_looks_at_scene_and_box(desk):
    desk.camera()
    desk.press("set_up_passes", MANTRA)
    desk.press("doctor")
    told = desk.last()
    for finding in ("runtime", "project folder", "camera", "cosmos_cam1_mantra"):
        assert f"ok  {finding}:" in told, told
    assert "/obj/cam1" in told


def test_doctor_tells_what_the_rendered_frames_are_good_for(done):
    done.camera()
    done.press("set_up_passes", MANTRA)
    done.press("doctor")
    assert "3 frames, good for color, depth, edge, seg, vis." in done.last()


def test_doctor_tells_of_a_plane_that_is_missing_in_the_frames(done):
    from cosmos_houdini.houdini.rops.render import render

    done.camera()
    done.press("set_up_passes", MANTRA)
    rop = done.hou.node("/out/cosmos_cam1_mantra")
    rop.parmTuple("res_override").set(SMALL)
    for number in (1, 2, 3):
        rop.parm(f"vm_disable_plane{number}").set(1)
    rop.parm("vm_cryptolayers").set(0)
    render(rop, SHOT, lambda done, total: None)
    done.press("doctor")
    assert done.screen.shown[-1].severity == "Warning"
    assert "good for color, edge, vis." in done.last()
    assert "FAIL  depth of /obj/cam1 by Mantra, all passes in one:" in done.last()
    assert "FAIL  seg of" in done.last()


def test_doctor_says_what_to_do_about_a_missing_runtime(desk, monkeypatch, tmp_path):
    monkeypatch.setenv(RUNTIME_VARIABLE, str(tmp_path / "nothing"))
    desk.press("doctor")
    assert "The runtime of Cosmos Houdini is missing." in desk.last()
    assert "cosmos-houdini install" in desk.last()


def test_doctor_says_that_a_box_is_out_of_reach(desk):
    desk.project.mkdir()
    (desk.project / "cosmos.toml").write_text(
        '[remote]\nhost = "127.0.0.1"\nport = 1\nuser = "nobody"\nremote_dir = "/tmp/x"\n'
        "connect_seconds = 2\npatience_seconds = 1\n"
    )
    desk.press("doctor")
    assert desk.screen.shown[-1].severity == "Warning"
    assert "127.0.0.1" in desk.last()


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("set_up_passes", "There is no camera in the scene."),
        ("build_network", "There is no ROP that renders passes."),
        ("submit", "There is nothing to submit."),
        ("load_result", "There is no result to load yet."),
        ("runs", "There are no runs in this project yet."),
        ("doctor", "FAIL  camera: There is none"),
    ],
)
def test_with_nothing_there_each_tool_says_what_is_missing_and_never_holds_the_window_up(desk, tool, said):
    desk.press(tool)
    assert said in desk.last()
    assert desk.screen.shown[-1].severity in ("Error", "Warning")
    assert desk.last().count("\n") >= 1, "what, and what to do"
    assert desk.longest < LONGEST


@pytest.mark.parametrize("tool", TOOLS)
def test_a_scene_that_was_never_saved_is_told(open_desk, tool, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    desk = open_desk(hip=None)
    desk.camera()
    rop = desk.hou.node("/out").createNode("ifd", "mine")
    rop.parm("camera").set("/obj/cam1")
    rop.setSelected(True)
    desk.press(tool)
    assert "The scene has not been saved yet." in desk.last()
    assert "Save the scene" in desk.last()


@pytest.mark.parametrize("tool", ["load_result", "runs", "submit"])
def test_a_missing_runtime_is_told_with_the_command_that_makes_it(desk, tool, monkeypatch, tmp_path):
    desk.project.mkdir()
    monkeypatch.setenv(RUNTIME_VARIABLE, str(tmp_path / "nothing"))
    desk.press(tool)
    assert "The runtime of Cosmos Houdini is missing." in desk.last()
    assert "cosmos-houdini install" in desk.last()


def test_a_bridge_that_dies_during_a_call_is_started_again_and_nobody_notices(done):
    from cosmos_houdini.houdini.bridge_client.client import shared

    done.press("runs", ())
    process = shared()._process
    assert process is not None
    process._process.kill()
    done.press("load_result")
    assert done.last().startswith("Loaded rs_")


def test_a_bridge_that_dies_again_and_again_is_told(desk, monkeypatch):
    desk.project.mkdir()
    script = desk.folder / "dying.py"
    script.write_text("import sys; sys.stdin.readline(); sys.exit(3)")
    from cosmos_houdini.houdini.bridge_client import client as bridge_client

    broken = bridge_client.Bridge(lambda: [sys.executable, str(script)])
    monkeypatch.setattr(bridge_client, "shared", lambda: broken)
    monkeypatch.setattr("cosmos_houdini.houdini.bridge_client.asks.shared", lambda: broken)
    desk.press("runs")
    assert "ended before it answered" in desk.last()
    assert "cosmos-houdini install" in desk.last()


@pytest.mark.parametrize("tool", ["set_up_passes", "runs", "doctor"])
def test_without_a_window_the_tools_print(open_desk, finished, tool, capsys):
    desk = open_desk(project=finished, ui=False)
    desk.camera()
    from cosmos_houdini.houdini.shelf import tools as shelf

    getattr(shelf, tool)()
    said = capsys.readouterr().out
    expected = {"set_up_passes": "by Karma", "runs": "SUCCESS", "doctor": "camera: /obj/cam1"}
    assert expected[tool] in said


def test_without_a_window_an_error_ends_with_its_exit_code(open_desk, capsys):
    open_desk(ui=False)
    from cosmos_houdini.houdini.shelf import tools as shelf

    with pytest.raises(SystemExit) as ended:
        shelf.set_up_passes()
    assert ended.value.code == 3
    assert "There is no camera in the scene." in capsys.readouterr().err


def test_the_shelf_has_these_tools_in_this_order():
    import xml.etree.ElementTree as ET

    root = Path(__file__).parents[4]
    shelf = ET.parse(root / "toolbar" / "cosmos.shelf").getroot()
    scripts = {tool.get("name"): tool.findtext("script") for tool in shelf.findall("tool")}
    order = [scripts[tool.get("name")] for tool in shelf.find("toolshelf")]
    assert [script.splitlines()[-1] for script in order] == [f"tools.{tool}(kwargs)" for tool in TOOLS]
