"""Runs in real containers, through the agent's own words."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
from contextlib import suppress

import pytest

from support.agent_box import OLDEST, Box, RefusedError, wait_until
from support.docker_engine import IMAGE, begin, box, engine, launch  # noqa: F401
from support.pythons import find_python


def test_a_container_turns_inputs_into_outputs(box, engine, launch):
    fields = launch('echo hello; cat "$IN/a.txt" >b.txt; exit 7', env={"IN": f"{box.root}/runs/r-1/in"})
    begin(box, "r-1", fields, inputs=[("a.txt", b"content")])
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"], run["exit"]["oom"]) == ("finished", 7, False)
    assert run["outputs"] == [{"name": "b.txt", "sha256": hashlib.sha256(b"content").hexdigest(), "bytes": 7}]
    assert box.log("r-1") == "hello\n"
    assert run["exit"]["image"].startswith("sha256:")
    assert run["exit"]["started_at"] <= run["exit"]["ended_at"]
    assert engine.ever_created("r-1", box.root) == 1


def test_the_container_is_removed_once_the_exit_is_written_down(box, engine, launch):
    begin(box, "r-1", launch("true"))
    box.wait_for_end("r-1")
    wait_until(lambda: not engine.containers("r-1"), "the container to be removed")
    assert box.state_file("r-1", "removed.json")


def test_a_container_says_whose_it_is_and_is_bounded(box, engine, launch):
    begin(box, "r-1", launch(f"echo ready; {'sleep 60'}", memory="64m"))
    box.wait_for_words("r-1", "ready")
    known = engine.inspect("cosmos-r-1")
    labels = known["Config"]["Labels"]
    assert (labels["cosmos.run"], labels["cosmos.owner"], labels["cosmos.spec"]) == (
        "r-1",
        "somebody",
        "a" * 64,
    )
    assert known["Config"]["User"] == f"{os.getuid()}:{os.getgid()}"
    host = known["HostConfig"]
    assert (host["Init"], host["IpcMode"], host["Memory"], host["AutoRemove"]) == (
        True,
        "host",
        64 << 20,
        False,
    )
    assert host["LogConfig"]["Config"]["max-size"]
    assert not host["Privileged"]
    writable = [mount["Destination"] for mount in known["Mounts"] if mount["RW"]]
    assert writable == [str(box.run("r-1") / "out")]
    box.call("stop", run_id="r-1", grace_seconds=0)
    assert box.wait_for_end("r-1")["state"] == "cancelled"


def test_inputs_and_spec_can_not_be_changed_from_inside(box, launch):
    run = box.root / "runs" / "r-1"
    begin(box, "r-1", launch(f"touch {run}/in/x; touch {run}/spec.json; touch {run}/state/x; echo done"))
    ended = box.wait_for_end("r-1")
    assert ended["exit"]["code"] == 0
    assert sorted(path.name for path in (run / "in").iterdir()) == []
    assert not (run / "state" / "x").exists()
    assert box.log("r-1").count("Read-only file system") >= 1


def test_outputs_belong_to_the_user_of_the_agent(box, launch):
    begin(box, "r-1", launch("echo > a.txt"))
    box.wait_for_end("r-1")
    assert (box.run("r-1") / "out" / "a.txt").stat().st_uid == os.getuid()


def test_twenty_starts_make_one_container(box, engine, launch):
    from concurrent.futures import ThreadPoolExecutor

    box.commit("r-1", **launch("echo started; sleep 1"))
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: box.start("r-1"), range(20)))
    assert sum(answer["started"] for answer in answers) == 1
    box.wait_for_end("r-1")
    assert box.log("r-1") == "started\n"
    assert engine.ever_created("r-1", box.root) == 1


def test_a_cancel_ends_that_container_and_no_other(box, engine, launch):
    for name, slot in (("r-1", "cpu0"), ("r-2", "cpu1")):
        begin(
            box,
            name,
            launch("trap 'echo asked; exit 3' TERM; echo ready; while :; do sleep 0.05; done"),
            slots={"wanted": 1, "of": [slot]},
        )
        box.wait_for_words(name, "ready")
    box.call("stop", run_id="r-1", grace_seconds=20)
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"]) == ("cancelled", 3)
    assert "asked" in box.log("r-1")
    assert engine.inspect("cosmos-r-2")["State"]["Running"] is True
    box.call("stop", run_id="r-2", grace_seconds=0)
    box.wait_for_end("r-2")


def test_a_container_that_ignores_sigterm_is_killed_when_the_grace_is_over(box, launch):
    begin(box, "r-1", launch("trap '' TERM; echo ready; while :; do sleep 0.05; done"))
    box.wait_for_words("r-1", "ready")
    box.call("stop", run_id="r-1", grace_seconds=1)
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"]) == ("cancelled", 137)


def test_a_container_out_of_memory_is_told_as_that(box, launch):
    begin(box, "r-1", launch('x=$(head -c 200000000 /dev/zero | tr "\\0" a)', memory="32m"))
    run = box.wait_for_end("r-1")
    assert run["exit"]["oom"] is True
    assert run["exit"]["code"] != 0
    assert "OOM-killed" in box.log("r-1")


def test_a_killed_container_is_told_by_its_code(box, engine, launch):
    begin(box, "r-1", launch("echo ready; sleep 60"))
    box.wait_for_words("r-1", "ready")
    engine.docker("kill", "cosmos-r-1")
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"], run["exit"]["oom"]) == ("finished", 137, False)


def test_a_missing_image_is_named_and_never_pulled(box, launch):
    begin(box, "r-1", launch("true", image="registry.invalid/nobody/nothing:1"))
    run = box.wait_for_end("r-1")
    assert (run["state"], run["exit"]["code"], run["exit"]["never_started"]) == ("finished", 125, True)
    assert "No such image" in box.log("r-1")


def test_a_missing_folder_is_named(box, launch, tmp_path):
    gone = str(tmp_path / "checkpoints")
    begin(box, "r-1", launch("true", mounts=[{"source": gone, "target": "/workspace", "read_only": True}]))
    run = box.wait_for_end("r-1")
    assert run["exit"]["never_started"] is True
    assert f"{gone} does not exist" in box.log("r-1")


def test_what_a_program_says_past_the_log_is_kept(box, launch):
    fields = launch("")
    fields["launcher"]["argv"] = ["bash", "/no/such/script"]
    begin(box, "r-1", fields)
    run = box.wait_for_end("r-1")
    assert run["exit"]["code"] == 127
    assert "/no/such/script: No such file" in box.log("r-1")


def test_a_command_that_the_image_lacks_ends_the_run(box, launch):
    fields = launch("")
    fields["launcher"]["argv"] = ["/no/such/program"]
    begin(box, "r-1", fields)
    run = box.wait_for_end("r-1")
    assert run["exit"]["code"] == 127
    assert "/no/such/program" in box.log("r-1")


def test_mounts_reach_the_container_with_odd_names_too(box, launch, tmp_path):
    model, cache = tmp_path / 'mo"del, 1', tmp_path / "cache"
    model.mkdir()
    (model / "weights").write_text("weights")
    mounts = [
        {"source": str(model), "target": "/workspace", "read_only": True},
        {"source": str(cache), "target": str(cache), "read_only": False},
    ]
    begin(box, "r-1", launch(f'cat /workspace/weights; touch "{cache}/kept"', mounts=mounts))
    assert box.wait_for_end("r-1")["exit"]["code"] == 0
    assert box.log("r-1") == "weights"
    assert (cache / "kept").exists()


def test_settings_reach_the_container_unchanged(box, launch):
    value = "a b $(touch /tmp/pwned) 'x' \"y\" # z"
    begin(box, "r-1", launch('printf "%s|" "$A" "$HOME"', env={"A": value}))
    box.wait_for_end("r-1")
    assert box.log("r-1").startswith(value + "|")


def test_a_secret_is_in_one_file_only_and_gone_at_the_end(box, engine, launch):
    script = "cat /run/cosmos-secrets/HF_TOKEN | tr a-z A-Z; echo ready; sleep 60"
    begin(box, "r-1", launch(script), secrets={"HF_TOKEN": "hf_verysecret"})
    box.wait_for_words("r-1", "ready")
    assert box.log("r-1") == "HF_VERYSECRETready\n"
    assert "hf_verysecret" not in engine.docker("inspect", "cosmos-r-1").stdout
    holding = [
        path for path in box.root.rglob("*") if path.is_file() and b"hf_verysecret" in path.read_bytes()
    ]
    assert holding == [box.run("r-1") / "state" / "secrets" / "HF_TOKEN"]
    assert stat.S_IMODE(holding[0].stat().st_mode) == 0o600
    box.call("stop", run_id="r-1", grace_seconds=0)
    box.wait_for_end("r-1")
    assert not (box.run("r-1") / "state" / "secrets").exists()


def test_numbered_slots_are_handed_to_the_container_as_gpus(box, engine, launch):
    """No GPU here: the engine refuses, after it understood what was asked of it."""
    begin(box, "r-1", launch("true", gpus=True), slots={"wanted": 2, "of": ["2", "5"]})
    run = box.wait_for_end("r-1")
    assert run["exit"]["never_started"] is True
    assert run["slots"] == ["2", "5"]
    assert "gpu" in box.log("r-1").lower()


@pytest.mark.parametrize(
    "change",
    [
        {"program": "sh"},
        {"image": "--privileged"},
        {"image": "a b"},
        {"shm_size": "1g --privileged"},
        {"memory": ""},
        {"mounts": [{"source": "relative", "target": "/x", "read_only": True}]},
        {"mounts": [{"source": "/a/../b", "target": "/x", "read_only": True}]},
        {"mounts": [{"source": "/a", "target": "/x\n", "read_only": True}]},
        {"privileged": True},
    ],
)
def test_a_container_that_could_mean_something_else_is_refused(box, launch, change):
    with pytest.raises(RefusedError) as refused:
        box.commit("r-1", **launch("true", **change))
    assert refused.value.kind == "bad_request"


def test_a_setting_of_two_lines_is_refused(box, launch):
    with pytest.raises(RefusedError):
        box.commit("r-1", **launch("true", env={"A": "b\nLD_PRELOAD=c"}))


def test_the_probe_tells_of_the_engine_the_image_and_the_containers_of_others(box, engine):
    other = engine.docker("run", "-d", IMAGE, "sleep", "60").stdout.strip()
    try:
        question = {"program": "docker", "image": IMAGE}
        answer = box.call("probe", docker=question, files=[str(box.root), "/no/such"], trial=True)
        assert answer["files"] == {str(box.root): True, "/no/such": False}
        docker = answer["docker"]
        assert (docker["reachable"], docker["others"]) == (True, 1)
        assert docker["digest"].startswith("sha256:")
        assert docker["version"]
        assert docker["trial"] == {"ok": True, "why": ""}
    finally:
        engine.docker("rm", "-f", other)
    assert engine.docker("ps", "-aq", "--filter", "label=cosmos.trial").stdout == ""


def test_the_probe_tells_why_the_engine_does_not_answer(box, monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    docker = box.call("probe", docker={"program": "docker", "image": IMAGE})["docker"]
    assert docker["reachable"] is False
    assert "nobody.sock" in docker["why"]


def test_containers_are_carried_through_under_the_oldest_python(box, engine, launch, tmp_path):
    python = find_python(OLDEST)
    if python is None:
        pytest.skip("no Python 3.8 on this machine")
    old = Box(tmp_path / "old", python)
    question = {"program": "docker", "image": IMAGE}
    assert old.call("probe", docker=question, trial=True)["docker"]["trial"]["ok"] is True
    begin(old, "r-1", launch("echo hello; echo x >a.txt; exit 3"), secrets={"HF_TOKEN": "x"})
    run = old.wait_for_end("r-1")
    assert (run["exit"]["code"], [file["name"] for file in run["outputs"]]) == (3, ["a.txt"])
    begin(old, "r-2", launch("echo ready; sleep 60"))
    old.wait_for_words("r-2", "ready")
    old.call("stop", run_id="r-2", grace_seconds=0)
    assert old.wait_for_end("r-2")["state"] == "cancelled"
    wait_until(lambda: engine.containers("r-2") == [], "the container to be removed")


def test_a_full_disk_while_a_container_is_prepared_is_named(box, launch, tmp_path, engine):
    disk = tmp_path / "small"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=True)
    try:
        full = Box(disk / "box")
        full.commit("r-1", **launch("echo hello"))
        with (disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
            while True:
                filler.write(b"x" * 4096)
        (disk / "box" / "runs" / "r-1" / "state" / "reserve").unlink()
        with suppress(RefusedError):
            full.start("r-1")
        (disk / "filler").unlink()
        full.start("r-1")
        run = full.wait_for_end("r-1")
        assert run["exit"]["code"] == 0 or "No space left" in full.log("r-1")
        assert engine.ever_created("r-1", full.root) <= 1
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)
