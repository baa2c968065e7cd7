"""Where the agent is found in this checkout."""

from __future__ import annotations

from pathlib import Path

from ..errors import BoxError


def agent_file() -> Path:
    """`scripts/remote/agent.py` of the checkout that this package lies in.

    Raises BoxError where it is missing.
    """
    path = Path(__file__).resolve().parents[3] / "scripts" / "remote" / "agent.py"
    if not path.is_file():
        raise BoxError(
            "The program for the box is missing.",
            f"There is no {path}.",
            "Use Cosmos Houdini from a complete checkout; `git checkout scripts` brings the file back.",
        )
    return path
