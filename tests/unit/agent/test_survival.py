"""What is left when something is killed: nothing runs twice, no exit code gets lost, no one is stuck."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest


def test_a_killed_supervisor_is_replaced_and_the_exit_code_is_not_lost(box, killing):
    box.submit("r-1", f"echo ready; {box.gate('go')}; echo out > out/a.txt; exit 9")
    box.wait_for_words("r-1", "ready")
    first = box.supervisor("r-1")
    killing(first)
    assert box.status("r-1")["state"] == "running"
    assert box.supervisor("r-1") != first
    box.open_gate("go")
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"], run["exit"]["lost"]) == ("finished", 9, False)
    assert [output["name"] for output in run["outputs"]] == ["a.txt"]
    assert box.log("r-1") == "ready\n"


def test_the_exit_code_survives_when_the_run_ends_with_nobody_watching(box, killing, waiting):
    box.submit("r-1", f"echo ready; {box.gate('go')}; exit 9")
    box.wait_for_words("r-1", "ready")
    killing(box.supervisor("r-1"))
    box.open_gate("go")
    waiting(lambda: box.state_file("r-1", "code.json"), "the stage to write the exit code")
    assert box.state_file("r-1", "exit.json") is None
    assert box.wait_for_end("r-1")["exit"]["code"] == 9


def test_the_slot_stays_taken_while_the_command_lives_without_its_supervisor(box, killing):
    box.submit("r-1", f"echo ready; {box.gate('go')}")
    box.wait_for_words("r-1", "ready")
    killing(box.supervisor("r-1"))
    box.submit("r-2", "true")
    assert box.call("probe")["slots"][0]["busy"] is True
    assert box.status("r-2")["state"] == "queued"
    box.open_gate("go")
    first, second = box.wait_for_end("r-1"), box.wait_for_end("r-2")
    assert first["exit"]["ended_at"] <= second["exit"]["started_at"]


def test_a_command_that_lost_its_stage_is_waited_for_and_then_told_as_lost(box, killing, running):
    box.submit("r-1", f"echo ready; {box.gate('go')}; echo x > out/a.txt")
    box.wait_for_words("r-1", "ready")
    child = box.child("r-1")
    killing(box.stage("r-1"))
    assert running(child)
    assert box.status("r-1")["state"] == "running"
    box.submit("r-2", "true")
    assert box.status("r-2")["state"] == "queued"
    box.open_gate("go")
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"], run["exit"]["lost"]) == ("lost", None, True)
    assert [output["name"] for output in run["outputs"]] == ["a.txt"]
    assert box.wait_for_end("r-2")["state"] == "finished"


def test_when_all_of_it_is_killed_the_run_is_lost(box, killing):
    box.submit("r-1", f"echo ready; {box.gate('never')}")
    box.wait_for_words("r-1", "ready")
    killing(box.supervisor("r-1"), box.stage("r-1"), box.child("r-1"))
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["lost"], run["exit"]["code"]) == ("lost", True, None)
    assert box.start("r-1")["run"]["state"] == "lost"
    assert box.log("r-1") == "ready\n"


@pytest.mark.parametrize("change", ["boot_id", "pid_start"])
def test_a_process_that_only_has_the_number_of_ours_is_not_taken_for_it(box, killing, running, change):
    box.submit("r-1", f"echo ready; {box.gate('never')}")
    box.wait_for_words("r-1", "ready")
    killing(box.supervisor("r-1"), box.stage("r-1"), box.child("r-1"))
    # As after a reboot: the number now belongs to somebody else, which is this very test.
    path = box.run("r-1") / "state" / "child.json"
    known = json.loads(path.read_text())
    start = Path(f"/proc/{os.getpid()}/stat").read_text().rpartition(")")[2].split()[19]
    known.update(pid=os.getpid(), pid_start=start)
    known[change] = "another"
    path.write_text(json.dumps(known))
    box.call("stop", run_id="r-1", grace_seconds=0)
    assert box.wait_for_end("r-1")["state"] == "lost"
    path.unlink()


def test_a_queued_run_whose_supervisor_was_killed_still_runs_once(box, killing):
    box.submit("r-1", box.gate("go"))
    box.child("r-1")
    box.submit("r-2", "echo two")
    killing(box.supervisor("r-2"))
    box.open_gate("go")
    assert box.wait_for_end("r-2")["state"] == "finished"
    assert box.log("r-2") == "two\n"


@pytest.mark.parametrize(
    "kept", ["ticket", "ticket slots", "ticket slots exec", "ticket slots exec child code"]
)
def test_a_supervisor_killed_after_any_step_is_made_up_for(box, killing, kept):
    """The files that exist after each step of a run's life, with nobody alive; status goes on from there."""
    box.submit("r-1", "echo once; exit 4")
    box.wait_for_end("r-1")
    state = box.run("r-1") / "state"
    for path in state.glob("*.json"):
        if path.stem not in kept.split():
            path.unlink()
    if "exec" not in kept:
        (box.run("r-1") / "log.txt").unlink()
    run = box.wait_for_end("r-1")
    assert box.log("r-1") == "once\n"
    if "code" in kept or "exec" not in kept:
        assert (run["state"], run["exit"]["code"]) == ("finished", 4)
    else:  # it had begun, and nobody saw how it went
        assert run["state"] == "lost"


def test_a_client_killed_between_two_verbs_leaves_a_run_that_goes_on(box):
    """Verbs share nothing but the disk, so a client that dies is one that never sends the next verb."""
    box.commit("r-1", ("sh", "-c", "echo ran"))
    assert box.status("r-1")["state"] == "prepared"
    box.commit("r-1", ("sh", "-c", "echo ran"))
    box.start("r-1")
    assert box.wait_for_end("r-1")["exit"]["code"] == 0
    assert box.log("r-1") == "ran\n"


def test_finishing_twice_writes_the_end_once(box, agent_module):
    box.submit("r-1", "exit 4")
    box.wait_for_end("r-1")
    before = box.state_file("r-1", "exit.json")
    agent_module.finalise(agent_module.Run(agent_module.Root(str(box.root)), "r-1"), lost=True)
    assert box.state_file("r-1", "exit.json") == before


@pytest.mark.slow
def test_supervisors_killed_again_and_again_lose_and_double_nothing(box):
    """Kills whatever supervisor is found, all the time, from before the command until after its end."""
    for number in range(10):
        run_id = f"r-{number}"
        box.submit(run_id, "echo once; sleep 0.1; exit 4")
        end = time.monotonic() + 0.4
        while time.monotonic() < end:
            for pid in supervisors_of(box, run_id):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            box.status(run_id)
        run = box.wait_for_end(run_id)
        assert (run["state"], run["exit"]["code"]) == ("finished", 4)
        assert box.log(run_id) == "once\n"


def supervisors_of(box, run_id):
    wanted = {b"_supervise", str(box.root).encode(), run_id.encode()}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if wanted <= set(path.read_bytes().split(b"\0")):
                yield int(path.parent.name)
