from __future__ import annotations

import hashlib
import stat
import sys
from concurrent.futures import ThreadPoolExecutor


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def test_a_run_turns_inputs_into_outputs(box):
    box.commit("r-1", ("sh", "-c", "echo hello; cat in/a.txt > out/b.txt"), inputs=[("a.txt", b"content")])
    assert box.start("r-1")["started"] is True
    run = box.wait_for_end("r-1")

    assert run["state"] == "finished"
    assert run["exit"]["code"] == 0
    assert run["exit"]["signal"] is None
    assert run["exit"]["ended_at"] >= run["exit"]["started_at"] == run["started_at"]
    assert run["outputs"] == [{"name": "b.txt", "sha256": sha256(b"content"), "bytes": 7}]
    assert run["slots"] == ["cpu0"]
    assert box.log("r-1") == "hello\n"


def test_the_exit_code_is_kept(box):
    box.submit("r-1", "echo to stderr >&2; exit 41")
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"], run["exit"]["signal"]) == ("finished", 41, None)
    assert box.log("r-1") == "to stderr\n"


def test_a_signal_from_outside_is_told_as_a_signal(box):
    box.submit("r-1", "kill -SEGV $$")
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"], run["exit"]["signal"]) == ("finished", None, 11)


def test_a_command_that_is_not_there_ends_the_run_and_says_so_in_the_log(box):
    box.commit("r-1", ("/no/such/program",))
    box.start("r-1")
    run = box.wait_for_end("r-1")
    assert run["exit"]["code"] == 127
    assert run["exit"]["never_started"] is True
    assert "cannot start /no/such/program" in box.log("r-1")


def test_twenty_starts_at_once_make_one_process(box):
    box.commit("r-1", ("sh", "-c", f"echo started; {box.gate('go')}; echo done"))
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: box.start("r-1"), range(20)))
    assert sum(answer["started"] for answer in answers) == 1
    box.open_gate("go")
    box.wait_for_end("r-1")
    assert box.log("r-1") == "started\ndone\n"


def test_starting_a_finished_run_reports_it(box):
    box.submit("r-1", "echo once")
    box.wait_for_end("r-1")
    answer = box.start("r-1")
    assert answer["started"] is False
    assert answer["run"]["state"] == "finished"
    assert box.log("r-1") == "once\n"


def test_starting_what_was_never_committed_is_refused(box, refused):
    with refused("unknown_run"):
        box.start("r-1")


def test_arguments_reach_the_command_unchanged(box):
    words = ["$(touch pwned)", "`id`", "two words", 'quo"te', "new\nline", "🎬", "", "*"]
    box.commit("r-1", (sys.executable, "-c", "import sys; print(sys.argv[1:])", *words))
    box.start("r-1")
    box.wait_for_end("r-1")
    assert box.log("r-1") == f"{words}\n"


def test_the_command_sees_the_manifests_environment_and_little_else(box, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "not for engines")
    box.commit(
        "r-1", (sys.executable, "-c", "import os; print(sorted(os.environ))"), env={"PROMPT_FILE": "x"}
    )
    box.start("r-1")
    box.wait_for_end("r-1")
    seen = box.log("r-1")
    assert "PROMPT_FILE" in seen
    assert "PATH" in seen
    assert "COSMOS_RUN_ID" in seen
    assert "SECRET_TOKEN" not in seen
    assert "CUDA_VISIBLE_DEVICES" not in seen


def test_numbered_slots_are_the_gpus_that_the_command_may_use(box):
    slots = {"wanted": 2, "of": ["3", "5", "6"]}
    box.submit("r-1", 'echo "$CUDA_VISIBLE_DEVICES"', slots=slots)
    run = box.wait_for_end("r-1")
    assert box.log("r-1") == "3,5\n"
    assert run["slots"] == ["3", "5"]


def test_outputs_with_odd_names_and_links_are_left_out(box):
    shell = "cd out; echo > good.mp4; ln -s /etc/passwd link.mp4; mkdir folder; echo > 'a b'; echo > .hidden"
    box.submit("r-1", shell)
    run = box.wait_for_end("r-1")
    assert [output["name"] for output in run["outputs"]] == ["good.mp4"]
    assert box.state_file("r-1", "outputs.json")["skipped"] == ["a b", "folder", "link.mp4"]


