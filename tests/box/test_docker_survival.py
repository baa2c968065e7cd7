"""Nothing is lost, and nothing runs twice, when what watches over a container is killed."""

from __future__ import annotations

import json

import pytest

from support.agent_box import kill, wait_until
from support.docker_engine import IMAGE, DockerEngine, begin, box, engine, launch  # noqa: F401


def until(box, path):
    """A script that waits for a file that the test makes in the run's output folder."""
    return f"echo ready; until [ -e {path} ]; do sleep 0.05; done; rm_is_not_here=1; echo done; exit 5"


def let_go(box, run_id, name="go"):
    (box.run(run_id) / "out" / name).touch()


@pytest.mark.parametrize("killed", ["supervisor", "waiter", "both"])
def test_a_container_is_adopted_when_those_who_watch_it_are_killed(box, engine, launch, killed):
    begin(box, "r-1", launch(until(box, "go")))
    box.wait_for_words("r-1", "ready")
    before = engine.containers("r-1")
    box.child("r-1")
    victims = {"supervisor": [box.supervisor], "waiter": [box.stage], "both": [box.supervisor, box.stage]}
    kill(*[find("r-1") for find in victims[killed]])
    assert box.status("r-1")["state"] == "running"
    let_go(box, "r-1")
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"], run["exit"]["lost"]) == ("finished", 5, False)
    assert box.log("r-1") == "ready\ndone\n"
    assert len(before) == 1
    assert engine.ever_created("r-1", box.root) == 1


def test_the_code_of_a_container_that_ended_while_nobody_watched_is_not_lost(box, engine, launch):
    begin(box, "r-1", launch(until(box, "go")))
    box.wait_for_words("r-1", "ready")
    box.child("r-1")
    kill(box.supervisor("r-1"), box.stage("r-1"))
    let_go(box, "r-1")
    wait_until(lambda: not engine.inspect("cosmos-r-1")["State"]["Running"], "the container to end")
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"]) == ("finished", 5)
    assert engine.ever_created("r-1", box.root) == 1


def test_a_slot_stays_taken_while_its_container_lives_unwatched(box, engine, launch):
    begin(box, "r-1", launch(until(box, "go")))
    box.wait_for_words("r-1", "ready")
    box.child("r-1")
    kill(box.supervisor("r-1"), box.stage("r-1"))
    assert box.call("probe")["slots"] == [{"name": "cpu0", "busy": True, "run_id": "r-1"}]
    begin(box, "r-2", launch("echo second"))
    wait_until(lambda: (box.state_file("r-1", "beat.json") or {}).get("phase"), "r-1 to be watched again")
    assert box.status("r-2")["state"] == "queued"
    let_go(box, "r-1")
    first, second = box.wait_for_end("r-1"), box.wait_for_end("r-2")
    assert first["exit"]["code"] == 5
    assert first["exit"]["ended_at"] <= second["exit"]["started_at"]


@pytest.mark.parametrize("stage", ["created", "created and noted"])
def test_a_container_that_was_only_created_is_started_and_not_made_anew(box, engine, launch, stage):
    """As left by a kill between `docker create` and `docker start`."""
    begin(box, "r-0", launch("true"))
    box.wait_for_end("r-0")
    box.commit("r-1", **launch("echo once"))
    (box.run("r-1") / "out").mkdir(exist_ok=True)
    log = box.run("r-1") / "log.txt"
    log.touch()
    (box.run("r-1") / "out" / ".log").hardlink_to(log)
    out = box.run("r-1") / "out"
    labels = {"cosmos.run": "r-1", "cosmos.spec": "a" * 64, "cosmos.root": str(box.root)}
    identifier = engine.docker(
        *("create", "--name", "cosmos-r-1", "--mount", f"type=bind,source={out},target={out}"),
        *(word for name, text in labels.items() for word in ("--label", f"{name}={text}")),
        *(IMAGE, "bash", "-c", f"echo once >>{out}/.log"),
    ).stdout.strip()
    if stage == "created and noted":
        note = {"id": identifier, "name": "cosmos-r-1", "program": "docker"}
        (box.run("r-1") / "state" / "container.json").write_text(json.dumps(note))
    box.start("r-1")
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"]) == ("finished", 0)
    assert box.log("r-1") == "once\n"
    assert engine.ever_created("r-1", box.root) == 1


def test_a_container_of_somebody_else_with_our_name_is_left_alone(box, engine, launch):
    other = engine.docker("run", "-d", "--name", "cosmos-r-1", IMAGE, "sleep", "60").stdout.strip()
    begin(box, "r-1", launch("echo mine"))
    run = box.wait_for_end("r-1")
    assert run["exit"]["never_started"] is True
    assert "not of this run" in box.log("r-1")
    assert engine.inspect(other)["State"]["Running"] is True
    engine.docker("rm", "-f", other)


@pytest.mark.parametrize("when", ["watched", "unwatched"])
def test_a_container_that_was_removed_is_lost_and_never_made_again(box, engine, launch, when):
    begin(box, "r-1", launch("echo ready; sleep 60"))
    box.wait_for_words("r-1", "ready")
    box.child("r-1")
    if when == "unwatched":
        kill(box.supervisor("r-1"), box.stage("r-1"))
    engine.docker("rm", "-f", "cosmos-r-1")
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"]) == ("lost", None)
    assert box.start("r-1")["run"]["state"] == "lost"
    assert engine.ever_created("r-1", box.root) == 1


