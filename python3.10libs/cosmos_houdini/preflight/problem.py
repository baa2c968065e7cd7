"""What pre-flight says: one problem, in the words of an artist."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

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

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "severity": str(self.severity.value),
            "what": self.what,
            "why": self.why,
            "fix": self.fix,
            "fixable": self.fixable,
        }


def problems_text(problems: Sequence[Problem], label: Callable[[Severity], str] = "{:<7}".format) -> str:
    """All problems in their order, each with why and fix, as a person reads them."""
    lines = []
    for problem in problems:
        lines.append(f"{label(problem.severity)}  {problem.what}")
        if problem.why:
            lines.append(f"         why: {problem.why}")
        if problem.fix:
            lines.append(f"         fix: {problem.fix}" + ("  (--fix does it)" if problem.fixable else ""))
    return "\n".join(lines)


def error(rule: str, what: str, why: str, fix: str, fixable: bool = False) -> Problem:
    return Problem(rule, Severity.ERROR, what, why, fix, fixable)


def warning(rule: str, what: str, why: str, fix: str, fixable: bool = False) -> Problem:
    return Problem(rule, Severity.WARNING, what, why, fix, fixable)
