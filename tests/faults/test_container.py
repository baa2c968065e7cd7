"""Row 5: the container, or the engine in it, doesn't do what it should."""

from __future__ import annotations

import json

import pytest

from faults.misdeeds import WAITS, failed, let_go, use_model, wait_for_words


@pytest.mark.fault("5", "the container is killed")
def test_a_killed_container_fails_the_run_by_name(shot, row):
    use_model(shot, WAITS)
    client = shot.start("run", shot.run_id)
    wait_for_words(shot, "ready")
    shot.box.docker("kill", f"cosmos-{shot.run_id}")
    row.did("`docker kill` while the engine worked and a client followed")
    shot.end(client, code=5)
    answer = failed(shot, "killed")
    assert "signal 9 (kill)" in answer.err
    row.came("the run failed as `killed`, naming signal 9 and what to do; `attach` and `run` say the same")


@pytest.mark.fault("5", "the container runs out of memory")
def test_a_container_out_of_memory_is_told_as_that(shot, row):
    eats = "block = []\nwhile True:\n    block.append(bytearray(b'x' * (16 << 20)))\n"
    use_model(shot, eats, docker__memory='"700m"')
    row.did("docker.memory = 700m, and an engine that takes memory without end")
    shot.type("run", shot.run_id, code=5)
    answer = failed(shot, "out_of_memory")
    assert "docker.memory" in answer.err
    row.came("the run failed as `out_of_memory`, and the advice names docker.memory")


@pytest.mark.fault("5", "the engine ends with 0 and has made no video")
def test_an_end_with_0_without_a_video_is_a_failure(shot, row):
    use_model(shot, 'say("all done")\n')
    row.did("an engine that says that it is done and exits with 0")
    shot.type("run", shot.run_id, code=5)
    failed(shot, "no_output")
    row.came("the run failed as `no_output`")


@pytest.mark.parametrize(
    ("kept", "program"),
    [
        ("half of its bytes", "video.write_bytes(video.read_bytes()[: video.stat().st_size // 2])"),
        ("its first 100 bytes", "video.write_bytes(video.read_bytes()[:100])"),
    ],
    ids=["half", "head"],
)
@pytest.mark.fault("5", "the engine writes a truncated video and ends with 0")
def test_a_truncated_video_is_no_result(shot, row, kept, program):
    use_model(shot, f"make_video()\n{program}\n")
    row.did(f"of the video {kept} were left")
    shot.type("run", shot.run_id, code=5)
    failed(shot, "wrong_output")
    assert shot.store.paths.output(shot.run_id).video.is_file()
    row.came("the run failed as `wrong_output`; what came is kept for a look")


@pytest.mark.fault("5", "the engine writes a video of the wrong length and ends with 0")
def test_a_video_of_the_wrong_length_is_no_result(shot, row):
    shorter = (
        "from cosmos_houdini.passes.video import VideoWriter, probe, read_frames\n"
        "make_video()\n"
        "known = probe(video)\n"
        "frames = list(read_frames(video))[:-1]\n"
        "with VideoWriter(video, known.resolution, known.fps) as writer:\n"
        "    for frame in frames:\n"
        "        writer.write(frame)\n"
    )
    use_model(shot, shorter)
    row.did("the last of 3 frames was left out, the rest is sound")
    shot.type("run", shot.run_id, code=5)
    answer = failed(shot, "wrong_output")
    assert "has 2 frames" in answer.err
    row.came("the run failed as `wrong_output`, naming 2 frames where 3 were ordered")


@pytest.mark.fault("5", "the engine hangs without output")
def test_a_silent_run_is_shown_as_stalled_and_never_as_failed(shot, row):
    use_model(shot, WAITS, remote__stall_seconds="2.0")
    row.did("the engine said nothing for longer than remote.stall_seconds (2 s here)")
    shot.type("run", shot.run_id, "--detach")
    wait_for_words(shot, "ready")
    shot.wait_until(lambda: "no sign of life" in shot.type("status").out, "`status` to tell of the silence")
    [told] = json.loads(shot.type("status", "--json").out)["runs"]
    assert (told["state"], told["stalled"]) == ("running", True)
    follower = shot.start("attach", shot.run_id, "--json")
    shot.wait_until(lambda: str(shot.record.execution_status) == "RUNNING", "the record to say RUNNING")
    row.came("`status` said that it gave no sign of life, and the record stayed RUNNING")
    let_go(shot)
    answer = shot.end(follower)
    assert "no sign of life" in answer.out
    assert shot.succeeded()
    row.came("when the engine went on, `attach` brought the verified video")


@pytest.mark.fault("5", "the engine ignores SIGTERM on `cancel`")
def test_an_engine_that_ignores_sigterm_is_ended_all_the_same(shot, row):
    stubborn = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nsay('ready')\nwait_for('.never')\n"
    use_model(shot, stubborn)
    follower = shot.start("run", shot.run_id)
    wait_for_words(shot, "ready")
    row.did("`cancel` while a client followed an engine that ignores SIGTERM")
    assert "is cancelled" in shot.type("cancel", shot.run_id).out
    shot.end(follower, code=6)
    assert not shot.container_runs()
    assert str(shot.record.execution_status) == "CANCELLED"
    assert "cancelled" in shot.type("attach", shot.run_id, code=6).err
    row.came("after the 20 s of grace it was killed; the record and the client's exit code (6) say cancelled")
