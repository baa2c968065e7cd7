"""Runs through the bridge, on the real local box with the preview engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from cosmos_houdini.errors import BadInputError, BoxError, CancelledError, RunFailedError, UsageError
from cosmos_houdini.houdini.bridge_client.client import Bridge
from cosmos_houdini.houdini.bridge_client.replies import error_of
from cosmos_houdini.records.enums import Status
from cosmos_houdini.records.run_spec import FailureNote
from cosmos_houdini.workflow.notes import note
from support import dying_bridge
from support.bridges import PATIENCE, Asker, last_state, wait_for
from support.shots import make_run

pytestmark = pytest.mark.slow


@pytest.fixture
def run(store):
    return make_run(store)


def shell(store, *words):
    """A command of a person who works in the same project."""
    command = [sys.executable, "-m", "cosmos_houdini", *words, "--project", str(store.paths.root), "--json"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def started(bridge):
    """The pid of the bridge that runs."""
    return bridge.call("hello", {}, PATIENCE)["pid"]


def test_the_whole_way_of_a_run(bridge, ask, store, run):
    heard = bridge.subscribe()
    assert ask("run.check", run=run.id)["ok"]
    assert ask("run.estimate", run=run.id)["chunks"] == 1
    spec = ask("run.spec", run=run.id)
    assert spec["spec"]["prompt"] == "a street"
    assert spec["spec"]["depth"]["input_control"] in json.dumps(spec)
    told = ask("run.submit", run=run.id)
    assert (told["box"], told["id"]) == ("local", run.id)
    assert told["submitted_at"]
    assert ask("run.follow", runs=[run.id]) == {}
    state = last_state(heard, run.id)
    assert state["status"] == "SUCCESS"
    assert set(state["outputs"]) == {"video", "sheet", "log"}
    assert store.run(run.id).execution_status is Status.SUCCESS
    frames = ask("frames.extract", run=run.id, format="exr")
    assert (frames["first"], frames["last"], len(frames["files"])) == (1, 3, 3)
    assert frames["pattern"].endswith(f"outputs/{run.id}/frames/output.$F4.exr")
    shown = ask("run.show", run=run.id)
    assert shown["record"] == store.run(run.id).as_json()
    assert shown["outputs"]["frames"] == frames["folder"]
    assert [row["id"] for row in ask("runs.list")["runs"]] == [run.id]


def test_a_followed_run_tells_its_phases_and_how_far_it_is(bridge, ask, run):
    heard = bridge.subscribe()
    ask("run.submit", run=run.id)
    ask("run.follow", runs=[run.id])
    seen = []
    wait_for(lambda: seen.extend(heard.poll()) or (seen[-1:] and not seen[-1].params.get("following", True)))
    states = [one.params for one in seen if one.method == "state"]
    progress = [one.params for one in seen if one.method == "progress"]
    assert {one["run"] for one in states + progress} == {run.id}
    assert states[0]["status"] in ("PENDING", "RUNNING")
    assert [one["following"] for one in states].count(False) == 1
    assert any(one["phase"] == "fetching" and one["unit"] == "bytes" for one in progress)
    assert all(0 <= one["fraction"] <= 1 for one in progress)


def test_a_run_is_submitted_and_followed_once_however_often_it_is_asked_for(bridge, ask, store, run):
    heard = bridge.subscribe()
    first = ask("run.submit", run=run.id)
    ask("run.follow", runs=[run.id, run.id])
    for _ in range(3):
        ask("run.follow", runs=[run.id])
        assert ask("run.submit", run=run.id)["submitted_at"] == first["submitted_at"]
    last_state(heard, run.id)
    seen = heard.poll()
    assert [one for one in seen if one.method == "state"] == []
    assert len(list((store.paths.local_box / "runs").iterdir())) == 1


def test_a_run_that_is_final_is_told_of_at_once_and_its_sheet_is_made_again(bridge, ask, store, run):
    ask("run.submit", run=run.id)
    heard = bridge.subscribe()
    ask("run.follow", runs=[run.id])
    last_state(heard, run.id)
    sheet = store.paths.output(run.id).sheet
    sheet.unlink()
    ask("run.follow", runs=[run.id])
    assert last_state(heard, run.id)["outputs"]["sheet"] == str(sheet)


def test_a_killed_bridge_loses_no_run_and_goes_on_following(bridge, ask, store, run):
    heard = bridge.subscribe()
    ask("run.submit", run=run.id)
    ask("run.follow", runs=[run.id])
    wait_for(lambda: store.run(run.id).execution.phase not in (None, "uploading"))
    os.kill(started(bridge), signal.SIGKILL)
    assert last_state(heard, run.id)["status"] == "SUCCESS"
    assert len(list((store.paths.local_box / "runs").iterdir())) == 1


def test_a_new_session_comes_back_to_the_run_of_a_killed_one(ask, bridge, store, run):
    ask("run.submit", run=run.id)
    os.kill(started(bridge), signal.SIGKILL)
    bridge.close()
    other = Bridge()
    heard = other.subscribe()
    again = Asker(other, store)
    assert again("run.submit", run=run.id)["id"] == run.id
    again("run.follow", runs=[run.id])
    assert last_state(heard, run.id)["status"] == "SUCCESS"
    other.close()


@pytest.mark.parametrize("method", ["run.submit", "run.cancel", "run.fetch"])
def test_a_bridge_that_dies_before_it_says_so_has_done_it_once(store, run, tmp_path, method):
    words = [sys.executable, dying_bridge.__file__, method, str(tmp_path / "died")]
    bridge = Bridge(lambda: words)
    ask, heard = Asker(bridge, store), bridge.subscribe()
    ask("run.submit", run=run.id)
    if method == "run.cancel":
        assert ask("run.cancel", run=run.id)["status"] == "CANCELLED"
    else:
        ask("run.follow", runs=[run.id])
        last_state(heard, run.id)
        assert ask("run.fetch", run=run.id)["status"] == "SUCCESS" or method == "run.submit"
    bridge.close()
    assert (tmp_path / "died").exists()
    assert len(list((store.paths.local_box / "runs").iterdir())) == 1


def test_an_encode_that_dies_half_way_is_done_again_and_whole(store, tmp_path):
    make_run(store)
    words = [sys.executable, dying_bridge.__file__, "passes.encode", str(tmp_path / "died")]
    bridge = Bridge(lambda: words)
    made = Asker(bridge, store)(
        "passes.encode", frames="inputs/videos/x/depth.mp4", name="y", controls=["color"]
    )
    bridge.close()
    assert (tmp_path / "died").exists()
    assert made["reused"] == ["color"]


def test_two_bridges_and_a_shell_work_on_one_project(store, bridge, ask, run):
    other = Bridge()
    second = Asker(other, store)
    heard = [bridge.subscribe(), other.subscribe()]
    replies = [
        one.send("run.submit", {"project": str(store.paths.root), "run": run.id}) for one in (bridge, other)
    ]
    typed = shell(store, "run", run.id, "--detach")
    assert typed.returncode == 0, typed.stderr
    assert {reply.result(PATIENCE)["id"] for reply in replies} == {run.id}
    ask("run.follow", runs=[run.id])
    second("run.follow", runs=[run.id])
    attached = shell(store, "attach", run.id)
    assert attached.returncode == 0, attached.stderr
    assert [last_state(one, run.id)["status"] for one in heard] == ["SUCCESS", "SUCCESS"]
    assert len(list((store.paths.local_box / "runs").iterdir())) == 1
    other.close()


def test_many_runs_are_followed_by_one_watcher_and_each_is_told_of(bridge, ask, store):
    runs = [make_run(store, prompt=f"street {number}").id for number in range(4)]
    for name in runs:
        ask("run.submit", run=name)
    heard = bridge.subscribe()
    ask("run.follow", runs=runs[:2])
    ask("run.follow", runs=runs[2:])
    ended = {}

    def all_ended():
        for one in heard.poll():
            if one.method == "state" and not one.params["following"]:
                ended[one.params["run"]] = one.params["status"]
        return len(ended) == len(runs)

    wait_for(all_ended)
    assert ended == dict.fromkeys(runs, "SUCCESS")


def test_a_cancelled_run_is_told_as_that(bridge, ask, store, run):
    blocker = make_run(store, prompt="first in the queue")
    heard = bridge.subscribe()
    for one in (blocker, run):
        ask("run.submit", run=one.id)
    ask("run.follow", runs=[run.id])
    assert ask("run.cancel", run=run.id)["status"] == "CANCELLED"
    state = last_state(heard, run.id)
    assert state["status"] == "CANCELLED"
    assert isinstance(error_of(state["error"]), CancelledError)
    assert ask("run.cancel", run=run.id)["status"] == "CANCELLED"


def test_a_failed_run_is_told_with_its_reason(bridge, ask, store, run):
    failure = FailureNote("memory", "The GPU has no memory left.", "It has 24 GB.", "Use more GPUs.")
    note(store, run.id, Status.FAILED, box="local", failure=failure)
    heard = bridge.subscribe()
    ask("run.follow", runs=[run.id])
    state = last_state(heard, run.id)
    assert state["status"] == "FAILED"
    error = error_of(state["error"])
    assert isinstance(error, RunFailedError)
    assert failure.what in error.what
    assert (error.why, error.fix) == (failure.why, failure.fix)


def test_a_result_that_the_box_has_lost_is_told_as_that(bridge, ask, store, run):
    ask("run.submit", run=run.id)
    wait_for(lambda: ask("box.status", verbose=True)["runs"][0]["state"] == "finished")
    (store.paths.local_box / "runs" / run.id / "out" / "output.mp4").unlink()
    heard = bridge.subscribe()
    ask("run.follow", runs=[run.id])
    state = last_state(heard, run.id)
    assert state["status"] == "RUNNING"
    assert isinstance(error_of(state["error"]), BoxError)
    assert "output.mp4" in state["error"]["what"]


def test_what_can_not_be_followed_says_why(bridge, ask, store, run):
    heard = bridge.subscribe()
    ask("run.follow", runs=[run.id])
    state = last_state(heard, run.id)
    assert "has not been submitted" in state["error"]["what"]
    ask("run.follow", runs=["rs_nothing"])
    state = last_state(heard, "rs_nothing")
    assert state["status"] is None
    assert "No run is called 'rs_nothing'" in state["error"]["what"]


def test_a_run_that_the_box_has_lost_is_told_as_that(bridge, ask, store, run):
    note(store, run.id, box="local", submitted_at="2026-01-01T00:00:00.000000+00:00")
    heard = bridge.subscribe()
    ask("run.follow", runs=[run.id])
    state = last_state(heard, run.id)
    assert (state["status"], state["following"]) == ("PENDING", False)
    assert "does not know the run" in state["error"]["what"]


def test_a_run_that_is_followed_no_more_is_not_spoken_of(bridge, ask, store, run):
    blocker, last = (make_run(store, prompt=f"{place} in the queue") for place in ("first", "last"))
    for one in (blocker, run, last):
        ask("run.submit", run=one.id)
    ask("run.follow", runs=[run.id, last.id])
    ask("run.unfollow", runs=[run.id])
    heard = bridge.subscribe()
    ask("run.cancel", run=run.id)
    seen = []
    wait_for(lambda: seen.extend(heard.poll()) or (seen[-1:] and not seen[-1].params.get("following", True)))
    assert {one.params["run"] for one in seen} == {last.id}


def test_errors_of_preflight_stop_a_run_and_are_all_named(ask, store, run):
    (store.paths.root / "inputs" / "videos" / "x" / "depth.mp4").unlink()
    checked = ask("run.check", run=run.id)
    assert not checked["ok"]
    assert {"what", "why", "fix", "severity", "rule", "fixable"} == set(checked["problems"][0])
    with pytest.raises(BadInputError, match="Pre-flight found") as refused:
        ask("run.submit", run=run.id)
    assert checked["problems"][0]["what"] in refused.value.what
    assert store.run(run.id).execution_status is Status.PENDING


def test_a_box_that_the_settings_do_not_name_is_refused(ask, run):
    for box in ("render01", "remote"):
        with pytest.raises(BadInputError):
            ask("run.submit", run=run.id, box=box)


def test_the_box_and_its_doctor_answer(ask):
    status = ask("box.status")
    assert (status["box"], status["reachable"], status["runs"]) == ("local", True, [])
    doctor = ask("box.doctor", box="local")
    assert [finding["name"] for finding in doctor["findings"]][:2] == ["connection", "agent"]


def test_a_box_out_of_reach_is_a_view_and_no_failure(ask):
    status = ask(
        "box.status", settings={"remote.host": "localhost", "remote.port": "1", "remote.key_file": ""}
    )
    assert status["reachable"] is False
    assert status["error"]["what"]


def test_an_upscaling_run_is_made_once_and_only_of_a_success(bridge, ask, store, run):
    with pytest.raises(BadInputError, match="no result to upscale"):
        ask("run.upscale", run=run.id)
    heard = bridge.subscribe()
    ask("run.submit", run=run.id)
    ask("run.follow", runs=[run.id])
    last_state(heard, run.id)
    first = ask("run.upscale", run=run.id, weight=0.7)
    assert first["known"] is False
    assert ask("run.upscale", run=run.id, weight=0.7) == {**first, "known": True}
    assert store.run(first["id"]).upscale_of == run.id


def test_what_is_not_there_yet_can_not_be_fetched_or_extracted(ask, run):
    with pytest.raises(BoxError, match="has not ended"):
        ask("run.fetch", run=run.id)
    with pytest.raises(BadInputError, match="is not here"):
        ask("frames.extract", run=run.id)
    with pytest.raises(UsageError, match="either 'run' or 'video'"):
        ask("frames.extract")
