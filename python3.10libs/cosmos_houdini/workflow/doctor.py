"""Tries everything that a run on the box stands on, from the settings to a container of one second."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass

from ..box.probe import DockerState
from ..box.ssh_errors import ChangedHostKeyError, LoginError, UnknownHostKeyError
from ..config import Config
from ..engines.transfer1_checkpoints import NEEDED_ALWAYS
from ..errors import CosmosError
from ..records.store import Store
from .box import Box
from .boxes import LOCAL, open_box
from .gpu_box import GpuBox
from .look import Look, look

FREE_BYTES = 20e9  # inputs, results and logs of a day's runs; checkpoints are told of by themselves


@dataclass(frozen=True)
class Finding:
    """One thing that was tried: what was seen, and for a failure what to do."""

    name: str
    ok: bool
    seen: str
    fix: str = ""

    def as_json(self) -> dict[str, object]:
        return {"name": self.name, "ok": self.ok, "seen": self.seen, "fix": self.fix}


def examine(store: Store, config: Config, name: str) -> Iterator[Finding]:
    """The findings, one by one as they come; ends early where nothing beyond can be tried."""
    try:
        box = open_box(store, config, name)
        if name != LOCAL:
            yield from _way(config)
    except CosmosError as error:
        yield _failed(_step(error), error)
        return
    try:
        yield from examine_box(box)
    finally:
        box.close()


def _way(config: Config) -> Iterator[Finding]:
    # Loaded only for a box far away: paramiko takes its time.
    from ..box.ssh_config import resolve
    from ..box.ssh_reach import reach

    for step, seen in reach(resolve(config.remote), config.remote.connect_seconds):
        yield Finding(step, True, seen)


def examine_box(box: Box) -> Iterator[Finding]:
    """As `examine`, of a box that is open."""
    try:
        root = box.connection.root  # a connection is made when it is first used
    except CosmosError as error:
        yield _failed(_step(error), error)
        return
    yield Finding("connection", True, f"to {box.connection.describe()}, {root}")
    try:
        seen = look(box, trial=True)
    except CosmosError as error:
        yield _failed("agent", error)
        return
    probe = seen.probe
    yield Finding("agent", True, f"Python {probe.python} on {probe.hostname}")
    yield Finding(
        "disk",
        probe.bytes_free >= FREE_BYTES,
        f"{probe.bytes_free / 1e9:.0f} GB free",
        "Make room on that disk, or use another one: "
        + ("paths.local_box." if box.name == LOCAL else "remote.remote_dir."),
    )
    if isinstance(box, GpuBox):
        yield from _model(box, seen)


def _model(box: GpuBox, seen: Look) -> Iterator[Finding]:
    settings = box.config.docker
    docker = seen.probe.docker
    assert docker is not None
    if settings.gpus == "auto":
        names = ", ".join(gpu.name for gpu in seen.probe.gpus)
        fix = 'Install the NVIDIA driver there, so that nvidia-smi lists its GPUs; or set gpus = "none".'
        yield Finding("GPUs", bool(names), names or "nvidia-smi lists none", fix)
    yield Finding(
        "checkout",
        bool(seen.checkout),
        str(box.place(settings.checkout)),
        "Clone cosmos-transfer1 there, or set docker.checkout to where it lies.",
    )
    for engine, files in seen.checkpoints.items():
        missing = [what for what, there in files.items() if not there]
        needed = [what for what in missing if what in NEEDED_ALWAYS]
        told = f"missing: {', '.join(missing)}" if missing else "all there"
        fix = "Download them (scripts/download_checkpoints.py of the checkout), or set paths.checkpoints."
        yield Finding(f"checkpoints of {engine}", not needed, told, fix)
    yield from _containers(box, docker)


def _containers(box: GpuBox, docker: DockerState) -> Iterator[Finding]:
    settings = box.config.docker
    if not docker.reachable:
        fix = "See that it runs there (systemctl status docker) and that your user may use it (group docker)."
        yield Finding(settings.program, False, docker.why, fix)
        return
    yield Finding(settings.program, True, f"version {docker.version}")
    if docker.digest is None:
        seen = f"{settings.image} is not there" if settings.image else "docker.image is empty"
        yield Finding("image", False, seen, "Build or pull it on the box, and name it as docker.image.")
        return
    yield Finding("image", True, f"{settings.image}, {docker.digest[:19]}")
    yield Finding(
        "container",
        docker.trial == "",
        docker.trial or "one was started, and ended well",
        "Mend what is said there; where it speaks of a GPU, install the NVIDIA Container Toolkit on the box.",
    )


def _step(error: CosmosError) -> str:
    """Where on the way it went wrong, as a person would look for it."""
    if isinstance(error, (UnknownHostKeyError, ChangedHostKeyError)):
        return "host key"
    if isinstance(error, LoginError):
        return "login"
    if isinstance(error.__cause__, socket.gaierror):
        return "name"
    return "port" if isinstance(error.__cause__, OSError) else "connection"


def _failed(name: str, error: CosmosError) -> Finding:
    return Finding(name, False, f"{error.what} {error.why}".rstrip(), error.fix)
