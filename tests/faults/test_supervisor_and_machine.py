"""Row 6: what watches over a run, and the machine itself, go down or change under it."""

from __future__ import annotations

import json

import pytest

from cosmos_houdini.records.enums import Status
from faults.misdeeds import WAITS, failed, let_go, use_model, wait_for_words


def pid_in(shot, state):
    """The process that a state file of the run names, as the box counts processes."""
    file = shot.state_file(state)
    shot.wait_until(
        lambda: file.exists() and json.loads(file.read_text()).get("pid"), f"a process in {state}"
    )
    return str(json.loads(file.read_text())["pid"])


def on_box(shot):
    """The run as `status` tells of it."""
    runs = json.loads(shot.type("status", "--json").out)["runs"]
    return next(run for run in runs if run["run_id"] == shot.run_id)


@pytest.mark.parametrize(
    ("victims", "watched"), [(("supervisor",), True), (("supervisor", "waiter"), False)], ids=["one", "both"]
)
@pytest.mark.fault("6", "the agent's supervisor is killed")
def test_a_killed_supervisor_is_replaced_and_adopts_the_container(shot, row, victims, watched):
    use_model(shot, WAITS)
    client = shot.start("run", shot.run_id, *([] if watched else ["--detach"]))
    wait_for_words(shot, "ready")
    if not watched:
        shot.end(client)
    files = {"supervisor": "beat.json", "waiter": "child.json"}
    killed = [pid_in(shot, files[victim]) for victim in victims]
    shot.box.inside("kill", "-9", *killed)
    lookers = "while a client followed" if watched else "while nobody looked"
    row.did(f"SIGKILL to {' and '.join(victims)} of a running container, {lookers}")
    if not watched:
        assert on_box(shot)["state"] == "running"
    shot.wait_until(lambda: pid_in(shot, "beat.json") not in killed, "another supervisor")
    let_go(shot)
    shot.end(client) if watched else shot.type("attach", shot.run_id)
    assert shot.succeeded()
    way = "the client that followed" if watched else "`attach`"
    row.came(f"another supervisor adopted the container; {way} brought the verified video")


@pytest.mark.parametrize("hard", [False, True], ids=["stopped", "crashed"])
@pytest.mark.fault("6", "dockerd is restarted, with live restore")
def test_a_container_outlives_a_restart_of_docker(shot, row, hard):
    use_model(shot, WAITS)
    client = shot.start("run", shot.run_id)
    wait_for_words(shot, "ready")
    shot.box.stop_docker(hard)
    row.did(f"dockerd was {'killed' if hard else 'stopped'} while the engine worked, and started again")
    wait_for_words(shot, "docker does not answer, waiting for it")
    assert "docker    does not answer" in shot.type("status", "--verbose").out
    assert on_box(shot)["state"] == "running"
    shot.box.start_docker()
    assert shot.container_runs()
    let_go(shot)
    shot.end(client)
    assert shot.succeeded()
    row.came(
        "meanwhile `status` said that docker doesn't answer and that the run goes on; the container went "
        "on, and its video arrived verified"
    )


@pytest.mark.fault("6", "dockerd is restarted, without live restore")
def test_a_container_that_ended_with_docker_fails_the_run_by_name(shot, row):
    use_model(shot, WAITS)
    shot.box.restart_docker(keep_containers=False)
    client = shot.start("run", shot.run_id)
    wait_for_words(shot, "ready")
    shot.box.restart_docker(keep_containers=False)
    row.did("dockerd was stopped, which ends its containers, and started again")
    shot.end(client, code=5)
    failed(shot, "killed")
    assert not shot.container_runs()
    row.came("the run failed as `killed`; nothing was started a second time")


@pytest.mark.fault("6", "the box reboots")
def test_a_reboot_loses_the_run_that_was_at_work_and_no_other(shot, row):
    use_model(shot, WAITS)
    waiting = shot.new_run("a street that waits").id
    client = shot.start("run", shot.run_id)
    wait_for_words(shot, "ready")
    shot.type("run", waiting, "--detach")
    before = json.loads(shot.type("status", "--json").out)["probe"]["boot_id"]
    shot.box.reboot()
    assert json.loads(shot.type("status", "--json").out)["probe"]["boot_id"] != before
    row.did("the power failed while one run was at work, followed by a client, and another one was queued")
    shot.end(client, code=5)
    failed(shot, "lost")
    assert not shot.container_runs()
    row.came("the run at work failed as `lost`, and the client that followed said so")
    follower = shot.start("attach", waiting)
    file = shot.on_box.parent / waiting / "log.txt"
    shot.wait_until(lambda: file.exists() and "ready" in file.read_text(), "the queued run to be at work")
    (shot.on_box.parent / waiting / "out" / ".go").touch()
    shot.end(follower)
    assert shot.store.run(waiting).execution_status is Status.SUCCESS
    assert len(shot.box.containers_ever(waiting)) == 1
    row.came("the queued one took its turn after the restart, and its video arrived verified")


@pytest.mark.parametrize("hours", [1, -1])
@pytest.mark.fault("6", "the box's clock jumps by an hour")
def test_a_jump_of_the_clock_changes_nothing_for_a_run(shot, row, hours):
    use_model(shot, WAITS)
    with shot.box.own_clock() as set_clock:
        client = shot.start("run", shot.run_id)
        wait_for_words(shot, "ready")
        pid_in(shot, "beat.json")
        set_clock(3600 * hours)
        row.did(f"the clock was put {'ahead' if hours > 0 else 'back'} while the engine worked")
        told = on_box(shot)
        assert (told["state"], told["stalled"]) == ("running", False)
        let_go(shot)
        shot.end(client)
        assert shot.succeeded()
        assert shot.record.execution.seconds >= 0
        # Nothing of it may look old enough to be taken: not fetched runs least of all.
        assert json.loads(shot.type("gc", "--older-than", "1", "--apply", "--json").out)["runs"] == []
    row.came("`status` called it running and not silent; the verified video arrived")
