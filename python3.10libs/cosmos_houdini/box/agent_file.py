"""Where the programs for the box are found in this checkout."""

from __future__ import annotations

from pathlib import Path

from ..errors import BoxError

FOLDER = Path(__file__).resolve().parents[3] / "scripts" / "remote"
SCRIPTS = ("agent.py", "inference.sh", "upscale.sh")


def agent_file() -> Path:
    """`scripts/remote/agent.py` of the checkout that this package lies in.

    Raises BoxError where it is missing.
    """
    return script_file("agent.py")


def script_file(name: str) -> Path:
    """One of SCRIPTS; BoxError where it is missing."""
    path = FOLDER / name
    if name not in SCRIPTS or not path.is_file():
        raise BoxError(
            "A program for the box is missing.",
            f"There is no {path}.",
            "Use Cosmos Houdini from a complete checkout; `git checkout scripts` brings the file back.",
        )
    return path
