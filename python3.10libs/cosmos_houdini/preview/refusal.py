"""How the engine ends where the model would: one message on stderr, in the model's own terms, and exit 1."""

from __future__ import annotations

from typing import ClassVar


class RefusalError(Exception):
    """The model would end here. `kind` is the exception that it would end with."""

    exit_code: ClassVar[int] = 1

    def __init__(self, kind: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.kind}: {self.message}"
        return f"{text}\n  ({self.hint})" if self.hint else text


def file_refusal(error: OSError, path: object) -> RefusalError:
    """The refusal for a file that the system won't give."""
    return RefusalError(type(error).__name__, f"[Errno {error.errno}] {error.strerror}: '{path}'")
