"""run, attach, fetch, cancel, logs, status, check, estimate, build-spec and upscale on the local box."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

from cosmos_houdini.config import load_config
from cosmos_houdini.passes.video import probe, read_frames
from cosmos_houdini.progress import silent
from cosmos_houdini.records.store import Store
from cosmos_houdini.workflow.boxes import open_box
from cosmos_houdini.workflow.plan import plan
from cosmos_houdini.workflow.submit import submit

pytestmark = pytest.mark.slow


def test_a_run_ends_with_a_verified_video_frames_and_a_sheet(shell, run_id):
    answer = shell("run", run_id, "--frames", "png", "--json")
    folder = shell.folder / "outputs" / run_id
    result = json.loads((folder / "result.json").read_text())
    video = probe(folder / "output.mp4")
    assert (video.frames, str(video.resolution), video.fps) == (5, "1280x704", 24)
    assert (result["frames"], result["width"], result["height"]) == (5, 1280, 704)
    assert len(list((folder / "frames").glob("*.png"))) == 5
    assert (folder / "sheet.png").stat().st_size > 10_000
    assert answer.events[-1]["event"] == "result"
    assert any(event["event"] == "progress" for event in answer.events)
    record = shell("show", run_id, "--json").json
    assert record["execution_status"] == "SUCCESS"
    assert record["execution"]["output_path"] == f"outputs/{run_id}/output.mp4"


def test_running_twice_runs_once(shell, run_id):
    shell("run", run_id)
    before = (shell.folder / "outputs" / run_id / "output.mp4").stat().st_mtime_ns
    again = shell("run", run_id)
    assert "has run before" in again.out
    assert (shell.folder / "outputs" / run_id / "output.mp4").stat().st_mtime_ns == before


def test_a_detached_run_is_finished_by_attach(shell, run_id):
    answer = shell("run", run_id, "--detach")
    assert f"attach {run_id}" in answer.out
    shell("attach", run_id)
    assert shell("show", run_id, "--json").json["execution_status"] == "SUCCESS"


def test_a_killed_client_leaves_a_run_that_attach_finishes(shell, run_id):
    client = subprocess.Popen(
        [sys.executable, "-m", "cosmos_houdini", "run", run_id, "--quiet"],
        cwd=shell.folder,
        stderr=subprocess.PIPE,
    )
    _wait_for(lambda: shell("show", run_id, "--json").json["execution"].get("submitted_at"))
    client.kill()
    client.communicate()
    shell("attach", run_id)
    assert shell("show", run_id, "--json").json["execution_status"] == "SUCCESS"


def test_attach_brings_all_runs_home_that_are_under_way(shell, run_id, prompt_id):
    other = shell("create-run", prompt_id, "--weight", "depth=1", "--json").json["id"]
    waiting = shell("create-run", prompt_id, "--weight", "edge=1", "--json").json["id"]
    for name in (run_id, other):
        shell("run", name, "--detach")
    told = shell("attach", "--all").out
    assert run_id in told
    assert other in told
    statuses = {row["id"]: row["status"] for row in shell("list", "--json").json}
    assert statuses == {run_id: "SUCCESS", other: "SUCCESS", waiting: "PENDING"}
    assert "No run of" in shell("attach", "--all").out


def test_one_failed_run_among_all_is_told_and_the_others_come_home(shell, run_id, prompt_id):
    bad = shell("create-run", prompt_id, "--weight", "depth=1", "--engine", "preview", "--json").json["id"]
    shell("run", run_id, "--detach")
    shell("run", bad, "--detach")
    shell("cancel", bad)
    assert shell("attach", "--all", code=None).code in (0, 5)  # cancelled already, or ended before
    assert shell("show", run_id, "--json").json["execution_status"] == "SUCCESS"


@pytest.mark.parametrize("words", [("attach",), ("attach", "last", "--all")])
def test_attach_wants_one_run_or_all(shell, run_id, words):
    assert "--all" in shell(*words, code=2).err


@pytest.mark.parametrize("last_step", ["upload", "commit"])
def test_attach_goes_on_where_a_client_died_while_it_submitted(shell, run_id, last_step):
    class DeadError(Exception):
        pass

    store = Store(shell.folder)
    config = load_config(shell.folder)
    box = open_box(store, config)

    def dying_after(step, real):
        def do_and_die(*arguments):
            answer = real(*arguments)
            if last_step in (step, arguments[0]):
                raise DeadError
            return answer

        return do_and_die

    box.connection.call = dying_after("call", box.connection.call)
    box.connection.upload = dying_after("upload", box.connection.upload)
    with pytest.raises(DeadError):
        submit(store, plan(store, store.run(run_id), 1), box, config, None, silent)
    shell("attach", run_id)
    assert shell("show", run_id, "--json").json["execution_status"] == "SUCCESS"


def test_ctrl_c_leaves_the_run_going_and_says_how_to_come_back(shell, run_id):
    client = subprocess.Popen(
        [sys.executable, "-m", "cosmos_houdini", "run", run_id],
        cwd=shell.folder,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    _wait_for(
        lambda: shell("show", run_id, "--json").json["execution"].get("phase") not in (None, "uploading")
    )
    client.send_signal(signal.SIGINT)
    _, err = client.communicate(timeout=60)
    assert client.returncode == 130, err
    assert f"attach {run_id}" in err
    shell("attach", run_id)


def test_logs_are_events_with_json(shell, run_id):
    shell("run", run_id)
    events = shell("logs", run_id, "--json").events
    assert "chunk 1/1" in "".join(event["text"] for event in events)


def test_a_cancelled_run_ends_as_cancelled(shell, run_id):
    shell("run", run_id, "--detach")
    status = shell("cancel", run_id, "--json").json["status"]
    if status == "CANCELLED":  # else it was too quick, and its result is kept
        assert shell("attach", run_id, code=6).err.count("cancelled")
    else:
        shell("fetch", run_id)


def test_a_run_that_never_started_can_be_cancelled(shell, run_id):
    shell("cancel", run_id)
    assert shell("show", run_id, "--json").json["execution_status"] == "CANCELLED"
    assert "cancelled" in shell("run", run_id, code=6).err


def test_a_deleted_result_is_fetched_again(shell, run_id):
    shell("run", run_id)
    video = shell.folder / "outputs" / run_id / "output.mp4"
    content = video.read_bytes()
    video.unlink()
    shell("fetch", run_id)
    assert video.read_bytes() == content


def test_logs_print_what_the_engine_printed_also_while_it_runs(shell, run_id):
    shell("run", run_id, "--detach")
    followed = shell("logs", run_id, "--follow").out
    assert "chunk 1/1" in followed
    shell("attach", run_id)
    assert shell("logs", run_id).out == followed


def test_status_shows_the_box(shell, run_id):
    shell("run", run_id)
    told = shell("status", "--json").json
    assert told["reachable"]
    assert [run["run_id"] for run in told["runs"]] == [run_id]
    assert "reachable" in shell("status", "--verbose").out


def test_check_names_every_problem_at_once_and_run_refuses(shell, prompt_id):
    bad = shell("create-run", prompt_id, "--weights", "0.5", "0.4", "-1", "0.2", "--json").json["id"]
    text = shell("check", bad, "--num-gpu", "3", code=3).out
    assert "vis" in text
    assert "depth" in text
    assert "GPU" in text
    refused = shell("run", bad, code=3)
    assert "nothing was sent" in refused.err
    assert not (shell.folder / ".cosmos_houdini" / "runs" / bad).exists()


def test_a_control_that_is_no_video_makes_no_record(shell):
    broken = shell.folder / "inputs" / "videos" / "x" / "broken.mp4"
    broken.write_text("this is not a video")
    answer = shell("create-spec", "x", "p", "--control-inputs", "depth:inputs/videos/x/broken.mp4", code=3)
    assert "broken.mp4" in answer.err
    assert not (shell.folder / "inputs" / "prompts").exists()


def test_a_result_that_was_deleted_is_fetched_again_by_run(shell, run_id):
    shell("run", run_id)
    folder = shell.folder / "outputs" / run_id
    shutil.rmtree(folder)
    shell("run", run_id)
    assert {"output.mp4", "sheet.png", "result.json", "log.txt"} <= {file.name for file in folder.iterdir()}


def test_a_mended_copy_of_a_run_that_has_run_can_run(shell, clip):
    clip("inputs/videos/y/depth.mp4", kind="depth", fps=30)
    made = shell(
        "create-spec", "y", "p", "--control-inputs", "depth:inputs/videos/y/depth.mp4", "--json"
    ).json
    run = shell("create-run", made["id"], "--json").json["id"]
    shell("run", run)
    mended = shell("check", run, "--fix", "--json").json
    assert mended["ok"]
    assert mended["mended"]
    assert mended["id"] != run
    shell("run", mended["id"])
    assert probe(shell.folder / "outputs" / mended["id"] / "output.mp4").fps == 30


def test_check_answers_with_one_document_of_json(shell, prompt_id):
    bad = shell("create-run", prompt_id, "--weights", "0", "0.4", "-1", "0.2", "--json").json["id"]
    told = shell("check", bad, "--json", code=3).json
    assert not told["ok"]
    assert told["problems"]


def test_a_failed_upscale_leaves_no_record(shell, run_id):
    shell("upscale", run_id, code=3)
    shell("upscale", run_id, "--upscale-weight", "0", code=2)
    assert len(shell("list", "--json").json) == 1


def test_a_video_changed_since_the_spec_was_made_is_refused(shell, run_id):
    with (shell.folder / "inputs" / "videos" / "x" / "depth.mp4").open("ab") as video:
        video.write(b"x")
    assert "changed" in shell("run", run_id, code=3).err


def test_estimate_counts_chunks_and_says_that_it_is_an_estimate(shell, run_id):
    assert shell("estimate", run_id, "--json").json["chunks"] == 1


def test_build_spec_prints_nothing_but_the_spec(shell, run_id):
    spec = json.loads(shell("build-spec", run_id).out)
    assert spec["prompt"] == "Futuristic city at night"
    assert spec["edge"]["control_weight"] == 0.4
    assert spec["depth"]["input_control"].startswith("/")
    shell("run", run_id)
    sent = shell.folder / ".cosmos_houdini" / "runs" / run_id / "spec.json"
    assert json.loads(sent.read_text()) == spec


def test_upscale_makes_a_run_of_its_own_without_sending_the_video_again(shell, run_id):
    shell("run", run_id)
    answer = shell("upscale", run_id, "--upscale-weight", "0.7", "--json")
    done = answer.events[-1]
    video = probe(shell.folder / "outputs" / done["id"] / "output.mp4")
    assert str(video.resolution) == "3840x2112"
    assert not any(event.get("phase") == "uploading" and event.get("done") for event in answer.events)


@pytest.mark.parametrize(
    "options", [("--num-gpu", "3"), ("--num-gpu", "2", "--cuda-devices", "0,0"), ("--cuda-devices", "0,1")]
)
def test_an_upscale_that_cannot_run_leaves_no_record(shell, run_id, options):
    shell("run", run_id)
    for _ in range(2):
        shell("upscale", run_id, *options, code=3)
    assert [run["id"] for run in shell("list", "--json").json] == [run_id]


def test_upscaling_twice_is_one_run(shell, run_id):
    shell("run", run_id)
    for _ in range(2):
        shell("upscale", run_id)
    assert len(shell("list", "--json").json) == 2


def test_a_damaged_result_is_not_upscaled_and_leaves_no_record(shell, run_id):
    shell("run", run_id)
    video = shell.folder / "outputs" / run_id / "output.mp4"
    video.write_bytes(video.read_bytes()[:-2000])
    assert "result to upscale can't be read" in shell("upscale", run_id, code=3).err
    assert len(shell("list", "--json").json) == 1


def test_two_gpus_are_two_ranks_that_give_the_same_picture(shell, prompt_id):
    first, second = (shell("create-run", prompt_id, "--seed", "5", "--json").json["id"] for _ in range(2))
    shell("run", first)
    shell("run", second, "--num-gpu", "2", "--cuda-devices", "0,1")
    one, two = (read_frames(shell.folder / "outputs" / run / "output.mp4") for run in (first, second))
    for left, right in zip(one, two, strict=True):
        assert np.abs(left.astype(int) - right).mean() < 1


def test_a_weight_mask_holds_only_inside(shell, prompt_id, clip):
    clip("inputs/masks/m.mp4", kind="seg")
    made = shell(
        *("create-run", prompt_id, "--weight", "depth=0.8", "--weight", "edge=0.3"),
        *("--weight-mask", "depth=inputs/masks/m.mp4", "--weight-outside", "depth=0.1", "--json"),
    ).json["id"]
    spec = json.loads(shell("build-spec", made).out)
    assert spec["depth"]["control_weight"].endswith(".pt")
    shell("run", made)


def test_a_guardrail_block_is_told_as_what_it_is(shell):
    made = shell(
        "create-spec", "x", " ", "--control-inputs", "depth:inputs/videos/x/depth.mp4", "--json"
    ).json
    run = shell("create-run", made["id"], "--json").json["id"]
    assert "prompt" in shell("run", run, code=3).err


@pytest.mark.skipif(os.name == "nt", reason="signals as on Unix")
def test_a_killed_engine_fails_the_run_with_words(shell, run_id):
    shell("run", run_id, "--detach")
    state = shell.folder / ".cosmos_houdini" / "runs" / run_id / "state"
    _wait_for(lambda: (state / "child.json").is_file() or (state / "exit.json").is_file())
    try:
        os.kill(json.loads((state / "child.json").read_text())["pid"], signal.SIGKILL)
    except ProcessLookupError:
        pytest.skip("the engine had ended already")
    answer = shell("attach", run_id, code=None)
    if answer.code == 0:
        pytest.skip("the engine had ended already")
    assert answer.code == 5
    assert "fix:" in answer.err


def _wait_for(condition, seconds: float = 60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def test_the_doctor_examines_this_machine_where_no_gpu_box_is_named(shell):
    told = shell("doctor", "--json", code=None).json
    assert told["box"] == "local"
    assert [finding["name"] for finding in told["findings"]] == ["connection", "agent", "disk"]


def test_a_remote_box_that_is_not_named_is_asked_for(shell, run_id):
    for command in (("run", run_id), ("status",), ("doctor",)):
        answer = shell(*command, "--box", "remote", code=3)
        assert "remote.host" in answer.err


def test_upscaling_after_a_detached_run_is_refused(shell, run_id):
    answer = shell("run", run_id, "--detach", "--upscale", code=2)
    assert "--detach" in answer.err


def test_run_goes_on_to_4k_when_asked(shell, run_id):
    events = shell("run", run_id, "--upscale", "--upscale-weight", "0.7", "--json").events
    first, second = [event for event in events if event["event"] == "result"]
    assert first["id"] == run_id
    bigger = shell("show", second["id"], "--json").json
    assert (bigger["upscale_of"], bigger["control_weights"]) == (run_id, {"upscale": 0.7})


def test_a_run_that_was_submitted_elsewhere_is_not_started_here_too(shell, run_id):
    shell("run", run_id, "--detach")
    answer = shell("run", run_id, "--box", "remote", "--set", "remote.host=elsewhere", code=2)
    assert "was submitted to local already" in answer.err
    shell("attach", run_id)


def test_bad_input_is_told_although_the_box_says_nothing(shell, run_id):
    """The box is asked while pre-flight goes on; whatever it does, what pre-flight found comes first."""
    (shell.folder / "inputs/videos/x/depth.mp4").unlink()
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes calls and says nothing
        port = silent.getsockname()[1]
        settings = ("--set", "remote.host=127.0.0.1", "--set", f"remote.port={port}")
        settings += ("--set", "remote.connect_seconds=60")
        begun = time.monotonic()
        answer = shell("run", run_id, "--box", "remote", *settings, code=3)
        assert time.monotonic() - begun < 40
    assert "depth.mp4 does not exist" in answer.err
    assert shell("show", run_id, "--json").json["execution_status"] == "PENDING"
