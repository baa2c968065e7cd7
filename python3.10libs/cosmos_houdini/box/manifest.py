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
class Launcher:
    """The command as an argument list; never shell text. `cwd` None means the run's own folder."""

    kind: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Optional[str] = None


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
            "launcher": {
                "kind": self.launcher.kind,
                "argv": list(self.launcher.argv),
                "env": dict(self.launcher.env),
                "cwd": self.launcher.cwd,
            },
            "slots": {"wanted": self.slots.wanted, "of": list(self.slots.of)},
            "stall_seconds": self.stall_seconds,
        }
