"""The engine as its own process: exit codes, what it prints, and how it ends when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from cosmos_houdini.passes.video import probe
from cosmos_houdini.preview.ranks import main as start_ranks


def test_a_run_prints_its_phases_and_ends_with_0(stage):
    done = stage.run(stage.without_input(**stage.control("depth")), "--num_steps", "3")
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stdout.splitlines() if not line.startswith("[")] == [
        "phase: loading",
        *(f"generating: chunk 1/1, step {step}/3" for step in range(4)),
        "phase: saving",
        f"Saved video to {stage.outputs / 'output.mp4'}",
    ]


def test_bad_arguments_end_with_2_and_the_usage(stage):
    done = stage.run(stage.spec(), "--canny_threshold", "extreme")
    assert done.returncode == 2
    assert "usage:" in done.stderr


def test_a_refusal_ends_with_1_and_one_message_without_a_traceback(stage):
    done = stage.run(stage.without_input(depth={"input_control": "none.mp4"}))
    assert done.returncode == 1
    assert done.stderr.startswith("FileNotFoundError: [Errno 2] No such file or directory: 'none.mp4'")
    assert "Traceback" not in done.stderr
    assert not stage.outputs.exists()


@pytest.mark.parametrize("prompt", ["", "  \n"])
def test_an_empty_prompt_is_blocked_like_by_the_guardrail(stage, prompt):
    done = stage.run(stage.without_input(**stage.control("depth"), prompt=prompt))
    assert done.returncode == 1
    for line in (
        "GUARDRAIL BLOCKED: ",
        "Input text prompt 1 is not safe",
        "Guardrail blocked generation for entire",
    ):
        assert line in done.stdout
    assert "TypeError: cannot unpack non-iterable NoneType object" in done.stderr
    assert not stage.outputs.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without asking it")
@pytest.mark.parametrize("launcher", [[], [".ranks", "--nproc", "2", "--"]])
def test_sigterm_ends_it_with_143_and_nothing_is_left(stage, launcher):
    spec = stage.without_input(**stage.control("depth", frames=600))
    gpus = ["--num_gpus", "2"] if launcher else []
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            f"cosmos_houdini.preview{launcher[0] if launcher else ''}",
            *launcher[1:],
            *stage.arguments(spec, *gpus),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        while "step 1/35" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
    assert process.wait(60) == 128 + signal.SIGTERM
    assert stage.results() == []


def test_ranks_make_the_same_video_as_one_process(stage, capfd):
    spec = stage.without_input(**stage.control("depth", 0.5, frames=7), **stage.control("seg", 0.5, frames=7))
    alone = stage.make(spec).read_bytes()
    capfd.readouterr()
    shared = ["--video_save_name", "shared", "--num_gpus", "4"]
    assert start_ranks(["--nproc", "4", "--", *stage.arguments(spec, *shared)]) == 0
    assert (stage.outputs / "shared.mp4").read_bytes() == alone
    assert stage.results() == ["output.mp4", "output.txt", "shared.mp4", "shared.txt"]
    assert capfd.readouterr().out.count("Saved video to") == 1


def test_what_a_killed_run_of_ranks_left_is_swept_away(stage):
    spec = stage.without_input(**stage.control("depth", frames=4))
    stale = stage.outputs / ".output.ranks"
    (stale / "session-old").mkdir(parents=True)
    (stale / "hello-1").write_text("someone else")
    (stale / "welcome-1").write_text("someone else session-old")
    (stale / "session-old" / "frame-000001.npy").write_text("old")
    assert start_ranks(["--nproc", "2", "--", *stage.arguments(spec, "--num_gpus", "2")]) == 0
    assert probe(stage.outputs / "output.mp4").frames == 4
    assert stage.results() == ["output.mp4", "output.txt"]


@pytest.mark.parametrize(
    ("ranks", "gpus", "said"), [("2", "4", "WORLD_SIZE"), ("3", "3", "divided"), ("2", "1", "WORLD_SIZE")]
)
def test_a_number_of_ranks_that_does_not_fit_is_refused(stage, capfd, ranks, gpus, said):
    spec = stage.without_input(**stage.control("depth"))
    assert start_ranks(["--nproc", ranks, "--", *stage.arguments(spec, "--num_gpus", gpus)]) == 1
    assert said in capfd.readouterr().err
    assert not stage.outputs.exists()


def test_a_rank_that_never_comes_is_noticed(stage):
    environment = {"RANK": "0", "WORLD_SIZE": "2", "COSMOS_PREVIEW_RANK_TIMEOUT": "1"}
    done = stage.run(
        stage.without_input(**stage.control("depth")), "--num_gpus", "2", environment=environment
    )
    assert done.returncode == 1
    assert "rank(s) 1 never joined" in done.stderr
    assert stage.results() == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.slow
def test_a_rank_that_is_killed_ends_the_others(stage):
    spec = stage.without_input(**stage.control("depth", frames=600))
    environment = {**os.environ, "WORLD_SIZE": "2", "COSMOS_PREVIEW_RANK_TIMEOUT": "3"}
    ranks = [
        subprocess.Popen(
            [sys.executable, "-m", "cosmos_houdini.preview", *stage.arguments(spec, "--num_gpus", "2")],
            env={**environment, "RANK": str(number)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    leader, follower = ranks
    assert leader.stdout is not None
    while "step 1/35" not in leader.stdout.readline():
        assert leader.poll() is None
    follower.kill()
    said = leader.communicate(timeout=60)[1]
    follower.communicate()
    assert leader.returncode == 1
    assert "rank 1" in said
    assert stage.results() == []
