"""The fake PDG cooks as Houdini's does: items, jobs in real processes, failures, caches, cancels."""

from __future__ import annotations

import shlex
import time
from pathlib import Path

import pytest

from hython_harness.pdg.errors import AttribError
from hython_harness.pdg.registry import load_types


@pytest.fixture
def scene(hython, tmp_path):
    """A session with a saved scene and a TOP network with a Local Scheduler of two slots."""
    session = hython(version="20.5", hip=tmp_path / "shot é.hip")
    net = session.hou.node("/obj").createNode("topnet", "topnet1")
    scheduler = net.node("localscheduler") or net.createNode("localscheduler", "localscheduler")
    scheduler.parm("maxprocsmenu").set(1)
    scheduler.parm("maxprocs").set(2)
    net.parm("topscheduler").set("localscheduler")
    session.net = net
    return session


def job(text: str) -> str:
    """A command that runs this Python in a process."""
    lines = f"import os, sys, time; sys.path.insert(0, os.environ['PDG_SCRIPTDIR']); import pdgcmd; {text}"
    return f"__PDG_PYTHON__ -c {shlex.quote(lines)}"


def commands(scene, text: str, count: int = 1, name: str = "work"):
    node = scene.net.createNode("genericgenerator", name)
    node.parm("itemcount").set(count)
    node.parm("pdg_command").set(job(text))
    return node


def states(node):
    return [item.state.name for item in node.getPDGNode().workItems]


def test_a_job_reports_attributes_files_and_how_far_it_is(scene, tmp_path):
    out = tmp_path / "out.mp4"
    node = commands(
        scene,
        f"open({str(out)!r}, 'w').close(); pdgcmd.setStringAttrib('run', 'rs_é'); "
        f"pdgcmd.workItemSetCookPercent(50); pdgcmd.workItemSetCustomState('half'); "
        f"pdgcmd.addOutputFile({str(out)!r}, result_data_tag='file/video')",
    )
    node.cookWorkItems(block=True)
    [item] = node.getPDGNode().workItems
    assert item.state.name == "CookedSuccess", item.logMessages
    assert item.stringAttribValue("run") == "rs_é"
    assert (item.cookPercent, item.customState) == (50.0, "half")
    assert [(file.path, file.tag) for file in item.outputFiles] == [(str(out), "file/video")]


def test_a_job_that_fails_stops_what_comes_after_it_and_its_log_says_why(scene):
    node = commands(scene, "sys.exit('no such luck')")
    after = commands(scene, "pass", name="after")
    after.setInput(0, node)
    after.cookWorkItems(block=True)
    assert states(node) == ["CookedFail"]
    assert "no such luck" in node.getPDGNode().workItems[0].logMessages
    assert states(after) == ["Uncooked"]
    assert node.getCookState(False).name() == "Failed"


def test_only_as_many_jobs_run_at_once_as_there_are_slots(scene, tmp_path):
    text = (
        f"folder = {str(tmp_path)!r}; me = os.path.join(folder, os.environ['PDG_ITEM_NAME']); "
        "open(me, 'w').close(); "
        "many = len([f for f in os.listdir(folder) if f.startswith('work')]); time.sleep(.3); os.unlink(me); "
        "pdgcmd.setIntAttrib('many', many)"
    )
    node = commands(scene, text, count=5)
    node.cookWorkItems(block=True)
    assert states(node) == ["CookedSuccess"] * 5
    assert max(item.intAttribValue("many") for item in node.getPDGNode().workItems) == 2


def test_wedges_are_gathered_by_waiting_for_all(scene):
    wedge = scene.net.createNode("wedge", "wedge")
    wedge.parm("wedgecount").set(3)
    wedge.parm("wedgeattributes").set(1)
    wedge.parm("name1").set("seed")
    wedge.parm("type1").set(2)
    wedge.parmTuple("intrange1").set((10, 30))
    done = scene.net.createNode("waitforall", "done")
    done.setInput(0, wedge)
    done.cookWorkItems(block=True)
    assert not wedge.errors(), wedge.errors()[0]
    [gathered] = done.getPDGNode().workItems
    assert gathered.isPartition
    assert [item.intAttribValue("seed") for item in gathered.partitionItems] == [10, 20, 30]


