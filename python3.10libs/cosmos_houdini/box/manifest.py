"""What the agent is told about a run: its inputs, how to start it, and what it may occupy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

MANIFEST_VERSION = 1


@dataclass(frozen=True)
class InputFile:
    """A file that will lie in the run's `in/` under `name`; it travels by content."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class ExtraFile:
    """A small text that will lie in the run's `in/`: the spec as the engine wants it, an argument file."""

    name: str
    text: str


@dataclass(frozen=True)
class Mount:
    """A folder of the box that the container sees; both paths absolute."""

    source: str
    target: str
    read_only: bool = True

    def as_json(self) -> dict[str, Any]:
        return {"source": self.source, "target": self.target, "read_only": self.read_only}


@dataclass(frozen=True)
class Container:
    """What a command runs in. The agent itself adds the run's own inputs (read-only) and outputs, under the
    paths that they have outside too.
    """

    image: str
    program: str = "docker"
    gpus: bool = False
    shm_size: str = "16g"
    memory: Optional[str] = None
    mounts: tuple[Mount, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "program": self.program,
            "image": self.image,
            "gpus": self.gpus,
            "shm_size": self.shm_size,
            "memory": self.memory,
            "mounts": [mount.as_json() for mount in self.mounts],
        }


@dataclass(frozen=True)
class Launcher:
    """The command as an argument list; never shell text. `cwd` None means the run's own folder; `container`
    goes with the kind `docker`.
    """

    kind: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Optional[str] = None
    container: Optional[Container] = None

    def as_json(self) -> dict[str, Any]:
        value = {"kind": self.kind, "argv": list(self.argv), "env": dict(self.env), "cwd": self.cwd}
        return value if self.container is None else {**value, "container": self.container.as_json()}


@dataclass(frozen=True)
class Slots:
    """How many of the named places (GPU numbers, or `cpu0`) the run occupies while it runs."""

    wanted: int = 1
    of: tuple[str, ...] = ("cpu0",)


@dataclass(frozen=True)
class Manifest:
    """`submitted_at` is a time stamp of the records; `stall_seconds` is how long silence is no reason
    to worry.
    """

    run_id: str
    owner: str
    spec_sha256: str
    submitted_at: str
    inputs: tuple[InputFile, ...]
    launcher: Launcher
    extra_files: tuple[ExtraFile, ...] = ()
    slots: Slots = Slots()
    stall_seconds: float = 600.0

    def as_json(self) -> dict[str, Any]:
        return {
            "schema_version": MANIFEST_VERSION,
            "run_id": self.run_id,
            "owner": self.owner,
            "spec_sha256": self.spec_sha256,
            "submitted_at": self.submitted_at,
            "inputs": [
                {"name": file.name, "sha256": file.sha256, "bytes": file.bytes} for file in self.inputs
            ],
            "extra_files": [{"name": file.name, "text": file.text} for file in self.extra_files],
            "launcher": self.launcher.as_json(),
            "slots": {"wanted": self.slots.wanted, "of": list(self.slots.of)},
            "stall_seconds": self.stall_seconds,
        }
