"""The box's Docker Engine: its own folders, socket and bridge, no firewall rules, and a diary."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from box.machine import USER, wait_for
from box.places import CGROUP, DOCKER, INSIDE_BOX, INSIDE_SOCKET, RUN

DIARY = RUN / "docker-events.jsonl"
CONTAINERD = "/run/containerd/containerd.sock"
CONTAINERD_SETTINGS = f"""\
version = 2
root = "{INSIDE_BOX}/docker/containerd-root"
state = "/run/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
[grpc]
  address = "{CONTAINERD}"
"""


def socket(pid: int) -> str:
    """The engine's address as this machine's root reaches it."""
    return f"unix:///proc/{pid}/root{INSIDE_SOCKET}"


def command(pid: int) -> list[str]:
    """Docker's own program, told to talk to this engine; a person's settings of it are not read."""
    return ["docker", "--config", str(RUN / "docker-client"), "--host", socket(pid)]


def settings() -> dict[str, object]:
    return {
        "data-root": f"{INSIDE_BOX}/docker",
        "exec-root": "/run/docker",
        "pidfile": "/run/docker.pid",
        "hosts": [f"unix://{INSIDE_SOCKET}"],
        "group": USER,
        # A bridge gives containers an address and a name that resolves, as torchrun wants; it is in the box's
        # own network, which leads nowhere.
        "bip": "10.214.0.1/24",
        "iptables": False,
        "ip-masq": False,
        "cgroup-parent": f"/{CGROUP}",
        "containerd": CONTAINERD,
        "exec-opts": ["native.cgroupdriver=cgroupfs"],
        "shutdown-timeout": 10,
    }


def start_containerd(pid: int) -> None:
    """What holds the containers while the engine is away; a service of its own, as Debian has it."""
    DOCKER.mkdir(parents=True, exist_ok=True)
    (RUN / "containerd.toml").write_text(CONTAINERD_SETTINGS)
    _detached(pid, "containerd", "--config", f"{INSIDE_BOX}/run/containerd.toml")
    there = Path(f"/proc/{pid}/root{CONTAINERD}")
    wait_for(there.exists, "the box's containerd")


def start(pid: int, keep_containers: bool = True) -> None:
    """Starts the engine and waits until it answers. `keep_containers`: they outlive it (live restore)."""
    (RUN / "daemon.json").write_text(json.dumps({**settings(), "live-restore": keep_containers}))
    began = time.time()
    _detached(pid, "dockerd", "--config-file", f"{INSIDE_BOX}/run/daemon.json")
    wait_for(lambda: _answers(pid), "the box's Docker", seconds=60)
    _keep_diary(pid, began)


def keeps_containers() -> bool:
    return bool(json.loads((RUN / "daemon.json").read_text())["live-restore"])


def stop(pid: int, hard: bool = False) -> None:
    """Ends the engine; `hard` as a crash would. Its containers stay where it was started to keep them."""
    process = pid_of(pid)
    if process is None:
        return
    os.kill(process, signal.SIGKILL if hard else signal.SIGTERM)
    wait_for(lambda: not Path(f"/proc/{process}").exists(), "the end of the box's Docker", seconds=60)
    Path(f"/proc/{pid}/root/run/docker.pid").unlink(missing_ok=True)


def forget_containers(pid: int) -> None:
    """Those of an earlier life go; the images stay."""
    listed = subprocess.run(
        [*command(pid), "ps", "--all", "--quiet"], capture_output=True, text=True, check=True
    ).stdout.split()
    if listed:
        subprocess.run([*command(pid), "rm", "--force", *listed], capture_output=True, check=True)


def diary() -> list[dict[str, object]]:
    """Every event of a container since the box was started, each once, in the order they came."""
    lines = DIARY.read_text().splitlines() if DIARY.exists() else []
    return [json.loads(line) for line in dict.fromkeys(lines) if line.endswith("}")]


def _keep_diary(pid: int, since: float) -> None:
    """The engine itself remembers few events and none after its end."""
    follow = [*command(pid), "events", "--since", f"{since:.3f}", "--filter", "type=container"]
    with DIARY.open("ab") as book:
        subprocess.run(
            ["setsid", "--fork", *follow, "--format", "{{json .}}"],
            stdin=subprocess.DEVNULL,
            stdout=book,
            stderr=subprocess.DEVNULL,
            check=True,
        )


def _detached(pid: int, *program: str) -> None:
    """A service of the box: it belongs to nobody here, and ends with the box."""
    namespaces = ["nsenter", "--target", str(pid), "--mount", "--net", "--pid", "--uts", "--ipc", "--"]
    with (RUN / f"{program[0]}.log").open("ab") as log:
        subprocess.run(
            ["setsid", "--fork", *namespaces, *program],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=True,
        )


def _answers(pid: int) -> bool:
    return subprocess.run([*command(pid), "version"], capture_output=True, check=False).returncode == 0


def pid_of(pid: int) -> int | None:
    """The engine's process id on this machine."""
    home = Path(f"/proc/{pid}/ns/pid").readlink()
    for folder in Path("/proc").iterdir():
        try:
            mine = folder.name.isdigit() and (folder / "ns/pid").readlink() == home
            if mine and (folder / "exe").readlink().name == "dockerd":
                return int(folder.name)
        except OSError:  # it ended meanwhile
            continue
    return None
