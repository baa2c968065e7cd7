"""`show`: one record whole."""

from __future__ import annotations

from pathlib import Path
from typing import Union

import click

from ...errors import UsageError
from ...records.prompt_spec import PromptSpec
from ...records.run_spec import RunSpec
from ..out import json_text
from ..session import Session, session_options


@click.command(epilog="Example: cosmos-houdini show last")
@click.argument("record")
@session_options
def show(session: Session, record: str) -> None:
    """Show one run or prompt spec: RECORD is a file, an id, a unique prefix of one, or `last` (run)."""
    value = _find(session, record).as_json()
    session.answer(value, json_text(value, indent=True))


def _find(session: Session, reference: str) -> Union[PromptSpec, RunSpec]:
    name = Path(reference).name
    if name.startswith("ps_") or "_ps_" in name:
        return session.store.prompt(reference)
    if name.startswith("rs_") or "_rs_" in name or name == "last" or not _may_be_digits(reference):
        return session.store.run(reference)
    return _of_digits(session, reference)


def _may_be_digits(reference: str) -> bool:
    """Whether this may be the begin of an id without `rs_` or `ps_`, rather than a file."""
    return bool(reference.strip()) and not reference.endswith(".json") and len(Path(reference).parts) == 1


def _of_digits(session: Session, digits: str) -> Union[PromptSpec, RunSpec]:
    """The only record whose id begins so, of either kind."""
    ids = session.store.ids_like(digits)
    if not ids:
        raise UsageError(
            f"No run and no prompt spec is called '{digits}'.",
            why=f"Looked in {session.project}.",
            fix="cosmos-houdini list, and list --specs, show what is there.",
        )
    if len(ids) > 1:
        shown = ", ".join(ids[:5]) + (" …" if len(ids) > 5 else "")
        raise UsageError(
            f"'{digits}' names {len(ids)} records: {shown}.", fix="Type more of the id, rs_ or ps_ too."
        )
    return session.store.prompt(ids[0]) if ids[0].startswith("ps_") else session.store.run(ids[0])
