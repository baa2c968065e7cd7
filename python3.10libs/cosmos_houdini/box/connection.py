"""What any way to a box can do: call the agent, bring files there, fetch files back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Protocol

from ..progress import Report


@dataclass(frozen=True)
class Upload:
    """A file here, and the name it gets in the run's incoming folder (its SHA-256)."""

    local: Path
    name: str


class Connection(Protocol):
    """One box. Every method raises BoxError when the box can't be reached or answers nonsense."""

    @property
    def root(self) -> str:
        """The box's root folder as the box spells it: absolute, with forward slashes."""
        ...

    @property
    def python(self) -> str:
        """The Python that the agent runs under, as the box spells it."""
        ...

    def describe(self) -> str:
        """The box in a person's words: "this machine", "artist@render01"."""
        ...

    def installed(self, name: str) -> str:
        """The path on the box of one of our scripts (`inference.sh`), brought there where it is missing."""
        ...

    def call(self, verb: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """One verb of the agent. Raises BoxRefusalError for an answer of {"ok": false}."""
        ...

    def call_ahead(self, verb: str, request: Mapping[str, Any]) -> Optional[Mapping[str, Any]]:
        """The answer to a verb that changes nothing, asked by a thread of its own while nobody waits for it.

        None where it takes more than asking: a question to the person, an installation, a second try. The
        connection that it opened is used from then on.
        """
        ...

    def upload(self, files: Sequence[Upload], run_id: str, report: Report) -> None:
        """Brings files into `incoming/<run_id>/`, whole or not at all.

        The files here are left as they are.
        """
        ...

    def download(
        self, run_id: str, name: str, target: Path, expected_sha256: str, size: int, report: Report
    ) -> None:
        """Fetches one output to a part file beside `target`, compares size and hash, then renames it."""
        ...

    def close(self) -> None: ...
