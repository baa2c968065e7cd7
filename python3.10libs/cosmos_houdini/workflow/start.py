"""From a record to a run that the box carries out: checked, planned, submitted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Optional

from ..config import Config
from ..engines.cuda_devices import check_cuda_devices
from ..errors import BadInputError
from ..progress import Report
from ..records.run_spec import RunSpec
from ..records.store import Store
from .box import Box

if TYPE_CHECKING:
    from ..preflight.check import Report as Checked
    from ..preflight.problem import Problem
    from .plan import Plan


def start(
    store: Store,
    config: Config,
    run: RunSpec,
    box: Box,
    report: Report,
    *,
    num_gpus: Optional[int] = None,
    cuda_devices: Optional[str] = None,
    checked: Callable[[Checked], None],
    planned: Callable[[Plan], None],
) -> RunSpec:
    """Submits a run unless that was done before; returns how its record stands then.

    The box is asked what it has of the run while pre-flight is at work.
    `checked` is told what pre-flight found and `planned` what goes to the box, before anything is sent.
    BadInputError that names every error of pre-flight; nothing is sent then.
    """
    if run.execution_status.final or run.execution.submitted_at is not None:
        return run
    gpus = gpus_of(config, num_gpus, cuda_devices)
    files = {} if run.upscale_of is not None else store.prompt_of(run).files()
    box.ask_ahead(run.id, files.values())
    # Loaded only now: the box takes as long to answer.
    from ..preflight.check import check_run
    from .plan import plan
    from .submit import submit

    found = check_run(store, run, num_gpus=gpus)
    checked(found)
    refuse_errors(
        found.errors,
        fix=f"cosmos-houdini check {run.id} --fix mends what a machine can."
        if any(problem.fixable for problem in found.errors)
        else "Mend it as said above, then create the records again.",
    )
    order = plan(store, run, gpus)
    planned(order)
    submit(store, order, box, config, cuda_devices, report)
    return store.run(run.id)


def gpus_of(config: Config, num_gpus: Optional[int], cuda_devices: Optional[str]) -> int:
    """How many GPUs are asked for; BadInputError where the list of devices doesn't fit."""
    gpus = num_gpus or config.engine.num_gpus
    devices = cuda_devices or config.engine.cuda_devices
    if devices:
        check_cuda_devices(devices, gpus)
    return gpus


def refuse_errors(errors: Sequence[Problem], fix: str) -> None:
    """BadInputError that names everything that pre-flight found."""
    if errors:
        from ..preflight.problem import problems_text
        from ..preflight.wording import counted

        count = counted(len(errors), "error")
        raise BadInputError(f"Pre-flight found {count}; nothing was sent.\n{problems_text(errors)}", fix=fix)
