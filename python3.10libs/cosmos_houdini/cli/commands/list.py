"""`list`: the runs of the project, or its prompt specs, newest first."""

from __future__ import annotations

import unicodedata
from typing import Any, Optional

import click

from ...records.enums import Status
from ..session import Session, session_options

NEWEST = 30
COLOURS = {
    Status.SUCCESS: "green",
    Status.FAILED: "red",
    Status.RUNNING: "cyan",
    Status.CANCELLED: "yellow",
}


@click.command("list", epilog="Example: cosmos-houdini list --all --json")
@click.option("--specs", is_flag=True, help="Prompt specs instead of runs.")
@click.option("--all", "everything", is_flag=True, help=f"All of them, not only the newest {NEWEST}.")
@session_options
def list_runs(session: Session, specs: bool, everything: bool) -> None:
    """List the runs of the project, newest first."""
    limit = None if everything else NEWEST + 1
    rows = _specs(session, limit) if specs else _runs(session, limit)
    more = not everything and len(rows) > NEWEST
    rows = rows if everything else rows[:NEWEST]
    lines = [line for line, _ in rows]
    if not rows:
        begin = "create-spec --help" if specs or not session.store.prompt_summaries(1) else "create-run last"
        lines.append(f"None in {session.project} yet. Begin with: cosmos-houdini {begin}")
    if more:
        lines.append("… and older ones: --all lists everything.")
    session.answer([value for _, value in rows], "\n".join(lines))


def _runs(session: Session, limit: Optional[int]) -> list[tuple[str, dict[str, Any]]]:
    """Line and JSON of each run."""
    rows = []
    for run in session.store.runs(limit):
        colour = next((name for status, name in COLOURS.items() if status == run.status), None)
        status = click.style(f"{run.status:<9}", fg=colour)
        engine = f"{_short(run.engine, 11):<11}"
        line = f"{_short(run.id, 40)}  {status}  {engine}  {_when(run.created_at)}  {_short(run.name, 40)}"
        rows.append((line, run.as_json()))
    return rows


def _specs(session: Session, limit: Optional[int]) -> list[tuple[str, dict[str, Any]]]:
    """Line and JSON of each prompt spec."""
    rows = []
    for spec in session.store.prompt_summaries(limit):
        controls = _short(",".join(spec.controls), 60)
        line = (
            f"{_short(spec.id, 40)}  {_when(spec.created_at)}  {_short(spec.name, 24):<24}  {controls:<20}  "
        )
        value = {
            "id": spec.id,
            "name": spec.name,
            "prompt": spec.prompt,
            "controls": list(spec.controls),
            "created_at": spec.created_at,
            "file": str(spec.file),
        }
        rows.append((line + _short(spec.prompt, 50), value))
    return rows


def _when(created_at: str) -> str:
    return _short(created_at[:16].replace("T", " "), 16)


def _short(text: str, length: int) -> str:
    """One line of at most `length` characters, none of which commands the terminal."""
    line = "".join(
        char if unicodedata.category(char) != "Cc" else "\ufffd" for char in " ".join(text.split())
    )
    return line if len(line) <= length else line[: length - 1] + "…"
