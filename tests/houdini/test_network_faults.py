"""What goes wrong while the network cooks, and what is left of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cosmos_houdini.houdini.bridge_client.client import shared
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
    done(network, look)


def done(network, look):
    context = network.nodes["load"].getPDGGraphContext()
    look.wait_until(lambda: not context.cooking, "the end of the cook")


def seeds(network, *values):
    """A wedge of seeds, typed in by hand, before Cosmos Spec."""
    wedge = network.topnet.createNode("wedge", "seeds")
    wedge.setParms({"wedgecount": len(values), "wedgeattributes": 1})
    wedge.setParms({"name1": "seed", "type1": 4, "wedgetype1": 2, "values1": len(values)})
    wedge.setParms({f"strvalue1_{place}": str(value) for place, value in enumerate(values, 1)})
    wedge.setInput(0, network.nodes["encode"])
    network.nodes["spec"].setInput(0, wedge)
    return wedge


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


def test_one_of_two_runs_is_cancelled_and_the_other_comes_home(scene, look):
    network = scene.shot_on_disk(LONG)
    seeds(network, 1, 2)
    network.nodes["transfer"].parm("onstop").set("cancel")
    network.nodes["transfer"].cookWorkItems(block=False)
    look.wait_until(lambda: len(look.items(network.nodes["transfer"])) == 2, "two work items")
    first, second = look.items(network.nodes["transfer"])
    cancelled = first.stringAttribValue("cosmos_run_id")
    look.wait_until(lambda: scene.store.run(cancelled).execution.submitted_at, "its way to the box")
    first.cancel()
    done(network, look)
    assert [item.state.name for item in (first, second)] == ["CookedCancel", "CookedSuccess"]
    assert final(scene, look, cancelled).execution_status is Status.CANCELLED
    assert scene.store.run(second.stringAttribValue("cosmos_run_id")).execution_status is Status.SUCCESS


def test_a_stopped_cook_takes_its_run_from_no_other_network(scene, look):
    first = scene.shot_on_disk(LONG)
    second = scene.shot_on_disk(LONG, where=scene.hou.node("/obj").createNode("topnet", "second"))
    run = begun(scene, first, look)
    second.nodes["load"].cookWorkItems(block=False)
    look.wait_until(lambda: look.states(second.nodes["transfer"]) == ["Cooking"], "the same run")
    [item] = look.items(second.nodes["transfer"])
    look.wait_until(lambda: item.hasCustomState, "word of the run")
    stop(second, look)
    done(first, look)
    assert look.states(first.nodes["transfer"]) == ["CookedSuccess"]
    assert [one.id for one in scene.store.runs()] == [run.id]


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


@pytest.mark.parametrize("route", ["types", "factory"])
def test_a_hundred_variants_become_a_hundred_runs_of_one_prompt_without_a_process(scene, look, route):
    network = hundred_variants(scene, route)
    spec = network.nodes["spec"]
    spec.cookWorkItems(block=True)
    assert look.states(spec) == ["CookedSuccess"] * 100
    assert all(item.isInProcess for item in look.items(spec))
    assert len(set(look.attribute(spec, "cosmos_run_id"))) == 100
    assert {scene.store.run(run.id).parameters.seed for run in scene.store.runs()} == set(range(1, 101))
    assert len(scene.store.prompt_summaries()) == 1


@pytest.mark.minutes
def test_a_hundred_variants_become_a_hundred_verified_videos(scene, look):
    network = hundred_variants(scene)
    transfer, load = network.nodes["transfer"], network.nodes["load"]
    load.cookWorkItems(block=True)
    assert look.states(transfer) == ["CookedSuccess"] * 100, look.log(transfer)
    assert look.states(load) == ["CookedSuccess"]
    run_ids = look.attribute(transfer, "cosmos_run_id")
    assert sorted(run_ids) == sorted(run.id for run in scene.store.runs())
    assert all(scene.store.paths.output(run_id).video.is_file() for run_id in run_ids)


def hundred_variants(scene, route="types"):
    """A shot whose frames are there, and a wedge of a hundred seeds before its specs."""
    network = scene.shot_on_disk(3, route)
    wedge = network.topnet.createNode("wedge", "seeds")
    wedge.setParms({"wedgecount": 100, "wedgeattributes": 1})
    wedge.setParms({"name1": "seed", "type1": 2, "wedgetype1": 0})
    wedge.parmTuple("intrange1").set((1, 100))
    wedge.setInput(0, network.nodes["encode"])
    network.nodes["spec"].setInput(0, wedge)
    return network


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


@pytest.mark.parametrize("route", ["types", "factory"])
def test_one_failed_item_leaves_the_others_alone_and_is_mended_by_the_next_cook(scene, look, route):
    network = scene.shot_on_disk(3, route)
    wedge = seeds(network, 1, "many")
    network.nodes["transfer"].cookWorkItems(block=True)
    assert sorted(look.states(network.nodes["spec"])) == ["CookedFail", "CookedSuccess"]
    assert "The attribute seed is many" in look.log(network.nodes["spec"])
    assert look.states(network.nodes["transfer"]) == ["CookedSuccess"]
    wedge.parm("strvalue1_2").set("2")
    network.nodes["transfer"].cookWorkItems(block=True)
    assert look.states(network.nodes["transfer"]) == ["CookedSuccess"] * 2


@pytest.mark.parametrize("comes_again", [True, False])
def test_a_bridge_that_dies_while_a_run_goes_on_is_started_anew_or_told(
    scene, look, monkeypatch, comes_again
):
    network = scene.shot_on_disk(LONG)
    transfer = network.nodes["transfer"]
    run = begun(scene, network, look)
    look.wait_until(lambda: look.items(transfer)[0].hasCustomState, "word of the run")
    bridge = shared().call("hello", {})["pid"]
    if not comes_again:
        monkeypatch.setenv("COSMOS_RUNTIME_PYTHON", "/nowhere/python")
    os.kill(bridge, signal.SIGKILL)
    done(network, look)
    assert look.states(transfer) == ["CookedSuccess" if comes_again else "CookedFail"]
    assert [one.id for one in scene.store.runs()] == [run.id]
    if not comes_again:
        assert "runtime of Cosmos Houdini is missing" in look.log(transfer)


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


@pytest.mark.parametrize("route", ["types", "factory"])
def test_a_network_without_a_scheduler_is_told_on_the_node(scene, look, route):
    network = scene.shot_on_disk(3, route)
    for child in network.topnet.children():
        if child.isScheduler():
            child.destroy()
    network.nodes["load"].cookWorkItems(block=True)
    said = look.messages(network.nodes["encode"])
    assert "No scheduler runs the jobs of cosmos_encode" in said
    assert "Local Scheduler" in said


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
