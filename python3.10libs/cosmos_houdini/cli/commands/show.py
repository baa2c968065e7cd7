"""`show`: one record whole."""

from __future__ import annotations

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
    if reference.startswith("ps_") or "_ps_" in reference:
        return session.store.prompt(reference)
    if reference.startswith("rs_") or "_rs_" in reference or reference == "last":
        return session.store.run(reference)
    try:
        return session.store.run(reference)
    except UsageError:
        return session.store.prompt(reference)
