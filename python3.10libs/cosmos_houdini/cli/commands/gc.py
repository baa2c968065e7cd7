"""`gc`: makes room on the box; first it lists what would go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

import click

from ...box.agent_client import Garbage
from ...errors import UsageError
from ...preflight.wording import counted
from ...workflow.boxes import open_box, own_box
from ..running import BOX_OPTION
from ..session import Session, session_options
from ..words import NUMBER

DAYS = 14.0  # long enough to come back from a holiday and fetch a result once more
LONGEST = 36500


@click.command("gc", epilog="Example: cosmos-houdini gc --older-than 30 --apply")
@click.option(
    "--older-than",
    "days",
    type=NUMBER,
    default=DAYS,
    show_default=True,
    metavar="DAYS",
    help="Only runs that ended, and files that nobody asked for, longer ago than this.",
)
@click.option("--apply", is_flag=True, help="Do it; without this nothing is touched.")
@BOX_OPTION
@session_options
def collect(session: Session, days: float, apply: bool, box_choice: Optional[str]) -> None:
    """List what may go from the box; with --apply it goes to the trash there.

    A run goes only when its result, or the news of its failure, has arrived here. What has lain in the trash
    for DAYS, at least one, is removed for good by the next gc.
    """
    if not 0 <= days <= LONGEST:
        raise UsageError(f"--older-than takes 0 to {LONGEST} days, and {days:g} is not among them.")
    name = own_box(session.config, box_choice)
    box = open_box(session.store, session.config, name)
    try:
        garbage = box.agent.gc(days, apply)
    finally:
        box.close()
    session.answer(
        {
            "box": name,
            "applied": garbage.applied,
            "older_than_days": days,
            "runs": [{"id": run_id, "bytes": size} for run_id, size in garbage.runs.items()],
            "files": len(garbage.blobs),
            "uploads": list(garbage.uploads),
            "bytes": garbage.bytes,
        },
        "\n".join(_lines(name, garbage, days)),
    )


def _lines(name: str, garbage: Garbage, days: float) -> Iterator[str]:
    if not (garbage.runs or garbage.blobs or garbage.uploads):
        yield f"{name}: nothing that is older than {days:g} days may go."
        return
    for run_id, size in garbage.runs.items():
        yield f"  {run_id}  {size / 1e6:.1f} MB"
    if garbage.blobs:
        size = sum(garbage.blobs.values())
        yield f"  {counted(len(garbage.blobs), 'file')} that no run refers to  {size / 1e6:.1f} MB"
    if garbage.uploads:
        yield f"  {counted(len(garbage.uploads), 'upload')} that nobody went on with"
    runs, megabytes = counted(len(garbage.runs), "run"), f"{garbage.bytes / 1e6:.1f} MB"
    if garbage.applied:
        yield f"{name}: {runs} went to the trash, at most {megabytes}; the next gc empties it after a day."
    else:
        yield f"{name}: {runs} may go, at most {megabytes}. Nothing was touched; to do it, add --apply."
