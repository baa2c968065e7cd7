"""The commands as a person types them, over a real sshd, with real containers on the other side."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from cosmos_houdini.passes.video import VideoWriter
from cosmos_houdini.records.geometry import Resolution
from support.docker_engine import IMAGE, engine  # noqa: F401
from support.sshd import home, make_sshd  # noqa: F401

SIZE = Resolution(1280, 704)


def write_clip(path, size=SIZE, frames=3):
    path.parent.mkdir(parents=True, exist_ok=True)
    ramp = np.linspace(20, 200, size.height, dtype=np.uint8)[:, None].repeat(size.width, 1)
    with VideoWriter(path, size, 24) as writer:
        for index in range(frames):
            frame = np.dstack([ramp] * 3).copy()
            frame[100:400, 100 + 12 * index : 400] = 230
            writer.write(frame)
    return path


@pytest.fixture
def server(tmp_path, home, engine):
    server = make_sshd(tmp_path / "sshd", f"SetEnv DOCKER_HOST={engine.host}")
    server.start()
    (home / ".ssh" / "known_hosts").write_text(server.known_hosts_line())
    yield server
    server.stop()
    for container in engine.docker("ps", "-aq").stdout.split():
        engine.docker("rm", "-f", container, check=False)


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "cosmos-transfer1"
    write_clip(folder / "answer.mp4")
    (folder / "checkpoints").mkdir()
    (folder / "checkpoints" / "base_model.pt").touch()
    return folder


@pytest.fixture
def shell(tmp_path, server, checkout):
    project = tmp_path / "project"
    write_clip(project / "inputs" / "videos" / "x" / "depth.mp4")
    (project / "cosmos.toml").write_text(
        f"""
        [remote]
        host = "127.0.0.1"
        user = "{server.user}"
        port = {server.port}
        key_file = "{server.user_key}"
        remote_dir = "{server.remote_dir}"
        [docker]
        image = "{IMAGE}"
        checkout = "{checkout}"
        hf_home = ""
        gpus = "none"
        shm_size = "64m"
        [engine]
        name = "transfer1"
        """
    )

    def type_in(*arguments, code=0, folder=project):
        done = subprocess.run(
            [sys.executable, "-m", "cosmos_houdini", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env={**os.environ, "HF_TOKEN": "hf_secret"},
        )
        assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done.stdout

    return type_in


@pytest.fixture
def run_id(shell):
    controls = ("--control-inputs", "depth:inputs/videos/x/depth.mp4")
    prompt = json.loads(shell("create-spec", "shot", "A street; `touch /tmp/pwned`", *controls, "--json"))[
        "id"
    ]
    return json.loads(shell("create-run", prompt, "--weights", "0", "0", "1", "0", "--json"))["id"]


def test_a_run_goes_over_ssh_into_a_container_and_home_and_on_to_4k(
    shell, run_id, server, checkout, engine, tmp_path
):
    logins = server.logins()
    shell("run", run_id)
    assert server.logins() - logins <= 2
    record = json.loads(shell("show", run_id, "--json"))
    assert (record["execution_status"], record["execution"]["box"]) == ("SUCCESS", "127.0.0.1")
    assert engine.ever_created(run_id, server.root) == 1
    assert "a token of 9 letters" in shell("logs", run_id)

    write_clip(checkout / "answer.mp4", Resolution(3840, 2112))
    shell("run", run_id, "--upscale")
    told = json.loads(shell("status", "--json"))
    assert [run["state"] for run in told["runs"]] == ["finished", "finished"]
    assert told["probe"]["docker"]["reachable"] is True
    assert "docker    version" in shell("status", "--verbose")


def test_a_detached_run_is_cancelled_and_no_container_is_left(shell, run_id, server, engine, checkout):
    (checkout / "answer.mp4").unlink()
    os.mkfifo(checkout / "answer.mp4")  # torchrun waits for somebody to write
    shell("run", run_id, "--detach")
    shell("cancel", run_id)
    assert json.loads(shell("show", run_id, "--json"))["execution_status"] == "CANCELLED"
    assert engine.docker("ps", "-q").stdout == ""


def test_the_doctor_goes_all_the_way(shell, server):
    told = json.loads(shell("doctor", "--json", code=4))
    wrong = [
        finding["name"] for finding in told["findings"] if not finding["ok"] and finding["name"] != "disk"
    ]
    assert wrong == ["checkpoints of transfer1"]
    assert [finding["name"] for finding in told["findings"]][:3] == ["name", "port", "connection"]
    assert told["findings"][-1]["name"] == "container"


def test_a_box_that_is_not_there_is_told_as_unreachable(shell, server):
    server.stop()
    told = json.loads(shell("status", "--json", "--set", "remote.connect_seconds=1", code=4))
    assert told["reachable"] is False
    told = json.loads(shell("doctor", "--json", "--set", "remote.connect_seconds=1", code=4))
    assert [finding["name"] for finding in told["findings"]] == ["port"]
    told = json.loads(shell("doctor", "--json", "--set", "remote.host=no-such-box.invalid", code=4))
    assert [finding["name"] for finding in told["findings"]] == ["name"]


def test_the_doctor_names_a_host_key_and_a_login_that_keep_us_out(shell, server, home):
    known = home / ".ssh" / "known_hosts"
    kept = known.read_text()
    known.write_text("")
    told = json.loads(shell("doctor", "--json", code=4))
    assert [(step["name"], step["ok"]) for step in told["findings"]][-1] == ("host key", False)
    assert "trust-host" in told["findings"][-1]["fix"]
    known.write_text(kept)
    server.user_key.write_text("no key\n")
    told = json.loads(shell("doctor", "--json", code=4))
    assert [step["name"] for step in told["findings"]][:2] == ["name", "port"]
    assert told["findings"][-1]["name"] == "login"
