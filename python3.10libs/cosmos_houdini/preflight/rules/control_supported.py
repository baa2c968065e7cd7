"""Every weight belongs to a control that the engine takes and that the prompt spec has."""

from __future__ import annotations

from ...records.enums import Control
from ...records.strict import nearest
from ..problem import Problem, error
from ..shot import Shot
from ..wording import listed

RULE = "control_supported"


def check(shot: Shot) -> list[Problem]:
    run, engine = shot.run, shot.engine
    if run.upscale_of is not None:
        extra: list[Control] = [control for control in run.control_weights if control is not Control.UPSCALE]
        return [_with_upscale(extra)] if extra else []
    problems = []
    for control, weight in run.control_weights.items():
        if control is Control.UPSCALE:
            problems.append(_not_here())
        elif control not in engine.controls:
            problems.append(_unsupported(shot, control))
        elif control not in shot.prompt.control_inputs and (weight.value or weight.outside):
            problems.append(_without_input(shot, control))
    return problems


def _with_upscale(extra: list[Control]) -> Problem:
    return error(
        RULE,
        f"An upscaling run has weights for {listed(extra)}.",
        "Upscaling works on a result alone, with no other control.",
        "Create it with: cosmos-houdini upscale RUN.",
    )


def _not_here() -> Problem:
    return error(
        RULE,
        "The run has a weight for upscale, but upscales no result.",
        "Bringing a result to 4K is a run of its own.",
        "Run this one without it, then: cosmos-houdini upscale RUN.",
    )


def _unsupported(shot: Shot, control: Control) -> Problem:
    known = [str(it) for it in Control if it in shot.engine.controls and it is not Control.UPSCALE]
    return error(
        RULE,
        f"{shot.engine.title} takes no {control} control.",
        f"It takes {listed(known)}.",
        f"Leave {control} out, or choose another engine.",
    )


def _without_input(shot: Shot, control: Control) -> Problem:
    known = [str(it) for it in shot.prompt.control_inputs]
    meant = nearest(str(control), known)
    return error(
        RULE,
        f"The run has a weight for {control}, but the prompt spec has no {control} control.",
        f"It has {listed(known)}." if known else "It has no control at all.",
        f"Did you mean {meant}? Else add " + f"--control-inputs {control}:VIDEO to the prompt spec."
        if meant
        else f"Leave the weight out, or add --control-inputs {control}:VIDEO to the prompt spec.",
    )