def test_outputs_are_blobs_for_the_next_run(box):
    box.submit("r-1", "printf result > out/a.mp4")
    box.wait_for_end("r-1")
    assert box.call("have", hashes=[sha256(b"result")])["missing"] == []
    assert stat.S_IMODE((box.run("r-1") / "out" / "a.mp4").stat().st_mode) == 0o444


def test_what_the_command_leaves_behind_is_ended_with_it(box, waiting, running):
    detached = f"setsid sh -c 'echo $$ > out/pid; {box.gate('never').replace(chr(39), chr(34))}' & "
    box.submit("r-1", detached + "while [ ! -s out/pid ]; do sleep 0.02; done")
    box.wait_for_end("r-1")
    pid = int((box.run("r-1") / "out" / "pid").read_text())
    waiting(lambda: not running(pid), "the end of the process that was left behind")


def test_a_heartbeat_tells_chunk_and_step(box, waiting):
    box.submit("r-1", f"echo phase: loading; echo 'generating: chunk 1/2, step 5/35'; {box.gate('go')}")

    def beat():
        beat = box.status("r-1")["beat"]
        return beat if beat and beat["step"] else None

    seen = waiting(beat, "a step in the heartbeat")
    assert (seen["phase"], seen["chunk"], seen["chunks"], seen["step"], seen["steps"]) == (
        "generating",
        1,
        2,
        5,
        35,
    )
    assert seen["child_pid"] == box.child("r-1")
    assert seen["bytes_free"] > 0
    box.open_gate("go")
    box.wait_for_end("r-1")


def test_silence_is_told_as_stalled_and_a_word_ends_it(box, waiting):
    shell = f"{box.gate('speak')}; echo hello; {box.gate('go')}"
    box.submit("r-1", shell, stall_seconds=0.5)
    waiting(lambda: box.status("r-1")["stalled"], "the run to be called stalled")
    assert box.status("r-1")["state"] == "running"
    box.open_gate("speak")
    waiting(lambda: not box.status("r-1")["stalled"], "the run to be well again")
    box.open_gate("go")
    assert box.wait_for_end("r-1")["stalled"] is False


def test_status_of_a_run_that_nobody_knows_is_unknown(box):
    assert box.status("r-1")["state"] == "unknown"
    assert not box.run("r-1").exists()


def test_status_without_names_tells_of_all_runs(box):
    box.commit("r-1")
    box.submit("r-2", "true")
    box.wait_for_end("r-2")
    runs = {run["run_id"]: run["state"] for run in box.call("status", run_ids=None)["runs"]}
    assert runs == {"r-1": "prepared", "r-2": "finished"}


def test_an_acknowledgement_needs_the_right_hashes(box, refused):
    box.submit("r-1", "printf result > out/a.mp4")
    box.wait_for_end("r-1")
    with refused("hash_mismatch"):
        box.call("ack", run_id="r-1", outputs={"a.mp4": "0" * 64})
    with refused("hash_mismatch"):
        box.call("ack", run_id="r-1", outputs={"b.mp4": sha256(b"result")})
    assert box.status("r-1")["acknowledged"] is False
    for _ in range(2):
        assert (
            box.call("ack", run_id="r-1", outputs={"a.mp4": sha256(b"result")})["run"]["acknowledged"] is True
        )


def test_a_run_that_has_not_ended_can_not_be_acknowledged(box, refused):
    box.submit("r-1", box.gate("go"))
    with refused("not_finished"):
        box.call("ack", run_id="r-1", outputs={})
    box.open_gate("go")


def test_probe_tells_what_the_box_is(box):
    box.submit("r-1", box.gate("go"))
    box.child("r-1")
    probe = box.call("probe")
    assert probe["root"] == str(box.root)
    assert probe["python"] == sys.version.split()[0]
    assert probe["cpus"] >= 1
    assert probe["bytes_free"] > 0
    assert probe["runs"] == {"running": 1}
    assert probe["slots"] == [{"name": "cpu0", "busy": True, "run_id": "r-1"}]
    box.open_gate("go")
    box.wait_for_end("r-1")


def test_hidden_files_of_a_killed_engine_are_removed_and_no_outputs(box):
    box.submit(
        "r-1", "echo half > out/.output.part-1.mp4; mkdir out/.cache; echo film > out/a.mp4; kill -9 $$"
    )
    run = box.wait_for_end("r-1")
    assert [file["name"] for file in run["outputs"]] == ["a.mp4"]
    assert sorted(path.name for path in (box.root / "runs" / "r-1" / "out").iterdir()) == [".cache", "a.mp4"]
