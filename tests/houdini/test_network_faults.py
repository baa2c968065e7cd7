"""What goes wrong while the network cooks, and what is left of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cosmos_houdini.records.enums import Status

pytestmark = [pytest.mark.slow, pytest.mark.cook]
LONG = 90  # frames: the preview works on them for some seconds
COOK = """
import sys
import hou
hou.hipFile.load(sys.argv[1])
hou.node("/obj/cosmos_topnet/cosmos_load").cookWorkItems(block=True)
"""


def begun(scene, network, look):
    """Cooks in the background until the run is under way on the box; returns its record."""
    network.nodes["load"].cookWorkItems(block=False)
    return under_way(scene, look)


def under_way(scene, look):
    def running():
        runs = scene.store.runs() if scene.project.is_dir() else []
        return next((run for run in runs if run.status == "RUNNING"), None)

    return look.wait_until(running, "a run")


def stop(network, look):
    network.nodes["load"].cancelCook()
    context = network.nodes["load"].getPDGGraphContext()
    look.wait_until(lambda: not context.cooking, "the end of the cook")


def final(scene, look, run):
    return look.wait_until(
        lambda: (record := scene.store.run(run)).execution_status.final and record, f"the end of {run}"
    )


def test_a_run_that_is_left_going_is_come_back_to(scene, look):
    network = scene.shot_on_disk(LONG)
    run = begun(scene, network, look)
    stop(network, look)
    assert look.states(network.nodes["transfer"]) == ["CookedCancel"]
    assert not scene.store.run(run.id).execution_status.final
    network.nodes["load"].cookWorkItems(block=True)
    assert set(look.states(network.nodes["load"])) == {"CookedSuccess"}
    assert [one.id for one in scene.store.runs()] == [run.id]


def test_a_run_that_is_cancelled_with_its_cook_begins_anew(scene, look):
    network = scene.shot_on_disk(LONG)
    network.nodes["transfer"].parm("onstop").set("cancel")
    run = begun(scene, network, look)
    stop(network, look)
    assert final(scene, look, run.id).execution_status is Status.CANCELLED
    network.nodes["load"].cookWorkItems(block=True)
    assert set(look.states(network.nodes["load"])) == {"CookedSuccess"}
    assert {one.status for one in scene.store.runs()} == {"CANCELLED", "SUCCESS"}


@pytest.mark.parametrize("route", ["types", "factory"])
def test_a_killed_houdini_leaves_the_run_to_the_next_one(open_scene, look, route):
    scene = open_scene()
    scene.shot_on_disk(LONG, route)
    hip = scene.save()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(
        [sys.executable, "-m", "hython_harness", "-c", COOK, str(hip)],
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        run = under_way(scene, look)
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    assert not scene.store.run(run.id).execution_status.final
    scene = open_scene()
    load, transfer = (scene.hou.node(f"/obj/cosmos_topnet/cosmos_{role}") for role in ("load", "transfer"))
    load.cookWorkItems(block=True)
    assert set(look.states(load)) == {"CookedSuccess"}, look.log(transfer)
    assert [(one.id, one.status) for one in scene.store.runs()] == [(run.id, "SUCCESS")]


def test_a_hundred_variants_become_a_hundred_verified_videos_of_one_prompt(scene, look):
    network = scene.shot_on_disk(3)
    wedge = network.topnet.createNode("wedge", "seeds")
    wedge.setParms({"wedgecount": 100, "wedgeattributes": 1})
    wedge.setParms({"name1": "seed", "type1": 2, "wedgetype1": 0})
    wedge.parmTuple("intrange1").set((1, 100))
    wedge.setInput(0, network.nodes["encode"])
    network.nodes["spec"].setInput(0, wedge)
    spec, transfer, load = (network.nodes[role] for role in ("spec", "transfer", "load"))
    load.cookWorkItems(block=True)
    assert look.states(spec) == ["CookedSuccess"] * 100
    assert look.states(transfer) == ["CookedSuccess"] * 100, look.log(transfer)
    assert look.states(load) == ["CookedSuccess"]
    run_ids = look.attribute(transfer, "cosmos_run_id")
    assert sorted(run_ids) == sorted(run.id for run in scene.store.runs())
    assert {scene.store.run(run_id).parameters.seed for run_id in run_ids} == set(range(1, 101))
    assert all(scene.store.paths.output(run_id).video.is_file() for run_id in run_ids)
    assert len(scene.store.prompt_summaries()) == 1


def test_a_box_that_cant_be_reached_is_told_in_the_items_log(scene, look):
    network = scene.shot_on_disk(3)
    scene.project.mkdir(exist_ok=True)
    (scene.project / "cosmos.toml").write_text('[remote]\nhost = "127.0.0.1"\nport = 9\n')
    network.nodes["transfer"].parm("box").set("remote")
    network.nodes["gpu_box"].setParms({"use_patience_seconds": 1, "patience_seconds": 1.0})
    network.nodes["load"].cookWorkItems(block=True)
    assert look.states(network.nodes["transfer"]) == ["CookedFail"]
    log = look.log(network.nodes["transfer"])
    assert "127.0.0.1" in log
    assert "why:" in log
    assert "fix:" in log


def test_one_failed_item_leaves_the_others_alone(scene, look):
    network = scene.shot_on_disk(3)
    video = network.nodes["encode"]
    wedge = network.topnet.createNode("wedge", "prompts")
    wedge.setParms({"wedgecount": 2, "wedgeattributes": 1})
    wedge.setParms({"name1": "seed", "type1": 4, "wedgetype1": 2, "values1": 2})
    wedge.setParms({"strvalue1_1": "1", "strvalue1_2": "many"})
    wedge.setInput(0, video)
    network.nodes["spec"].setInput(0, wedge)
    network.nodes["transfer"].cookWorkItems(block=True)
    assert sorted(look.states(network.nodes["spec"])) == ["CookedFail", "CookedSuccess"]
    assert "The attribute seed is many" in look.log(network.nodes["spec"])
    assert look.states(network.nodes["transfer"]) == ["CookedSuccess"]


def test_a_missing_runtime_is_told_on_the_node(scene, look, monkeypatch, tmp_path):
    network = scene.shot_on_disk(3)
    monkeypatch.setenv("COSMOS_RUNTIME_PYTHON", str(tmp_path / "nothing"))
    network.nodes["load"].cookWorkItems(block=True)
    said = look.messages(network.nodes["encode"])
    assert "runtime of Cosmos Houdini is missing" in said
    assert "cosmos-houdini install" in said


def test_a_wedge_of_no_items_is_told_on_the_node_after_it(scene, look):
    network = scene.shot_on_disk(3)
    wedge = network.topnet.createNode("wedge", "none")
    wedge.parm("wedgecount").set(0)
    wedge.setInput(0, network.nodes["encode"])
    network.nodes["spec"].setInput(0, wedge)
    network.nodes["load"].cookWorkItems(block=True)
    assert "Wedge Count" in look.messages(network.nodes["spec"])
    assert look.messages(network.nodes["transfer"]) == ""


def test_other_jobs_are_refused_by_the_gpu_box_and_told_where_to_go(scene, look):
    network = scene.shot_on_disk(3)
    network.nodes["encode"].parm("topscheduler").set("../cosmos_gpu_box")
    network.nodes["load"].cookWorkItems(block=True)
    assert look.states(network.nodes["encode"]) == ["CookedFail"]
    assert "Local Scheduler" in look.log(network.nodes["encode"])


def test_any_scheduler_can_run_a_transfer(scene, look):
    network = scene.shot_on_disk(3)
    network.nodes["transfer"].parm("topscheduler").set("")
    network.nodes["load"].cookWorkItems(block=True)
    assert look.states(network.nodes["transfer"]) == ["CookedSuccess"]
    [item] = look.items(network.nodes["transfer"])
    assert Path(item.stringAttribValue("cosmos_video")).is_file()
    assert item.stringAttribValue("cosmos_status") == "SUCCESS"