def test_a_queued_run_in_a_container_is_cancelled_without_one(box, engine, launch):
    begin(box, "r-1", launch("echo ready; sleep 60"))
    box.wait_for_words("r-1", "ready")
    begin(box, "r-2", launch("true"))
    box.call("stop", run_id="r-2", grace_seconds=20)
    run = box.wait_for_end("r-2")
    assert (run["state"], run["exit"]["never_started"]) == ("cancelled", True)
    assert engine.ever_created("r-2", box.root) == 0
    assert engine.inspect("cosmos-r-1")["State"]["Running"] is True


def test_a_cancel_that_comes_while_nobody_watches_is_carried_out(box, engine, launch):
    begin(box, "r-1", launch("trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done"))
    box.wait_for_words("r-1", "ready")
    box.child("r-1")
    kill(box.supervisor("r-1"), box.stage("r-1"))
    box.call("stop", run_id="r-1", grace_seconds=20)
    assert box.wait_for_end("r-1")["state"] == "cancelled"
    wait_until(lambda: engine.containers("r-1") == [], "the container to be removed")


def test_signals_to_those_who_watch_do_not_end_the_run(box, engine, launch):
    """As a login manager sends them to everything of a user who logs out."""
    import os
    import signal

    begin(box, "r-1", launch(until(box, "go")))
    box.wait_for_words("r-1", "ready")
    box.child("r-1")
    for pid in (box.supervisor("r-1"), box.stage("r-1")):
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGHUP)
    assert engine.inspect("cosmos-r-1")["State"]["Running"] is True
    let_go(box, "r-1")
    assert box.wait_for_end("r-1")["exit"]["code"] == 5


def test_what_was_not_removed_in_time_is_removed_with_the_acknowledgement(box, engine, launch):
    begin(box, "r-1", launch(until(box, "go")))
    box.wait_for_words("r-1", "ready")
    identifier = box.state_file("r-1", "container.json")["id"]
    let_go(box, "r-1")
    box.wait_for_end("r-1")
    wait_until(lambda: box.state_file("r-1", "removed.json"), "the removal")
    # As if the supervisor had died right after it wrote how the run ended.
    (box.run("r-1") / "state" / "removed.json").unlink()
    engine.docker("create", "--name", "left-over", IMAGE, "true")
    note = {"id": engine.inspect("left-over")["Id"], "name": "cosmos-r-1", "program": "docker"}
    assert note["id"] != identifier
    (box.run("r-1") / "state" / "container.json").write_text(json.dumps(note))
    box.call("ack", run_id="r-1", outputs={})
    assert engine.docker("ps", "-aq", "--filter", "name=left-over").stdout == ""


@pytest.fixture
def restartable(tmp_path_factory, monkeypatch):
    """An engine of this test alone, to be restarted."""
    from support import docker_engine

    starting = docker_engine.engine.__wrapped__()
    running = next(starting)
    monkeypatch.setenv("DOCKER_HOST", running.host)
    yield running
    starting.close()


@pytest.mark.slow
@pytest.mark.parametrize("kill_it", [False, True], ids=["stopped", "killed"])
def test_a_restart_of_the_engine_is_waited_for(restartable, box, launch, kill_it, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", restartable.host)
    begin(box, "r-1", launch("echo ready; sleep 120"))
    box.wait_for_words("r-1", "ready")
    box.child("r-1")
    restartable.stop(kill=kill_it)
    wait_until(lambda: "does not answer" in box.log("r-1"), "the silence to be told")
    assert box.status("r-1")["state"] == "running"
    restartable.start()
    # Without live-restore the engine ends what it finds; that is a named end, and no second container.
    run = box.wait_for_end("r-1")
    assert run["state"] == "finished"
    assert run["exit"]["code"] not in (None, 0)
    assert restartable.ever_created("r-1", box.root) <= 1


def test_an_engine_that_is_down_fails_the_run_by_its_name(box, launch, monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    begin(box, "r-1", launch("true"))
    wait_until(lambda: "does not answer" in box.log("r-1"), "the silence to be told")
    box.call("stop", run_id="r-1", grace_seconds=0)
    assert box.wait_for_end("r-1")["state"] == "cancelled"


@pytest.mark.parametrize(("code", "state"), [(137, "lost"), (3, "finished")])
def test_a_container_that_ended_with_the_machine_is_lost(box, engine, launch, code, state):
    """A restart of the machine, as it looks afterwards: all dead, and another boot id."""
    begin(box, "r-1", launch("echo ready; until [ -e go ]; do sleep 0.05; done; exit 3"))
    box.wait_for_words("r-1", "ready")
    box.child("r-1")
    kill(box.supervisor("r-1"), box.stage("r-1"))
    if code == 137:
        engine.docker("kill", "cosmos-r-1")
    else:
        let_go(box, "r-1")
        wait_until(lambda: not engine.inspect("cosmos-r-1")["State"]["Running"], "the container to end")
    known = box.state_file("r-1", "child.json")
    (box.run("r-1") / "state" / "child.json").write_text(json.dumps({**known, "boot_id": "another"}))
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"]) == (state, code)
    assert engine.ever_created("r-1", box.root) == 1


def test_gc_takes_an_acknowledged_run_of_a_container_and_no_other(box, engine, launch):
    for name in ("r-1", "r-2"):
        begin(box, name, launch("echo > a.txt"))
        box.wait_for_end(name)
    box.call("ack", run_id="r-1", outputs={})
    wait_until(
        lambda: [item["run_id"] for item in box.call("gc", older_than_days=0, apply=True)["runs"]] == ["r-1"],
        "gc to take the run",
    )
    assert box.run("r-2").exists()
