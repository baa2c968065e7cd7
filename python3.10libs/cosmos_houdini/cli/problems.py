"""Pre-flight findings as a person reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ..preflight.problem import Problem, Severity


def problems_text(problems: Sequence[Problem]) -> str:
    """All problems, errors first, each with why and fix."""
    lines = []
    for problem in problems:
        error = problem.severity is Severity.ERROR
        label = click.style("error  " if error else "warning", fg="red" if error else "yellow", bold=error)
        lines.append(f"{label}  {problem.what}")
        if problem.why:
            lines.append(f"         why: {problem.why}")
        if problem.fix:
            lines.append(f"         fix: {problem.fix}" + ("  (--fix does it)" if problem.fixable else ""))
    return "\n".join(lines)


def problems_json(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    return [
        {
            "rule": problem.rule,
            "severity": str(problem.severity.value),
            "what": problem.what,
            "why": problem.why,
            "fix": problem.fix,
            "fixable": problem.fixable,
        }
        for problem in problems
    ]
