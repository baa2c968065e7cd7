"""A Docker engine of the tests' own, with one small image made from this machine's own programs.

Nothing of the machine's docker is touched: data, sockets and process id lie in a temporary folder, and no
bridge or firewall rule is made. Test modules import the fixtures `engine` and `docker_box` from here.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.agent_box import Box

IMAGE = "cosmos-small:latest"
# In the place of PyTorch's: answers with a video that lies ready in the model's checkout.
TORCHRUN = """#!/bin/bash
echo "torchrun $*"
[ -z "$HF_TOKEN" ] || echo "a token of ${#HF_TOKEN} letters"
while [ $# -gt 0 ]; do
    case $1 in
        --video_save_folder) folder=$2 ;;
        --video_save_name) name=$2 ;;
    esac
    shift
done
[ -e checkpoints/base_model.pt ] || { echo "FileNotFoundError: checkpoints/base_model.pt"; exit 1; }
cat answer.mp4 >"$folder/$name.mp4"
"""
PROGRAMS = ("bash", "sh", "cat", "env", "head", "id", "sleep", "tail", "touch", "tr", "ls", "dirname")


class DockerEngine:
    """A running dockerd; commands find it by DOCKER_HOST."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.host = f"unix://{folder}/d.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(
            [
                # It ends with the test process, also where that is killed.
                *("setpriv", "--pdeathsig", "TERM"),
                *("dockerd", "--host", self.host, "--data-root", self.folder / "data"),
                *("--exec-root", self.folder / "exec", "--pidfile", self.folder / "pid"),
                *("--bridge", "none", "--iptables=false"),
            ],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        while self.docker("version", check=False).returncode != 0:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.1)

    def stop(self, kill: bool = False) -> None:
        assert self._process is not None
        if kill:
            self._process.kill()
            # Its containerd goes with it, as under systemd.
            helper = self.folder / "exec" / "containerd" / "containerd.pid"
            os.kill(int(helper.read_text()), signal.SIGKILL)
            helper.unlink()
        else:
            self._process.terminate()
        self._process.wait(60)

    def docker(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["docker", *arguments],
            env={**os.environ, "DOCKER_HOST": self.host},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def containers(self, run_id: str) -> list[str]:
        """Ids of all containers of the run, stopped ones too."""
        return self.docker("ps", "-aq", "--filter", f"label=cosmos.run={run_id}").stdout.split()

    def ever_created(self, run_id: str, root: Path) -> int:
        """How many containers were ever created for the run of the box at `root`, removed ones too."""
        told = self.docker(
            *("events", "--since", "0", "--until", str(int(time.time()) + 1), "--format", "{{.ID}}"),
            *("--filter", "event=create", "--filter", f"label=cosmos.run={run_id}"),
            *("--filter", f"label=cosmos.root={root}"),
        )
        return len(set(told.stdout.split()))

    def inspect(self, name: str) -> Any:
        return json.loads(self.docker("inspect", name).stdout)[0]


def _missing() -> str:
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "these tests start a Docker engine, which takes root on Linux"
    programs = ("dockerd", "docker", "ldd", "setpriv")
    missing = [program for program in programs if shutil.which(program) is None]
    return f"not installed: {', '.join(missing)}" if missing else ""


@pytest.fixture(scope="session")
def engine() -> Iterator[DockerEngine]:
    missing = _missing()
    if missing and os.environ.get("COSMOS_REQUIRE_BOX") == "1":
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    folder = Path(tempfile.mkdtemp(prefix="cosmos-docker-"))  # short: a socket's name has at most 107 letters
    running = DockerEngine(folder)
    try:
        running.start()
        _make_image(running)
        yield running
        for container in running.docker("ps", "-aq").stdout.split():
            running.docker("rm", "-f", container, check=False)
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _make_image(running: DockerEngine) -> None:
    """A root file system of a few programs and the libraries they are linked with."""
    archive = running.folder / "image.tar"
    files: set[Path] = set()
    for program in PROGRAMS:
        found = shutil.which(program)
        assert found, program
        told = subprocess.run(["ldd", found], capture_output=True, text=True, check=True).stdout
        files |= {Path(word) for word in told.split() if word.startswith("/")}
    with tarfile.open(archive, "w") as tar:
        for name in ("tmp", "run", "usr", "usr/bin", "bin"):
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(folder)
        torchrun = tarfile.TarInfo("usr/bin/torchrun")
        torchrun.size, torchrun.mode = len(TORCHRUN), 0o755
        tar.addfile(torchrun, io.BytesIO(TORCHRUN.encode()))
        for file in sorted(files):
            tar.add(file.resolve(), str(file).lstrip("/"))
        for program in PROGRAMS:
            tar.add(Path(str(shutil.which(program))).resolve(), f"usr/bin/{program}")
            if program in ("bash", "sh", "env"):
                tar.add(Path(str(shutil.which(program))).resolve(), f"bin/{program}")
    running.docker("import", str(archive), IMAGE)


@pytest.fixture
def launch() -> Callable[..., dict[str, Any]]:
    """Manifest fields of a run of `bash -c SCRIPT` in a container."""

    def fields(script: str, env: dict[str, str] | None = None, **container: Any) -> dict[str, Any]:
        settings = {
            "program": "docker",
            "image": IMAGE,
            "gpus": False,
            "shm_size": "64m",
            "memory": None,
            "mounts": [],
            **container,
        }
        # What the script prints goes to the run's log, as inference.sh has it.
        argv = ["bash", "-c", f'exec >>"$COSMOS_LOG" 2>&1; {script}']
        return {
            "launcher": {"kind": "docker", "argv": argv, "env": env or {}, "cwd": None, "container": settings}
        }

    return fields


@pytest.fixture
def box(tmp_path: Path, engine: DockerEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    """An agent's box whose docker is the tests' own engine; what it started is gone afterwards."""
    monkeypatch.setenv("DOCKER_HOST", engine.host)
    box = Box(tmp_path / "box")
    yield box
    for container in engine.docker("ps", "-aq", "--filter", f"label=cosmos.root={box.root}").stdout.split():
        engine.docker("rm", "-f", container, check=False)
    box.end_everything()


def begin(box: Box, run_id: str, fields: dict[str, Any], secrets: Any = None, **changes: Any) -> Any:
    """Commits and starts a run of `launch(...)`."""
    box.commit(run_id, **fields, **changes)
    return box.call("start", run_id=run_id, secrets=secrets or {})
