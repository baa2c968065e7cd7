"""Pre-flight: everything that would go wrong on the box, all at once, before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional, Protocol

from ..progress import Report as ProgressReport
from ..progress import silent
from ..records.run_spec import RunSpec
from ..records.store import Store
from .problem import Problem, Severity
from .rules import ALL
from .shot import Shot

if TYPE_CHECKING:
    from .mending import Mended


@dataclass(frozen=True)
class Report:
    """What the rules found, errors first; `shot` is what they looked at."""

    problems: tuple[Problem, ...]
    shot: Shot

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity is Severity.WARNING)


class Rule(Protocol):
    """What a module in `rules` offers; one that a machine can mend has a `fix(shot, mending)` too."""

    def check(self, shot: Shot) -> list[Problem]: ...


def check_shot(shot: Shot) -> Report:
    """Asks every rule."""
    shot.begin_hashing()
    found = [problem for rule in ALL for problem in rule.check(shot)]
    shot.remember()
    found.sort(key=lambda problem: problem.severity is not Severity.ERROR)  # stable: else in the rules' order
    return Report(tuple(found), shot)


def check_run(store: Store, run: RunSpec, *, num_gpus: int = 1) -> Report:
    """Checks a run as it would be sent; BadInputError only where its records can't be read."""
    return check_shot(Shot.load(store, run, num_gpus))


def fix_run(
    store: Store, run: RunSpec, *, num_gpus: int = 1, report: Optional[ProgressReport] = None
) -> Mended:
    """Mends what a machine can, into new videos beside the old ones and new records; returns those.

    Where there is nothing to mend, the run comes back as it was. Check the new run again: some problems
    only a person can solve.
    """
    from .mending import Mending  # loads the picture libraries

    shot = Shot.load(store, run, num_gpus)
    mending = Mending(shot)
    for rule in ALL:
        if any(problem.fixable for problem in rule.check(shot)):
            rule.fix(shot, mending)
    return mending.carry_out(report or silent)
