"""The table of faults: the test that saw a row writes it, so the page can't say more than was seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
HEAD = """# What was broken on purpose, and what came of it

Written by `make test-faults` ({day}): every line below was seen by the test that wrote it, on the box of the
tests (OpenSSH, rsync, Docker, torchrun). A row that failed says so. For every row also holds, and is checked:
at most one container was ever made for the run's id, no record went back in its state, a success is a video
that decodes whole, and a run of somebody else on the same box was not touched.

| row | what was done | what came of it |
|---|---|---|
"""


@dataclass
class Row:
    """One line of the table while its test runs: what it did, and what it saw come of it."""

    number: str
    title: str
    steps: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    failed: bool = True  # until its test has passed

    def did(self, text: str) -> None:
        self.steps.append(text)

    def came(self, text: str) -> None:
        self.results.append(text)


def write_page(rows: list[Row], page: Path = PAGE) -> None:
    rows = sorted(rows, key=lambda row: (_order(row.number), row.title))
    page.write_text(HEAD.format(day=date.today().isoformat()) + "".join(map(_line, rows)), encoding="utf-8")


def _line(row: Row) -> str:
    what = ": ".join(filter(None, (row.title, "; ".join(row.steps))))
    came = "**FAILED**" if row.failed else "; ".join(row.results)
    return f"| {row.number} | {_cell(what)} | {_cell(came)} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _order(number: str) -> tuple[int, str]:
    digits = "".join(letter for letter in number if letter.isdigit())
    return int(digits or 0), number
