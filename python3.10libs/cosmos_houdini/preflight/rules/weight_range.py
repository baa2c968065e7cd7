"""Weights lie between 0 and 1, and together count for 1 at most."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ...engines.weights import normalised, without_zeros
from ...records.enums import Control
from ...records.run_spec import ControlWeight
from ..problem import Problem, error, warning
from ..shot import Shot
from ..wording import listed

RULE = "weight_range"
ROUNDING = 0.005  # 1/7 seven times, each rounded, is nothing to warn of


def check(shot: Shot) -> list[Problem]:
    weights = shot.run.control_weights
    problems = [_no_weight(place, value) for place, value in _places(weights) if not _is_weight(value)]
    if problems:
        return problems
    sent = without_zeros(weights)
    if any(weight.mask_path is not None for weight in sent.values()):
        return _with_masks(sent)
    return _plain({control: weight.value for control, weight in weights.items() if control in sent})


def _plain(weights: Mapping[Control, float]) -> list[Problem]:
    """Numbers alone are scaled before they are sent."""
    total = math.fsum(weights.values())
    if total <= 1 + ROUNDING:
        return []
    given = " + ".join(f"{value:g}" for value in weights.values())
    sent = listed(f"{control} {value:g}" for control, value in normalised(weights).items())
    if len(weights) == 1:
        what = f"The weight of {next(iter(weights))} is {given}, and is sent as {sent.split()[-1]}."
    else:
        what = f"The weights add up to {total:g} ({given}), and are sent as {sent}."
    return [
        warning(
            RULE,
            what,
            "The model scales weights down to 1 together; only their ratio is left.",
            "Nothing to do, if the ratio is what you want; else give weights that add up to 1 at most.",
        )
    ]


def _with_masks(weights: Mapping[Control, ControlWeight]) -> list[Problem]:
    """With a mask among them all go out as they are: the model scales them at each pixel."""
    above = [f"{place} {value:g}" for place, value in _places(weights) if value > 1]
    if not above:
        return []
    return [
        warning(
            RULE,
            f"Above 1 {'is the weight' if len(above) == 1 else 'are the weights'} of {listed(above)}.",
            "The model scales the weights at each pixel down to 1 together, so the other controls count less "
            "there.",
            "Nothing to do, if the ratio is what you want; else give weights of 1 or less.",
        )
    ]


def _places(weights: Mapping[Control, ControlWeight]) -> list[tuple[str, float]]:
    """What each number is called, and the number."""
    places = []
    for control, weight in weights.items():
        if weight.mask_path is None:
            places.append((str(control), weight.value))
        else:
            places += [(f"{control} inside", weight.value), (f"{control} outside", weight.outside)]
    return places


def _is_weight(value: float) -> bool:
    return math.isfinite(value) and value >= 0


def _no_weight(place: str, value: float) -> Problem:
    return error(
        RULE,
        f"The weight of {place} is {value:g}.",
        "A weight is a number from 0 (ignored) to 1 (followed closely).",
        f"Give another: create-run PROMPT_SPEC --weight {place.partition(' ')[0]}=0.5.",
    )
