"""Where things lie on the box: the only place on this side that spells its paths."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Union


@dataclass(frozen=True)
class BoxLayout:
    """Paths below the box's root, always with forward slashes; they are the box's paths, not ours."""

    root: PurePosixPath

    def __init__(self, root: Union[PurePosixPath, str]) -> None:
        object.__setattr__(self, "root", PurePosixPath(root))

    def script(self, sha256: str, name: str) -> PurePosixPath:
        """One of our programs, by content: versions live side by side."""
        return self.root / "bin" / sha256 / name

    def incoming(self, run_id: str) -> PurePosixPath:
        """The folder that uploads of a run arrive in, each under its SHA-256."""
        return self.root / "incoming" / run_id

    def blob(self, sha256: str) -> PurePosixPath:
        return self.root / "blobs" / sha256[:2] / sha256

    def run(self, run_id: str) -> PurePosixPath:
        return self.root / "runs" / run_id

    def inputs(self, run_id: str) -> PurePosixPath:
        return self.run(run_id) / "in"

    def input(self, run_id: str, name: str) -> PurePosixPath:
        return self.inputs(run_id) / name

    def outputs(self, run_id: str) -> PurePosixPath:
        return self.run(run_id) / "out"

    def output(self, run_id: str, name: str) -> PurePosixPath:
        return self.outputs(run_id) / name

    def spec(self, run_id: str) -> PurePosixPath:
        return self.run(run_id) / "spec.json"

    def log(self, run_id: str) -> PurePosixPath:
        return self.run(run_id) / "log.txt"
