from __future__ import annotations

import pytest

from cosmos_houdini.houdini.interface import BoxSettings
from cosmos_houdini.houdini.interface.gpu_box import GPU_BOX
from cosmos_houdini.houdini.work.gpu_box import GpuBox, Scheduled
from support.pdg_pieces import Item, Node
from support.scripted_bridge import ScriptedBridge

OUTPUTS = {"video": "/p/outputs/r/output.mp4", "sheet": "/p/outputs/r/sheet.png"}


class Scheduler:
    """Notes what PDG is told."""

    def __init__(self):
        self.told = []

    def __getattr__(self, name):
        return lambda *arguments: self.told.append((name.replace("onWorkItem", ""), *arguments))

    def names(self):
        return [name for name, *_ in self.told]


@pytest.fixture
def bridge():
    return ScriptedBridge()


@pytest.fixture
def scheduler():
    return Scheduler()


@pytest.fixture
def box(scheduler, bridge):
    one = GpuBox(scheduler, lambda: bridge)
    one.start(settings())
    return one


def settings(**changed):
    return BoxSettings.read(lambda name: changed.get(name, GPU_BOX.field(name).default))


def item(run="rs_1", node="cosmostransfer", **changed):
    changed.setdefault("check", 0)
    one = Item(run, cosmos_run_id=run, cosmos_project="/p")
    one.node = Node(node, **changed) if node == "cosmostransfer" else Node(node)
    return one


def on_the_box(box, bridge, one):
    """Takes an item to where its run goes on."""
    assert box.schedule(one) is Scheduled.TAKEN
    box.tick()
    run = one.attributes["cosmos_run_id"]
    record = {"id": run, "name": "x", "prompt_spec_id": "ps", "execution_status": "PENDING"}
    for reply in ({"record": record}, {"id": run}, {}):
        bridge.last.give(reply)
        box.tick()


def test_a_run_comes_to_be_a_cooked_item_with_its_files(houdini, box, bridge, scheduler):
    one = item()
    on_the_box(box, bridge, one)
    bridge.say("progress", project="/p", run="rs_1", phase="generating", fraction=0.5, message="half")
    bridge.say("state", project="/p", run="rs_1", following=False, status="SUCCESS", outputs=OUTPUTS)
    box.tick()
    assert ("SetCustomState", one.id, -1, "half") in scheduler.told
    assert ("SetStringAttrib", one.id, -1, "cosmos_status", "SUCCESS", 0) in scheduler.told
    assert ("AddOutput", one.id, -1, OUTPUTS["video"], "file/video", 0, False) in scheduler.told
    assert ("AddOutput", one.id, -1, OUTPUTS["sheet"], "file/image", 0, False) in scheduler.told
    assert scheduler.names()[0] == "StartCook"
    assert scheduler.names()[-1] == "Succeeded"


def test_a_run_that_fails_fails_its_item_with_its_words(houdini, box, bridge, scheduler):
    one = item()
    on_the_box(box, bridge, one)
    error = {"what": "No memory.", "why": "24 GB.", "fix": "More GPUs.", "exit_code": 5}
    bridge.say("state", project="/p", run="rs_1", following=False, status="FAILED", error=error)
    box.tick()
    assert one.said == [("error", "No memory.\n  why: 24 GB.\n  fix: More GPUs.")]
    assert scheduler.names()[-1] == "Failed"


def test_a_warning_marks_the_item_and_a_word_on_the_run_does_not(houdini, box, bridge):
    one = item()
    on_the_box(box, bridge, one)
    for level, text in (("info", "preview on local"), ("warning", "A short clip.")):
        bridge.say("log", project="/p", run="rs_1", level=level, text=text)
    box.tick()
    assert one.said == [("message", "preview on local"), ("warning", "A short clip.")]


def test_a_run_that_somebody_cancelled_is_a_cancelled_item(houdini, box, bridge, scheduler):
    one = item()
    on_the_box(box, bridge, one)
    error = {"what": "Cancelled.", "exit_code": 6}
    bridge.say("state", project="/p", run="rs_1", following=False, status="CANCELLED", error=error)
    box.tick()
    assert scheduler.names()[-1] == "Canceled"


def test_items_of_other_nodes_are_refused_with_the_way_out(houdini, box, bridge, scheduler):
    one = item(node="cosmosencode")
    assert box.schedule(one) is Scheduled.REFUSED
    [(kind, text)] = one.said
    assert kind == "error"
    assert "starts no other jobs" in text
    assert "Local Scheduler" in text
    assert (scheduler.told, bridge.sent) == ([], [])


def test_an_item_without_a_run_is_refused(houdini, box):
    one = item()
    del one.attributes["cosmos_run_id"]
    assert box.schedule(one) is Scheduled.REFUSED
    assert "brings no run" in one.said[0][1]


def test_no_more_runs_are_handed_over_than_the_limit(houdini, box, bridge):
    box.start(settings(max_items=2))
    for number in range(2):
        on_the_box(box, bridge, item(f"rs_{number}"))
    assert not box.tick()
    third = item("rs_3")
    assert box.schedule(third) is Scheduled.LATER
    bridge.say("state", project="/p", run="rs_0", following=False, status="SUCCESS", outputs=OUTPUTS)
    assert box.tick()
    assert box.schedule(third) is Scheduled.TAKEN


@pytest.mark.parametrize(
    ("on_node", "on_box", "told"),
    [
        ("leave", "node", "run.unfollow"),
        ("cancel", "node", "run.cancel"),
        ("leave", "cancel", "run.cancel"),
        ("cancel", "leave", "run.unfollow"),
    ],
)
def test_a_stopped_cook_cancels_or_leaves_as_is_said(houdini, box, bridge, scheduler, on_node, on_box, told):
    box.start(settings(onstop=on_box))
    on_the_box(box, bridge, item(onstop=on_node))
    box.stop(True)
    assert bridge.last.method == told
    assert scheduler.names()[-1] == "Canceled"
    box.tick()
    assert len(bridge.sent) == 4


def test_a_single_item_that_the_artist_cancels_leaves_the_others_alone(houdini, box, bridge, scheduler):
    one, two = item("rs_1", onstop="cancel"), item("rs_2", onstop="cancel")
    on_the_box(box, bridge, one)
    on_the_box(box, bridge, two)
    box.cancel([two])
    assert (bridge.last.method, bridge.last.params["run"]) == ("run.cancel", "rs_2")
    bridge.say("state", project="/p", run="rs_1", following=False, status="SUCCESS", outputs=OUTPUTS)
    box.tick()
    assert ("Canceled", two.id, -1) in scheduler.told
    assert scheduler.names()[-1] == "Succeeded"


def test_what_a_node_leaves_open_the_scheduler_says(houdini, box, bridge):
    box.start(settings(box="remote"))
    on_the_box(box, bridge, item())
    submitted = next(reply for reply in bridge.sent if reply.method == "run.submit")
    assert submitted.params["box"] == "remote"


def test_progress_is_shown_as_often_as_the_node_says(houdini, box, bridge, scheduler, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("cosmos_houdini.houdini.work.gpu_box.time.monotonic", lambda: clock[0])
    box.start(settings(poll_seconds=5.0))
    on_the_box(box, bridge, item())
    for seconds, message in ((0, "first"), (1, "too soon"), (1, "newer"), (4, None)):
        clock[0] += seconds
        if message:
            bridge.say("progress", project="/p", run="rs_1", phase="generating", message=message)
        box.tick()
    assert [told[-1] for told in scheduler.told if told[0] == "SetCustomState"] == ["first", "newer"]
