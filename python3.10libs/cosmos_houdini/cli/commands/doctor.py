"""`doctor`: what keeps runs from going, and what to do about it."""

from __future__ import annotations

from typing import Optional

import click

from ...errors import BoxError
from ...workflow.boxes import own_box
from ...workflow.doctor import Finding, examine
from ..out import emit_json
from ..running import BOX_OPTION
from ..session import Session, session_options


@click.command(epilog="Example: cosmos-houdini doctor")
@BOX_OPTION
@session_options
def doctor(session: Session, box_choice: Optional[str]) -> None:
    """Try everything that a run stands on, from the connection to a container, and say what to mend."""
    name = own_box(session.config, box_choice)
    findings: list[Finding] = []
    session.say(f"box {name}")
    for finding in examine(session.store, session.config, name):
        findings.append(finding)
        session.say(_line(finding))
    ok = all(finding.ok for finding in findings)
    if session.json:
        told = [finding.as_json() for finding in findings]
        emit_json({"box": name, "ok": ok, "findings": told}, indent=True)
    if not ok:
        raise click.exceptions.Exit(BoxError.exit_code)


def _line(finding: Finding) -> str:
    mark = click.style("ok  ", fg="green") if finding.ok else click.style("FAIL", fg="red", bold=True)
    fix = "" if finding.ok else f"\n        fix: {finding.fix}"
    return f"  {mark}  {finding.name}: {finding.seen}{fix}"
