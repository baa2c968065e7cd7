"""One run on its way: checked, submitted, followed, and what its node wants of the result.

A flight never waits. It is a generator that yields what it needs next, an answer of the bridge or the end of
a run, and is woken with it; errors are raised inside it where it stands.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional, Union

from ...errors import BadInputError
from ..interface.values import chosen
from .transfer import TransferOrder


@dataclass(frozen=True)
class Ask:
    """A call of the bridge; the flight goes on with its result."""

    method: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Ended:
    """The end of a run; the flight goes on with its outputs, or the run's error is raised in it."""

    project: str
    run: str


@dataclass(frozen=True)
class Landed:
    """What a work item brings: the run that it came to be, and its files."""

    run: str
    video: str
    sheet: str
    frames: Optional[Mapping[str, Any]] = None


Way = Generator[Union[Ask, Ended], Any, Landed]


@dataclass
class Warnings:
    """What pre-flight had to say that is no error."""

    texts: list[str] = field(default_factory=list)


def way_of(order: TransferOrder, warnings: Warnings) -> Way:
    """From the run record to the files. Whatever was done before, by whomever, is not done again."""
    about = {"project": str(order.project), **({"settings": dict(order.settings)} if order.settings else {})}
    run = yield from _live(about, order.run)
    if order.check:
        checked = yield Ask("run.check", {**about, **chosen(run=run, num_gpus=order.num_gpus)})
        warnings.texts += _passed(checked["problems"])
    outputs = yield from _carried(order, about, run)
    if order.upscale_weight is not None:
        bigger = yield Ask("run.upscale", {**about, "run": run, "weight": order.upscale_weight})
        run = str(bigger["id"])
        outputs = yield from _carried(order, about, run)
    frames = None
    if order.frames_format is not None:
        frames = yield Ask("frames.extract", {**about, "run": run, "format": order.frames_format})
    return Landed(run, str(outputs["video"]), str(outputs["sheet"]), frames)


def _live(about: Mapping[str, Any], run: str) -> Generator[Union[Ask, Ended], Any, str]:
    """The run itself while something can come of it; a failed or cancelled one is taken up by a run like it.

    Asking again comes to the same new run, until that has failed, too.
    """
    record = (yield Ask("run.show", {**about, "run": run}))["record"]
    if record["execution_status"] not in ("FAILED", "CANCELLED"):
        return run
    like = {"prompt_spec_id": record["prompt_spec_id"], "name": record["name"], "like": record["id"]}
    fresh = yield Ask("run.create", {**about, **like})
    return str(fresh["id"])


def _carried(
    order: TransferOrder, about: Mapping[str, Any], run: str
) -> Generator[Union[Ask, Ended], Any, Mapping[str, Any]]:
    wishes = chosen(num_gpus=order.num_gpus, cuda_devices=order.cuda_devices, box=order.box)
    yield Ask("run.submit", {**about, "run": run, **wishes})
    yield Ask("run.follow", {**about, "runs": [run]})
    outputs: Mapping[str, Any] = yield Ended(str(about["project"]), run)
    return outputs


def _passed(problems: list[Mapping[str, Any]]) -> list[str]:
    """The warnings; BadInputError that tells every error."""
    errors = [problem for problem in problems if problem["severity"] == "error"]
    if not errors:
        return [str(problem["what"]) for problem in problems]
    first = errors[0]
    if len(errors) == 1:
        raise BadInputError(str(first["what"]), why=str(first["why"]), fix=str(first["fix"]))
    listed = [f"{number}. {problem['what']} {problem['fix']}" for number, problem in enumerate(errors, 1)]
    raise BadInputError(
        f"{len(errors)} things would go wrong on the box.",
        why="\n".join(["Found before anything was submitted:", *listed]),
        fix="Mend them as said above, then cook again.",
    )
