"""`box.status` and `box.doctor`."""

from __future__ import annotations

import dataclasses
from typing import Any

from ...box.answer import BoxRefusalError
from ...errors import BoxError
from ...workflow.boxes import own_box
from ...workflow.doctor import examine
from ...workflow.look import look
from ..call import Call
from ..parameters import Parameters
from ..project import project_of
from ..service import Service


def status(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """The machine and its runs; without `verbose` only those at work or waiting to be fetched.

    A box out of reach has failed at nothing: `reachable` is false then, and `error` says why.
    """
    choice, verbose = asked.optional_text("box"), asked.flag("verbose")
    project = project_of(asked)
    asked.finish()
    name = own_box(project.config, choice)
    try:
        seen = look(service.box(project, name))
    except BoxRefusalError:
        raise
    except BoxError as error:
        return {"box": name, "reachable": False, "error": error.as_json()}
    if not verbose:
        seen = dataclasses.replace(seen, runs={run.run_id: run for run in seen.active})
    return {"box": name, "reachable": True, **seen.as_json()}


def doctor(service: Service, call: Call, asked: Parameters) -> dict[str, Any]:
    """Everything that a run stands on, tried one after the other; each finding is told as it comes, too."""
    choice = asked.optional_text("box")
    project = project_of(asked)
    asked.finish()
    name = own_box(project.config, choice)
    findings = []
    for finding in examine(project.store, project.config, name):
        findings.append(finding)
        service.log(project, "info" if finding.ok else "error", f"{finding.name}: {finding.seen}")
    ok = all(finding.ok for finding in findings)
    return {"box": name, "ok": ok, "findings": [finding.as_json() for finding in findings]}
