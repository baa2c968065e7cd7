from __future__ import annotations

import os
import signal


def stop(box, run_id, grace=20):
    return box.call("stop", run_id=run_id, grace_seconds=grace)["run"]


def test_a_running_run_gets_the_chance_to_end_itself(box):
    box.submit("r-1", f"trap 'echo tidied; exit 7' TERM; echo ready; {box.gate('never')}")
    box.wait_for_words("r-1", "ready")
    assert stop(box, "r-1")["cancel_requested"] is True
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"], run["exit"]["cancelled"]) == ("cancelled", 7, True)
    assert box.log("r-1").endswith("tidied\n")


def test_a_child_that_ignores_the_signal_is_ended_after_the_grace(box, waiting, running):
    box.submit("r-1", f"trap '' TERM; echo ready; {box.gate('never')}")
    box.wait_for_words("r-1", "ready")
    child = box.child("r-1")
    stop(box, "r-1", grace=0.3)
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["signal"]) == ("cancelled", signal.SIGKILL)
    assert not running(child)


def test_a_prepared_run_is_cancelled_at_once_and_never_starts(box):
    box.commit("r-1", ("sh", "-c", "echo never"))
    assert stop(box, "r-1")["state"] == "cancelled"
    assert box.start("r-1")["run"]["state"] == "cancelled"
    assert box.log("r-1") == ""


def test_stopping_a_finished_run_changes_nothing(box):
    box.submit("r-1", "exit 3")
    box.wait_for_end("r-1")
    run = stop(box, "r-1")
    assert (run["state"], run["exit"]["code"], run["cancel_requested"]) == ("finished", 3, False)


def test_stopping_twice_is_stopping_once(box):
    box.submit("r-1", f"trap 'echo term' TERM; echo ready; {box.gate('go')}; {box.gate('end')}")
    box.wait_for_words("r-1", "ready")
    stop(box, "r-1")
    box.wait_for_words("r-1", "term")
    stop(box, "r-1")
    box.open_gate("go")
    box.open_gate("end")
    assert box.wait_for_end("r-1")["state"] == "cancelled"
    assert box.log("r-1").count("term") == 1


def test_stop_touches_no_other_run(box):
    for number, name in enumerate(("r-1", "r-2")):
        box.submit(name, f"echo ready; {box.gate('go')}", slots={"wanted": 1, "of": [f"cpu{number}"]})
        box.wait_for_words(name, "ready")
    stop(box, "r-1", grace=0)
    box.wait_for_end("r-1")
    assert box.status("r-2")["state"] == "running"
    box.open_gate("go")
    assert box.wait_for_end("r-2")["exit"]["code"] == 0


def test_a_stop_is_carried_out_even_when_the_supervisor_was_killed(box, killing):
    box.submit("r-1", f"echo ready; {box.gate('never')}")
    box.wait_for_words("r-1", "ready")
    killing(box.supervisor("r-1"))
    stop(box, "r-1", grace=1)
    assert box.wait_for_end("r-1")["state"] == "cancelled"


def test_a_signal_to_the_supervisor_is_passed_on_to_the_command(box):
    box.submit("r-1", f"trap 'echo passed; exit 5' TERM; echo ready; {box.gate('never')}")
    box.wait_for_words("r-1", "ready")
    os.kill(box.supervisor("r-1"), signal.SIGTERM)
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"]) == ("finished", 5)


def test_a_grace_that_is_no_number_is_refused(box, refused):
    box.commit("r-1")
    with refused("bad_request"):
        stop(box, "r-1", grace="long")
