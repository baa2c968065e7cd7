"""Where what runs on the box is found in this checkout."""

from __future__ import annotations

from pathlib import Path

from ..errors import BoxError


def agent_file() -> Path:
    """`scripts/remote/agent.py` of the checkout that this package lies in.

    Raises BoxError where it is missing.
    """
    return remote_file("agent.py")


def remote_file(name: str) -> Path:
    """A file of `scripts/remote`; BoxError where it is missing."""
    path = Path(__file__).resolve().parents[3] / "scripts" / "remote" / name
    if not path.is_file():
        raise BoxError(
            "A program for the box is missing.",
            f"There is no {path}.",
            "Use Cosmos Houdini from a complete checkout; `git checkout scripts` brings the file back.",
        )
    return path
