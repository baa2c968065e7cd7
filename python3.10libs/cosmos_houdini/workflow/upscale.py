"""The run that brings another run's result to 4K."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Optional

from .. import authoring
from ..errors import BadInputError
from ..preflight.check import check_run
from ..progress import Report
from ..records.enums import Status
from ..records.run_spec import RunSpec
from ..records.store import Store
from .box import Box
from .deliver import refetch
from .known import new_records
from .start import refuse_errors


def upscaled(
    store: Store,
    source: RunSpec,
    weight: float,
    num_gpus: int,
    box_of: Callable[[RunSpec], AbstractContextManager[Box]],
    report: Report,
) -> tuple[RunSpec, bool]:
    """The record of the run that brings the result of `source` to 4K, and whether it was there before."""
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
    if not store.paths.output(source.id).video.is_file():
        with box_of(source) as box:
            refetch(store, source, box, report)
    run = authoring.upscaling_run(source, weight)
    known = _known(store, run)
    if known is not None:
        return known, True
    found = check_run(store, run, num_gpus=num_gpus)
    refuse_errors(found.errors, fix="Mend it as said above, then try again.")
    # Only now: what can't run leaves no record behind. And of two who ask at once, one makes it.
    with new_records(store):
        known = _known(store, run)
        return (known, True) if known is not None else (store.add_run(run)[0], False)


def _known(store: Store, wanted: RunSpec) -> Optional[RunSpec]:
    """The same order given before, unless it came to nothing: a GPU is not paid for twice."""
    for row in store.runs():
        if row.name == wanted.name and row.status not in ("FAILED", "CANCELLED"):
            run = store.run(row.id)
            if (run.upscale_of, run.control_weights) == (wanted.upscale_of, wanted.control_weights):
                return run
    return None