def test_a_cook_again_leaves_what_is_done_and_cooks_what_failed(scene, tmp_path):
    flag = tmp_path / "go"
    node = commands(
        scene,
        f"i = os.environ['PDG_INDEX']; f = open({str(tmp_path)!r} + '/ran' + i, 'a'); "
        f"f.write('x'); f.close(); "
        f"sys.exit(0 if i == '0' or os.path.exists({str(flag)!r}) else 3)",
        count=2,
    )
    node.cookWorkItems(block=True)
    assert states(node) == ["CookedSuccess", "CookedFail"]
    flag.touch()
    node.cookWorkItems(block=True)
    assert states(node) == ["CookedSuccess", "CookedSuccess"]
    assert [(tmp_path / f"ran{i}").read_text() for i in (0, 1)] == ["x", "xx"]


def test_a_cancelled_cook_ends_its_jobs(scene, tmp_path):
    node = commands(scene, f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    node.cookWorkItems()
    wait_until(lambda: (tmp_path / "pid").is_file() and (tmp_path / "pid").read_text())
    node.cancelCook()
    wait_until(lambda: not node.getPDGGraphContext().cooking)
    assert states(node) == ["CookedCancel"]
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text()}").exists()


def test_jobs_start_without_packages_unless_the_scheduler_loads_them(scene, monkeypatch):
    monkeypatch.setenv("COSMOS_HOUDINI", "/opt/cosmos")
    node = commands(scene, "pdgcmd.setStringAttrib('root', os.environ.get('COSMOS_HOUDINI', '-'))")
    node.cookWorkItems(block=True)
    assert node.getPDGNode().workItems[0].stringAttribValue("root") == "-"
    scene.net.node("localscheduler").parm("local_skippackages").set(0)
    node.dirtyAllTasks(False)
    node.cookWorkItems(block=True)
    assert node.getPDGNode().workItems[0].stringAttribValue("root") == "/opt/cosmos"


def test_without_a_scheduler_the_node_says_so(scene):
    scene.net.node("localscheduler").destroy()
    scene.net.parm("topscheduler").set("")
    node = commands(scene, "pass")
    node.cookWorkItems(block=True)
    assert states(node) == ["CookedFail"]
    assert "scheduler" in node.errors()[0]


def test_a_rop_fetch_renders_real_frames_in_batches(scene, tmp_path):
    cam = scene.hou.node("/obj").createNode("cam", "cam1")
    cam.parmTuple("res").set((32, 18))
    rop = scene.hou.node("/out").createNode("ifd", "mantra1")
    rop.parm("camera").set(cam.path())
    rop.parm("vm_picture").set("$HIP/render/shot.$F4.exr")
    fetch = scene.net.createNode("ropfetch", "fetch")
    fetch.parm("roppath").set(rop.path())
    fetch.parm("framegeneration").set(1)
    fetch.parmTuple("range").deleteAllKeyframes()
    fetch.parmTuple("range").set((1, 3, 1))
    fetch.parm("framesperbatch").set(2)
    fetch.cookWorkItems(block=True)
    items = fetch.getPDGNode().workItems
    assert states(fetch) == ["CookedSuccess", "CookedSuccess"], items[0].logMessages
    files = [Path(file.path).name for item in items for file in item.outputFiles]
    assert files == ["shot.0001.exr", "shot.0002.exr", "shot.0003.exr"]
    assert all((tmp_path / "render" / name).stat().st_size > 100 for name in files)
    fetch.dirtyAllTasks(False)
    fetch.cookWorkItems(block=True)
    assert states(fetch) == ["CookedCache", "CookedCache"]


