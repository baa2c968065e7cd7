"""The errors that reach a person: each says what happened, why, and what to do about it.

Standard library and Python 3.9 syntax only: Houdini shows the same words.
"""

from __future__ import annotations

from typing import ClassVar


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
