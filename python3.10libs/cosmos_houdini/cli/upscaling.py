"""The run that brings another run's result to 4K."""

from __future__ import annotations

from typing import Optional

from .. import authoring
from ..errors import BadInputError
from ..preflight.check import check_run
from ..records.enums import Status
from ..records.run_spec import RunSpec
from ..workflow.deliver import refetch
from .checking import refuse_errors
from .running import box_of
from .session import Session


def upscaled(session: Session, source: RunSpec, weight: float, num_gpus: int) -> RunSpec:
    """The record of the run that brings the result of `source` to 4K; asked for again it is the same one."""
    if source.execution_status is not Status.SUCCESS:
        raise BadInputError(
            f"The run {source.id} has no result to upscale: it is {source.execution_status}.",
            fix=f"Make one like it: cosmos-houdini create-run {source.prompt_spec_id} --like {source.id}."
            if source.execution_status.final
            else f"Bring it to an end first: cosmos-houdini run {source.id}.",
        )
    if source.upscale_of is not None:
        raise BadInputError(
            f"{source.id} is an upscaled run already.", fix=f"Its source is {source.upscale_of}."
        )
    if not session.store.paths.output(source.id).video.is_file():
        with box_of(session, source) as box, session.progress() as report:
            refetch(session.store, source, box, report)
    run = authoring.upscaling_run(source, weight)
    known = _known(session, run)
    if known is not None:
        session.say(f"{known.id} upscales {source.id} already.")
        return known
    found = check_run(session.store, run, num_gpus=num_gpus)
    refuse_errors(found.errors, fix="Mend it as said above, then type the command again.")
    run, _ = session.store.add_run(run)  # only now: what can't run leaves no record behind
    session.say(f"{run.id} upscales {source.id}.")
    return run


def _known(session: Session, wanted: RunSpec) -> Optional[RunSpec]:
    """The same order given before, unless it came to nothing: a GPU is not paid for twice."""
    for row in session.store.runs():
        if row.name == wanted.name and row.status not in ("FAILED", "CANCELLED"):
            run = session.store.run(row.id)
            if (run.upscale_of, run.control_weights) == (wanted.upscale_of, wanted.control_weights):
                return run
    return None
