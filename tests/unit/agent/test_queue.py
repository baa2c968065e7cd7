from __future__ import annotations

import os

import pytest


def position(box, run_id):
    run = box.status(run_id)
    return run["state"], run["queue_position"]


def test_runs_that_want_one_slot_go_in_the_order_of_their_start(box):
    for name in ("r-c", "r-a", "r-b"):
        box.submit(name, f"echo; {box.gate(name)}")
        if name == "r-c":
            box.wait_for_words("r-c", "\n")
    assert position(box, "r-a") == ("queued", 1)
    assert position(box, "r-b") == ("queued", 2)

    box.open_gate("r-c")
    box.wait_for_words("r-a", "\n")
    assert position(box, "r-b") == ("queued", 1)
    assert box.status("r-a")["queue_position"] is None
    box.open_gate("r-a")
    box.open_gate("r-b")
    ended = [box.wait_for_end(name)["exit"] for name in ("r-c", "r-a", "r-b")]
    assert ended[0]["ended_at"] <= ended[1]["started_at"]
    assert ended[1]["ended_at"] <= ended[2]["started_at"]


def test_runs_on_other_slots_do_not_wait(box):
    box.submit("r-1", box.gate("go"), slots={"wanted": 1, "of": ["0"]})
    box.submit("r-2", "true", slots={"wanted": 1, "of": ["1"]})
    assert box.wait_for_end("r-2")["state"] == "finished"
    assert box.status("r-1")["exit"] is None
    box.open_gate("go")


def test_a_run_takes_whichever_of_its_slots_is_free(box):
    either = {"wanted": 1, "of": ["0", "1"]}
    box.submit("r-1", box.gate("go"), slots=either)
    box.child("r-1")
    box.submit("r-2", "echo $CUDA_VISIBLE_DEVICES", slots=either)
    box.wait_for_end("r-2")
    assert box.log("r-2") == "1\n"
    box.open_gate("go")


def test_a_large_run_is_not_overtaken_by_small_ones(box):
    box.submit("r-1", box.gate("go"), slots={"wanted": 1, "of": ["0"]})
    box.child("r-1")
    box.submit("r-big", "true", slots={"wanted": 2, "of": ["0", "1"]})
    box.submit("r-small", "true", slots={"wanted": 1, "of": ["1"]})
    assert position(box, "r-big") == ("queued", 1)
    assert position(box, "r-small") == ("queued", 2)
    box.open_gate("go")
    big, small = box.wait_for_end("r-big"), box.wait_for_end("r-small")
    assert big["exit"]["ended_at"] <= small["exit"]["started_at"]


def test_a_killed_supervisor_in_the_queue_holds_up_nobody(box, killing):
    box.submit("r-1", box.gate("go"))
    box.child("r-1")
    box.submit("r-2", "echo two")
    killing(box.supervisor("r-2"))
    box.submit("r-3", "echo three")
    box.open_gate("go")
    # Nobody asks for r-2: the run behind it in the queue brings it back to life.
    assert box.wait_for_end("r-3")["state"] == "finished"
    assert box.log("r-2") == "two\n"


def test_a_cancelled_run_leaves_the_queue(box):
    box.submit("r-1", box.gate("go"))
    box.child("r-1")
    box.submit("r-2", "echo never")
    box.submit("r-3", "echo three")
    box.call("stop", run_id="r-2", grace_seconds=5)
    run = box.wait_for_end("r-2")
    assert run["state"] == "cancelled"
    assert run["exit"]["never_started"] is True
    assert position(box, "r-3") == ("queued", 1)
    box.open_gate("go")
    box.wait_for_end("r-3")
    assert box.log("r-2") == ""


def test_a_slot_is_busy_until_its_run_has_ended_though_all_its_processes_were_killed(box, killing):
    box.submit("r-1", box.gate("never"))
    box.child("r-1")
    killing(box.supervisor("r-1"), box.stage("r-1"), box.child("r-1"))
    assert box.call("probe")["slots"] == [{"name": "cpu0", "busy": True, "run_id": "r-1"}]
    # The run behind it brings it to its end, and then has the slot.
    box.submit("r-2", "echo two")
    assert box.wait_for_end("r-2")["exit"]["code"] == 0
    assert box.status("r-1")["state"] == "lost"
    assert box.call("probe")["slots"][0]["busy"] is False


@pytest.fixture
def gpus(tmp_path, monkeypatch):
    """A stand-in for nvidia-smi: `gpus({0: 20000, 1: 3})` sets the used megabytes of each GPU."""
    folder = tmp_path / "programs"
    folder.mkdir()
    table = folder / "table"
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\ncat {table}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def use(megabytes):
        lines = [f"{index}, NVIDIA H100, 81559, {used}, 550.54, 37\n" for index, used in megabytes.items()]
        (folder / "new").write_text("".join(lines))
        (folder / "new").replace(table)

    return use


def test_a_gpu_that_somebody_else_uses_is_not_taken(box, gpus):
    gpus({0: 20000, 1: 3})
    box.submit("r-1", "echo $CUDA_VISIBLE_DEVICES", slots={"wanted": 1, "of": ["0", "1"]})
    box.wait_for_end("r-1")
    assert box.log("r-1") == "1\n"


def test_a_run_waits_for_the_gpu_of_somebody_else_and_says_so(box, gpus, waiting):
    gpus({0: 20000})
    box.submit("r-1", "echo mine", slots={"wanted": 1, "of": ["0"]})
    waiting(
        lambda: (box.status("r-1")["beat"] or {}).get("message") == "GPU 0 is in use by somebody else",
        "the reason of the waiting",
    )
    assert box.status("r-1")["state"] == "queued"
    gpus({0: 3})
    assert box.wait_for_end("r-1")["exit"]["code"] == 0


def test_the_probe_tells_memory_and_load_of_the_gpus(box, gpus):
    gpus({0: 20000})
    [gpu] = box.call("probe")["gpus"]
    assert (gpu["memory_used_bytes"] >> 20, gpu["memory_bytes"] >> 20, gpu["utilisation"]) == (
        20000,
        81559,
        37,
    )
