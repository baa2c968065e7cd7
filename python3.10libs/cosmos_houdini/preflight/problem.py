"""What pre-flight says: one problem, in the words of an artist."""

from __future__ import annotations

from dataclasses import dataclass

from ..records.enums import Word


class Severity(Word):
    """An error stops a run before it is sent; a warning lets it go."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """What is wrong, why that matters, what to do; `fixable` where `fix_run` does it."""

    rule: str
    severity: Severity
    what: str
    why: str
    fix: str
    fixable: bool = False


def error(rule: str, what: str, why: str, fix: str, fixable: bool = False) -> Problem:
    return Problem(rule, Severity.ERROR, what, why, fix, fixable)


def warning(rule: str, what: str, why: str, fix: str, fixable: bool = False) -> Problem:
    return Problem(rule, Severity.WARNING, what, why, fix, fixable)
