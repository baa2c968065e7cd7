"""Without an input video, the picture has to come from noise alone: sigma_max 80 or more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..problem import Problem, error
from ..shot import Shot

if TYPE_CHECKING:
    from ..mending import Mending

RULE = "full_noise"


def check(shot: Shot) -> list[Problem]:
    sigma_max, full = shot.run.parameters.sigma_max, shot.engine.full_noise
    if shot.input is not None or sigma_max is None or sigma_max >= full:
        return []
    return [
        error(
            RULE,
            f"There is no input video, and sigma_max is {sigma_max:g}.",
            f"Below {full:g}, sigma_max keeps a part of the input video. Left out, it is set to {full:g} "
            "where there is no input video.",
            f"Leave --sigma-max out, set it to {full:g}, or give an input video.",
            fixable=True,
        )
    ]


def fix(shot: Shot, mending: Mending) -> None:
    full = shot.engine.full_noise
    mending.set(f"sigma_max: set to {full:g}, since there is no input video.", sigma_max=full)
