"""A GPU box for tests: reached over the network by ssh, with Docker, rsync and a model's checkout.

`up` and `down` start and end it; `GpuBox` is what a test holds of it, from any process.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from box import engine, image, locks, login, machine, model
from box.places import BIN, CHECKOUT, HOME, INSIDE_BIN, INSIDE_HOME, INSIDE_RUN, RUN

CHECK = CHECKOUT / "tools" / "box_parts"
STATE = RUN / "box.json"


@dataclass(frozen=True)
class Gpu:
    """One GPU as nvidia-smi tells of it: memory in MiB, load in percent, `processes` as (pid, MiB)."""

    index: int = 0
    name: str = "NVIDIA H100 80GB HBM3"
    total: int = 81559
    used: int = 4
    load: int = 0
    processes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class GpuBox:
    """A running box. What a method breaks stays broken until it is mended; `restore` mends everything."""

    host: str
    here: str  # this machine's address on the cable
    port: int = login.PORT
    user: str = machine.USER
    image: str = image.IMAGE
    checkout: str = model.CHECKOUT
    hub: str = model.HUB
    home: str = INSIDE_HOME  # as the box sees it

    # ---------------------------------------------------------------------------------------- ways to it

    @property
    def key_file(self) -> Path:
        return RUN / "user_key"

    @property
    def known_hosts(self) -> Path:
        return RUN / "known_hosts"

    @property
    def ssh_config(self) -> str:
        """What a person would have in `~/.ssh/config`: the box by the name `gpubox`."""
        return (
            f"Host gpubox\n  HostName {self.host}\n  Port {self.port}\n  User {self.user}\n"
            f'  IdentityFile "{self.key_file}"\n  IdentitiesOnly yes\n'
            f'  UserKnownHostsFile "{self.known_hosts}"\n'
        )

    def settings(self, remote_dir: str = "cosmos", host: str = "gpubox", **more: str) -> str:
        """The text of a `cosmos.toml`; `more` as in `remote__gpus='"0,1"'`, values as TOML writes them."""
        sections: dict[str, dict[str, str]] = {
            "remote": {"host": json.dumps(host), "remote_dir": json.dumps(remote_dir)},
            "docker": {
                "image": json.dumps(self.image),
                "checkout": json.dumps(self.checkout),
                "hf_home": json.dumps(self.hub),
                "gpus": '"none"',
                "shm_size": '"256m"',
            },
        }
        for name, value in more.items():
            section, _, setting = name.partition("__")
            sections.setdefault(section, {})[setting] = value
        return "\n".join(
            "\n".join([f"[{section}]", *(f"{name} = {value}" for name, value in values.items()), ""])
            for section, values in sections.items()
        )

    def ssh(self, *command: str, text: str = "", timeout: float = 60.0) -> subprocess.CompletedProcess[str]:
        """A command on the box by OpenSSH's client, which asks nothing; `text` is its input."""
        return subprocess.run(
            self._ssh_command(command),
            input=text,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def start_ssh(self, *command: str) -> subprocess.Popen[str]:
        """The same, left to run; its output comes in lines."""
        return subprocess.Popen(
            self._ssh_command(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def _ssh_command(self, command: Sequence[str]) -> list[str]:
        options = {
            "BatchMode": "yes",
            "StrictHostKeyChecking": "yes",
            "GlobalKnownHostsFile": "/dev/null",
            "UserKnownHostsFile": f'"{self.known_hosts}"',
            "IdentityFile": f'"{self.key_file}"',
            "IdentitiesOnly": "yes",
            "ConnectTimeout": "10",
        }
        given = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        address = [f"{self.user}@{self.host}", shlex.join(command)]
        return ["ssh", "-F", "/dev/null", "-p", str(self.port), *given, *address]

    def inside(self, *command: str) -> str:
        """What a command of the box's root prints; CalledProcessError where it fails."""
        namespaces = ["nsenter", "--target", str(self.init), "--mount", "--net", "--pid", "--uts", "--ipc"]
        return subprocess.run(
            [*namespaces, "--", *command], capture_output=True, text=True, check=True
        ).stdout

    def here_path(self, path: str) -> Path:
        """A path of the box as this machine's root reaches it, small disks included."""
        return Path(f"/proc/{self.init}/root") / path.lstrip("/")

    def fresh_folder(self) -> str:
        """A new name below the user's home, for `remote_dir`: tests don't see each other's runs."""
        return f"cosmos-{uuid.uuid4().hex[:12]}"

    def write_person(self, home: Path) -> dict[str, str]:
        """Makes `home` that of somebody who knows the box as `gpubox`; returns the environment to add."""
        (home / ".ssh").mkdir(mode=0o700, parents=True, exist_ok=True)
        (home / ".ssh" / "config").write_text(self.ssh_config)
        return {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "SSH_AUTH_SOCK": ""}

    def write_project(self, folder: Path, **more: str) -> Path:
        """A project folder whose runs go to a fresh folder of the box; `more` as in `settings`."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "cosmos.toml").write_text(self.settings(self.fresh_folder(), **more))
        return folder

    # -------------------------------------------------------------------------------------------- docker

    @property
    def docker_host(self) -> str:
        """DOCKER_HOST for root of this machine; folders that a container mounts must not be below /run."""
        return engine.socket(self.init)

    def docker(self, *arguments: str) -> str:
        """What `docker ARGUMENTS` prints; CalledProcessError where it fails."""
        done = subprocess.run(
            [*engine.command(self.init), *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def containers_ever(self, run_id: str) -> list[str]:
        """The ids of all containers that were ever made for a run, the removed ones too."""
        return [
            str(event["id"])
            for event in self.container_events(run_id)
            if event.get("Action", event.get("status")) == "create"
        ]

    def container_events(self, run_id: str) -> list[dict[str, object]]:
        """What happened to the containers of a run: create, start, oom, die, destroy, with times."""
        return [event for event in self._all_events() if _label(event, "cosmos.run") == run_id]

    def restart_docker(self, keep_containers: bool = True, hard: bool = False) -> None:
        """The engine ends and comes back; containers go on running, unless they are not to be kept."""
        self.stop_docker(hard)
        engine.start(self.init, keep_containers)

    def stop_docker(self, hard: bool = False) -> None:
        engine.stop(self.init, hard)

    def start_docker(self, keep_containers: bool = True) -> None:
        engine.start(self.init, keep_containers)

    @contextmanager
    def without_image(self) -> Iterator[None]:
        """The image is not there."""
        self.docker("tag", self.image, "cosmos-test:hidden")
        self.docker("rmi", "--no-prune", self.image)
        try:
            yield
        finally:
            self.docker("tag", "cosmos-test:hidden", self.image)
            self.docker("rmi", "--no-prune", "cosmos-test:hidden")

    # ------------------------------------------------------------------------------------------- network

    def cut(self) -> None:
        """The cable is pulled: what is under way gets no answer, not even a refusal."""
        self.inside("ip", "link", "set", "eth0", "down")

    def heal(self) -> None:
        """The cable is put back; open connections go on if their ends are still there."""
        self.inside("ip", "link", "set", "eth0", "up")

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        self.cut()
        try:
            yield
        finally:
            self.heal()

    # ----------------------------------------------------------------------------------------------- ssh

    def restart_sshd(self, sessions: bool = True) -> None:
        """sshd ends and comes back; `sessions`: open connections end too."""
        self.stop_sshd(sessions)
        self.start_sshd()

    def stop_sshd(self, sessions: bool = True) -> None:
        login.stop(self.init, sessions)

    def start_sshd(self) -> None:
        login.start(self.init)

    def new_host_key(self) -> None:
        """As if another machine answered; `known_hosts` keeps what it says."""
        for name in ("host_key", "host_key.pub"):
            (RUN / name).replace(RUN / f"{name}.first") if not (RUN / f"{name}.first").exists() else None
        login.new_key(RUN / "host_key")
        self.restart_sshd()

    def first_host_key(self) -> None:
        """After `new_host_key`: the machine that answers is the known one again."""
        for name in ("host_key", "host_key.pub"):
            (RUN / f"{name}.first").replace(RUN / name)
        self.restart_sshd()

    @contextmanager
    def no_entry(self) -> Iterator[None]:
        """The user's key is not accepted."""
        allowed = (RUN / "authorized_keys").read_text()
        (RUN / "authorized_keys").write_text("")
        try:
            yield
        finally:
            (RUN / "authorized_keys").write_text(allowed)

    # ------------------------------------------------------------------------------------------ the rest

    def reboot(self) -> None:
        """The power fails and comes back: processes are gone, the disk is as it was, the boot id is new."""
        began = (RUN / "keep").exists()
        machine.power_off()
        pid = machine.power_on(keep=True)
        machine.plug_in(pid, (self.here, self.host))
        _start_services(pid)
        if not began:
            (RUN / "keep").unlink()

    @contextmanager
    def small_disk(self, megabytes: int) -> Iterator[str]:
        """A folder of the user's on a disk of its own; its path on the box."""
        path = f"{self.home}/disk-{uuid.uuid4().hex[:8]}"
        number = machine.uid_of_box()
        self.inside("mkdir", path)
        options = f"size={megabytes}m,mode=700,uid={number},gid={number}"
        self.inside("mount", "-t", "tmpfs", "-o", options, "cosmosbox", path)
        try:
            yield path
        finally:
            self.inside("umount", "--lazy", path)
            self.inside("rmdir", path)

    def fill(self, folder: str, leave_bytes: int = 0) -> Path:
        """Fills the disk of a folder but for `leave_bytes`; removing the returned file makes room again."""
        file = self.here_path(folder) / "filler"
        with file.open("wb") as handle:
            block = b"\0" * 65536
            try:
                while True:
                    handle.write(block)
                    handle.flush()
            except OSError:
                handle.truncate(max(0, file.stat().st_size - leave_bytes))
        return file

    @contextmanager
    def hidden(self, program: str) -> Iterator[None]:
        """The box answers as if a program were not installed, `rsync` for one."""
        with self.program(program, f"#!/bin/sh\necho 'sh: 1: {program}: not found' >&2\nexit 127\n"):
            yield

    @contextmanager
    def program(self, name: str, text: str) -> Iterator[None]:
        """A program of this text comes first in the user's PATH."""
        file = BIN / name
        part = BIN / f".{name}"
        part.write_text(text)
        part.chmod(0o755)
        part.replace(file)
        try:
            yield
        finally:
            file.unlink(missing_ok=True)

    @contextmanager
    def own_clock(self) -> Iterator[Callable[[float], None]]:
        """Every `python3` that starts now, and what it starts in turn, goes by a clock that can be set:
        `set_clock(3600)` puts it an hour ahead of the machine's, also for what runs already. The times of
        files, and Docker's, stay the machine's."""
        file = RUN / "clock"

        def set_clock(ahead: float) -> None:
            part = file.with_name("clock.part")
            part.write_text(f"{ahead:+.0f}\n")
            part.replace(file)  # somebody reads it at any moment

        set_clock(0)
        with self.program("python3", OWN_CLOCK):
            yield set_clock

    @contextmanager
    def gpus(self, *gpus: Gpu) -> Iterator[None]:
        """The box has an nvidia-smi that tells of these."""
        fields = [
            {
                "index": str(gpu.index),
                "name": gpu.name,
                "uuid": f"GPU-{gpu.index:08d}",
                "memory.total": str(gpu.total),
                "memory.used": str(gpu.used),
                "memory.free": str(gpu.total - gpu.used),
                "utilization.gpu": str(gpu.load),
                "driver_version": "570.0",
            }
            for gpu in gpus
        ]
        apps = [
            {
                "gpu_uuid": f"GPU-{gpu.index:08d}",
                "pid": str(pid),
                "used_memory": str(mib),
                "process_name": "python",
            }
            for gpu in gpus
            for pid, mib in gpu.processes
        ]
        with self.program("nvidia-smi", NVIDIA_SMI.format(gpus=fields, apps=apps)):
            yield

    def restore(self) -> None:
        """Whatever a test broke works again; for a test that has the box alone."""
        self.heal()
        for file in BIN.iterdir():
            file.unlink()
        if (RUN / "host_key.first").exists():
            self.first_host_key()
        if not login.listening(self.init):
            self.start_sshd()
        if not engine.keeps_containers():
            self.stop_docker()
        if engine.pid_of(self.init) is None:
            engine.start(self.init)
        running = self.docker("ps", "--quiet").split()
        if running:
            self.docker("kill", *running)

    @property
    def init(self) -> int:
        """The process id of the box's first process, on this machine."""
        pid = machine.init_pid()
        if pid is None:
            raise RuntimeError("The box is not there any more.")
        return pid

    @staticmethod
    def _all_events() -> list[dict[str, object]]:
        return engine.diary()


def why_not() -> str:
    """Why this machine can have no box; empty where it can."""
    return subprocess.run([str(CHECK), "--check"], capture_output=True, text=True, check=True).stdout.strip()


def up(keep: bool = False) -> GpuBox:
    """The box, started where it doesn't run. Hold a `locks.Lease` first: the box ends without one, unless
    it is to be kept."""
    with locks.starting():
        if keep and RUN.exists():
            (RUN / "keep").touch()
        image.prepare()
        box = running()
        if box is not None:
            # A test of another process may have something of it broken right now.
            with locks.alone():
                box.restore()
                image.load(engine.command(box.init))
            return box
        machine.sweep()
        began = time.monotonic()
        pid = machine.power_on(keep)
        here, there = machine.plug_in(pid)
        login.make_keys(there)
        model.lay_out(HOME, machine.uid_of_box())
        box = GpuBox(there, here)
        _start_services(pid)
        engine.forget_containers(pid)
        started = time.monotonic()
        image.load(engine.command(pid))
        STATE.write_text(json.dumps({"host": there, "here": here}))
        print(
            f"test box: {box.user}@{there}, started in {started - began:.1f} s, "
            f"image after {time.monotonic() - started:.1f} s",
            file=sys.stderr,
        )
        return box


def down() -> None:
    """Ends the box and removes every trace of it but the image."""
    with locks.starting():
        machine.sweep()


def down_unless_kept() -> None:
    """The end of the last test; a box that a person started by `make box` stays."""
    if not (RUN / "keep").exists():
        down()


def running() -> GpuBox | None:
    """The box that runs."""
    if machine.init_pid() is None or not STATE.exists() or not (RUN / "ready").exists():
        return None
    state = json.loads(STATE.read_text())
    return GpuBox(state["host"], state["here"])


def _start_services(pid: int) -> None:
    login.start(pid)
    engine.start_containerd(pid)
    engine.start(pid)


def _label(event: dict[str, object], name: str) -> object:
    actor = event.get("Actor")
    attributes = actor.get("Attributes") if isinstance(actor, dict) else None
    return attributes.get(name) if isinstance(attributes, dict) else None


# The machine's clock is not the box's to set, so Python is told another time, and so is what it starts.
OWN_CLOCK = f"""\
#!/usr/bin/python3 -IS
import os
import sys
import time

def ahead():
    with open("{INSIDE_RUN}/clock") as file:
        return float(file.read())

machines, machines_ns = time.time, time.time_ns
time.time = lambda: machines() + ahead()
time.time_ns = lambda: machines_ns() + int(ahead() * 1e9)
sys.executable = "{INSIDE_BIN}/python3"
words = sys.argv[1:]
while words and words[0] in ("-I", "-S", "-B", "-u"):
    words.pop(0)
if words[:1] == ["-c"]:
    code, sys.argv = words[1], ["-c", *words[2:]]
elif words and not words[0].startswith("-"):
    __file__, sys.argv = words[0], words
    code = open(__file__).read()
else:
    os.execv("/usr/bin/python3", sys.argv)
exec(compile(code, sys.argv[0], "exec"))
"""

NVIDIA_SMI = """\
#!/usr/bin/python3
import sys

gpus, apps = {gpus!r}, {apps!r}
mib = " MiB"
units = {{"memory.total": mib, "memory.used": mib, "memory.free": mib, "used_memory": mib}}
units["utilization.gpu"] = " %"
asked = dict(word.lstrip("-").partition("=")[::2] for word in sys.argv[1:] if word.startswith("--"))
rows = apps if "query-compute-apps" in asked else gpus
names = asked.get("query-compute-apps") or asked.get("query-gpu") or "index,name"
wanted = [name.strip() for name in names.split(",")]
plain = asked.get("format", "csv")
if "noheader" not in plain:
    print(", ".join(wanted))
for row in rows:
    cells = [row.get(name, "[N/A]") + ("" if "nounits" in plain else units.get(name, "")) for name in wanted]
    print(", ".join(cells))
"""
