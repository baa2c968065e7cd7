"""A control of weight 0 does nothing; it isn't sent, and may as well leave the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...engines.weights import is_zero
from ...records.enums import Control
from ..problem import Problem, warning
from ..shot import Shot

if TYPE_CHECKING:
    from ..mending import Mending

RULE = "weight_zero"


def check(shot: Shot) -> list[Problem]:
    return [
        warning(
            RULE,
            f"{control} has the weight 0 and will not be sent.",
            "It would count nowhere, and its model would be loaded for nothing.",
            f"Leave it out, or give it a weight: --weight {control}=0.3.",
            fixable=True,
        )
        for control in _zeros(shot)
    ]


def fix(shot: Shot, mending: Mending) -> None:
    for control in _zeros(shot):
        mending.drop(control)


def _zeros(shot: Shot) -> list[Control]:
    zeros = [control for control, weight in shot.run.control_weights.items() if is_zero(weight)]
    # Where all are zero, taking them out would mend nothing: controls_present tells.
    return zeros if len(zeros) < len(shot.run.control_weights) else []