TYPES = '''
import pdg
from pdg.processor import PyProcessor
from pdg.scheduler import PyScheduler

class Doubler(PyProcessor):
    @classmethod
    def templateName(cls):
        return "doubler"

    @classmethod
    def templateBody(cls):
        return """{"name": "doubler", "dataType": "genericdata", "parameters":
            [{"name": "number", "label": "Number", "type": "Integer", "value": 4}]}"""

    def onGenerate(self, item_holder, upstream_items, generation_type):
        for upstream in upstream_items or [None]:
            item = item_holder.addWorkItem(parent=upstream, cookType=pdg.workItemCookType.InProcess)
            item.setIntAttrib("number", self["number"].evaluateInt())
        return pdg.result.Success

    def onCookTask(self, work_item):
        work_item.setIntAttrib("twice", 2 * work_item.intAttribValue("number"))
        if work_item.parent is not None:
            work_item.parent.setIntAttrib("twice", 1)
        return pdg.result.Success

class Slow(PyScheduler):
    @classmethod
    def templateName(cls):
        return "slow"

    def onSchedule(self, work_item):
        self.held = [*getattr(self, "held", []), work_item]
        self.onWorkItemStartCook(work_item.id, -1)
        return pdg.scheduleResult.Succeeded

    def onTick(self):
        for item in getattr(self, "held", []):
            with item.lockAttributes():
                item.setStringAttrib("by", self.name)
            self.onWorkItemSucceeded(item.id, -1, 0.5)
        self.held = []
        return pdg.tickResult.SchedulerReady

    def onCancelWorkItems(self, work_items, node):
        pass

def registerTypes(type_registry):
    type_registry.registerNode(Doubler, pdg.nodeType.Processor, name="doubler", label="Doubler")
    type_registry.registerScheduler(Slow, label="Slow")
'''


@pytest.fixture
def own_types(scene, tmp_path):
    folder = tmp_path / "pdg" / "types"
    folder.mkdir(parents=True)
    (folder / "doubler.py").write_text(TYPES)
    assert load_types(scene, folder) == ["doubler", "slow"]
    return scene


def test_registered_types_cook(own_types):
    node = own_types.net.createNode("pdg_doubler", "d")
    node.parm("number").set(21)
    node.cookWorkItems(block=True)
    assert states(node) == ["CookedSuccess"], node.errors()
    assert node.getPDGNode().workItems[0].intAttribValue("twice") == 42


def test_an_upstream_item_may_not_be_written(own_types):
    first = commands(own_types, "pass")
    node = own_types.net.createNode("pdg_doubler", "d")
    node.setInput(0, first)
    node.cookWorkItems(block=True)
    assert states(node) == ["CookedFail"]
    assert AttribError.__name__ in node.errors()[0]


def test_a_scheduler_of_ones_own_carries_items(own_types):
    scheduler = own_types.net.createNode("pdg_slow", "slow1")
    node = commands(own_types, "pass", count=3)
    node.parm("topscheduler").set(scheduler.path())
    node.cookWorkItems(block=True)
    assert states(node) == ["CookedSuccess"] * 3
    assert {item.stringAttribValue("by") for item in node.getPDGNode().workItems} == {"slow1"}


def test_a_python_processor_that_needs_cooked_inputs_makes_an_item_of_each(scene):
    first = commands(scene, "pdgcmd.setIntAttrib('n', int(os.environ['PDG_INDEX']) + 1)", count=2)
    node = scene.net.createNode("pythonprocessor", "p")
    node.parm("requirescookedinputs").set(1)
    node.parm("generate").set(
        "for up in upstream_items:\n"
        "    item = item_holder.addWorkItem(parent=up)\n"
        "    item.setCommand('__PDG_PYTHON__ -c pass')\n"
        "    item.setIntAttrib('m', 10 * up.intAttribValue('n'))\n"
    )
    node.setInput(0, first)
    node.cookWorkItems(block=True)
    assert sorted(item.intAttribValue("m") for item in node.getPDGNode().workItems) == [10, 20]


def test_an_expected_file_that_is_missing_fails_its_item(scene, tmp_path):
    node = commands(scene, "pass")
    node.parm("expectedoutputsfrom").set(2)
    node.parm("expectedoutputfiles").set(1)
    node.parm("expectedoutputfile1").set(str(tmp_path / "none.png"))
    node.cookWorkItems(block=True)
    assert states(node) == ["CookedFail"]
    assert "none.png" in node.getPDGNode().workItems[0].logMessages


def test_events_tell_of_each_change_of_state(scene):
    node = commands(scene, "pass")
    graph = node.getPDGGraphContext()
    seen = []
    graph.addEventHandler(
        lambda event: seen.append(event.currentState.name), scene.pdg.EventType.WorkItemStateChange
    )
    node.cookWorkItems(block=True)
    assert seen == ["Waiting", "Scheduled", "Cooking", "CookedSuccess"]


def wait_until(what, seconds=20):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)
