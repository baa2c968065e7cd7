"""The errors that reach a person: each says what happened, why, and what to do about it.

Standard library and Python 3.9 syntax only: Houdini shows the same words.
"""

from __future__ import annotations

import errno
from typing import ClassVar

DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class CosmosError(Exception):
    """Base of all errors that are explained to the user.

    `what` is one sentence on what happened, `why` the reason as far as it is known, `fix` what to do next.
    The command line prints the three without a traceback and ends with `exit_code`.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, why: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix

    def __str__(self) -> str:
        lines = [self.what]
        if self.why:
            lines.append(f"  why: {self.why}")
        if self.fix:
            lines.append(f"  fix: {self.fix}")
        return "\n".join(lines)

    def as_json(self) -> dict[str, str]:
        """The error for `--json` output and for the bridge."""
        return {"error": type(self).__name__, "what": self.what, "why": self.why, "fix": self.fix}


class UsageError(CosmosError):
    """The command was typed in a way that can't be carried out (exit code 2)."""

    exit_code = 2


class BadInputError(CosmosError):
    """Something given to us can't be used: a file, a record, a setting, a pre-flight error (exit code 3)."""

    exit_code = 3


class BoxError(CosmosError):
    """The box could not be reached, refused us, or answered with something we can't read (exit code 4)."""

    exit_code = 4


class RunFailedError(CosmosError):
    """The run itself failed on the box, or its result is not what was asked for (exit code 5)."""

    exit_code = 5


class CancelledError(CosmosError):
    """The run was cancelled (exit code 6)."""

    exit_code = 6


class BridgeError(CosmosError):
    """The runtime process can't be started, ended unexpectedly or made a mistake of its own (exit code 1)."""


def from_system(error: OSError) -> BadInputError:
    """What the system refused, explained: what nobody could foresee, as a folder taken away."""
    where = f": {error.filename}" if error.filename else ""
    if error.errno in DISK_FULL:
        return BadInputError(
            f"The disk of this machine is full{where}.",
            why=f"{error.strerror}.",
            fix="Make room, then give the same command again: it goes on where it was.",
        )
    return BadInputError(
        f"A file or folder can't be used{where}.",
        why=error.strerror or str(error),
        fix="Check that it exists, that you may write there, and that the disk has room.",
    )
