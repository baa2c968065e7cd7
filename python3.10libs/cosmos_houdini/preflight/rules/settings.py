"""Numbers that the model can work with; it checks none of them before it is loaded."""

from __future__ import annotations

import math

from ...engines.transfer1_sizes import MAX_FPS, MAX_SEED
from ..problem import Problem, error, warning
from ..shot import Shot

RULE = "settings"


def check(shot: Shot) -> list[Problem]:
    chosen = shot.run.parameters
    problems = []
    if chosen.seed is not None and not 0 <= chosen.seed <= MAX_SEED:
        problems.append(_out_of_range("seed", chosen.seed, f"0 to {MAX_SEED}"))
    if chosen.num_steps is not None and chosen.num_steps < 1:
        problems.append(
            _out_of_range("num_steps", chosen.num_steps, f"1 or more, usually {shot.engine.default_steps}")
        )
    if chosen.guidance is not None and not 0 <= chosen.guidance < math.inf:
        problems.append(_out_of_range("guidance", chosen.guidance, "0 or more, usually 3 to 7"))
    if chosen.fps is not None and not 1 <= chosen.fps <= MAX_FPS:
        problems.append(
            _out_of_range("fps", chosen.fps, f"1 to {MAX_FPS}, usually {shot.engine.default_fps}")
        )
    if chosen.sigma_max is not None and not 0 < chosen.sigma_max < math.inf:
        problems.append(_out_of_range("sigma_max", chosen.sigma_max, "above 0, usually 70 to 80"))
    elif chosen.sigma_max is not None and chosen.sigma_max > shot.engine.full_noise:
        problems.append(
            warning(
                RULE,
                f"sigma_max is {chosen.sigma_max:g}.",
                f"From {shot.engine.full_noise:g} on nothing of the input video is left; the model was made "
                "for values up to there.",
                f"Use {shot.engine.full_noise:g} at most.",
            )
        )
    return problems


def _out_of_range(name: str, value: float, allowed: str) -> Problem:
    return error(
        RULE,
        f"{name} is {value:g}.",
        f"It has to be {allowed}.",
        f"Create the run with another --{name.replace('_', '-')}.",
    )
