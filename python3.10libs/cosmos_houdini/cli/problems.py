"""Pre-flight findings on a terminal: errors in red, warnings in yellow."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ..preflight import problem
from ..preflight.problem import Problem, Severity


def problems_text(problems: Sequence[Problem]) -> str:
    """All problems, errors first, each with why and fix."""
    return problem.problems_text(problems, _label)


def _label(severity: Severity) -> str:
    error = severity is Severity.ERROR
    return click.style(f"{severity:<7}", fg="red" if error else "yellow", bold=error)
