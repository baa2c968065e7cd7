"""Row 1: the client dies at every step there is, and is typed again, here or in a copy of the project."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cosmos_houdini.records.enums import Status
from cosmos_houdini.records.store import Store

KILLED = -9
SIZE = 30_000_000  # of a video that takes its time
DYING = Path(__file__).parents[1] / "support" / "dying_client.py"
SUBMITTING = ["survey", "inference.sh", "upload", "commit"]
FETCHING = ["status", "log", "download", "ack"]


def died_after(shot, step, *words):
    """Types a command that dies after its `step`-th step; the step's name, or "" where it had no more."""
    client = shot.start(*words, program=(str(DYING), str(step)))
    _, err = client.communicate(timeout=300)
    if client.returncode == 0:
        return ""
    assert client.returncode == KILLED, err
    return re.search(r"^died after: (.+)$", err, re.MULTILINE)[1]


@pytest.mark.fault("1", "the client is killed (SIGKILL) after each step of `run`, every step in turn")
def test_a_run_killed_after_any_step_goes_on_by_the_same_command_and_from_a_copy(shot, row, quick):
    shot.set(docker__checkout=quick.setting, remote__gpus='"0,1"')
    runs, steps, copies = [], [], []
    while True:
        run = shot.new_run(f"step {len(runs)}", ballast=10_000)
        died = died_after(shot, len(runs) + 1, "run", run.id)
        if not died:
            break
        runs.append(run.id)
        steps.append(died)
        copies.append(shot.second_copy())  # as the project was at that moment
    assert steps == [*SUBMITTING, *FETCHING]
    row.did(f"a new run for each of the {len(steps)} steps: {', '.join(steps)}")
    row.did("then `attach` in a copy of the project made at that moment, and `run` in the project")
    begun = [Store(copy).run(run_id).execution.box is not None for run_id, copy in zip(runs, copies)]
    typed = [shot.start("attach", run_id, project=copy) for run_id, copy in zip(runs, copies)]
    for run_id, command, there in zip(runs, typed, begun):
        answer = shot.end(command, 0 if there else 4)
        if not there:
            assert "does not know the run" in answer.err
            assert f"cosmos-houdini run {run_id}" in answer.err
    typed = [shot.start("run", run_id) for run_id in runs]
    for command in typed:
        shot.end(command)
    for run_id, copy, there in zip(runs, copies, begun):
        if not there:
            shot.type("attach", run_id, project=copy)
        assert shot.succeeded(run_id=run_id)
        assert shot.succeeded(copy, run_id)
        assert len(shot.box.containers_ever(run_id)) == 1
    row.came(
        f"{begun.count(False)} runs were not begun when the client died: `attach` said so and named `run`; "
        f"the other {begun.count(True)} came home by `attach` in the copy; then `run` ended with 0 for all, "
        "each had one container, and both folders hold the verified video"
    )


@pytest.mark.fault("1", "the client is killed (SIGKILL) after each step of `fetch`, every step in turn")
def test_a_fetch_killed_after_any_step_is_done_again(shot, row, quick):
    shot.set(docker__checkout=quick.setting)
    shot.type("run", shot.run_id, "--detach")
    shot.wait_until(shot.state_file("exit.json").exists, "the end of the run on the box")
    untouched = shot.second_copy()
    steps = []
    for number in (
        1,
        2,
        3,
        3,
    ):  # what was downloaded is not downloaded again: `ack` is the third then
        steps.append(died_after(shot, number, "fetch", shot.run_id))
        assert shot.record.execution_status in (Status.PENDING, Status.RUNNING)
    assert steps == FETCHING
    row.did(f"one run that has ended on the box; after each of the {len(steps)} steps: {', '.join(steps)}")
    row.did("typed again every time, at last without being killed; then `attach` in a copy of the project")
    shot.type("fetch", shot.run_id)
    assert shot.succeeded()
    shot.type("attach", shot.run_id, project=untouched)
    assert shot.succeeded(untouched)
    assert len(shot.box.containers_ever(shot.run_id)) == 1
    row.came(
        "the record said SUCCESS only after the fetch that was not killed; both folders hold the verified "
        "video"
    )


@pytest.mark.fault("1", "the client is killed while the engine works; somebody else comes back to the run")
def test_a_run_whose_client_is_killed_comes_home_into_a_copy_of_the_project(shot, row, quick):
    shot.set(docker__checkout=quick.setting)
    quick.hold()
    client = shot.start("run", shot.run_id)
    shot.wait_until(shot.container_runs, "the container of the run")
    shot.wait_until(lambda: shot.record.execution.submitted_at, "that it is written down")
    shot.kill(client)
    copy = shot.second_copy()
    row.did("`run` killed while the container worked, `attach` in a copy of the project folder")
    follower = shot.start("attach", shot.run_id, project=copy)
    assert shot.container_runs()
    assert "running" in shot.type("status", project=copy).out
    quick.release()
    shot.end(follower)
    assert shot.succeeded(copy)
    row.came("`status` showed the run at work, `attach` brought the verified video into the copy")


@pytest.mark.parametrize("transfer", ["rsync", "sftp"])
@pytest.mark.fault("1", "the client is killed (SIGKILL) in the middle of an upload and of a download")
def test_a_transfer_whose_client_is_killed_is_finished_by_the_same_command(shot, row, quick, line, transfer):
    shot.set(docker__checkout=quick.setting, remote__transfer=f'"{transfer}"')
    run_id = shot.new_run("a large shot", ballast=SIZE).id
    row.did(
        f"`run` at half of {SIZE >> 20} MB up (by {transfer}), again at half of the way down, then to its end"
    )
    for sending in (True, False):
        client = shot.start("run", run_id)
        line.at([SIZE // 2], sending, client.kill)
        client.communicate(timeout=300)
        assert client.returncode == KILLED
        assert not shot.store.run(run_id).execution_status.final
    [part] = (shot.project / "outputs" / run_id).glob(".output.mp4.part-*")
    assert part.stat().st_size < SIZE
    begun = line.wire.returned
    shot.type("run", run_id)
    assert shot.succeeded(run_id=run_id)
    assert len(shot.box.containers_ever(run_id)) == 1
    fetched = (line.wire.returned - begun) / SIZE
    assert fetched < 0.9
    row.came(f"the last one fetched {fetched:.0%} of the video, the rest was there, and verified it")
