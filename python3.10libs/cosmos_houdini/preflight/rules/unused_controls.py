"""A control of the prompt spec without a weight isn't sent."""

from __future__ import annotations

from ..problem import Problem, warning
from ..shot import Shot
from ..wording import capital, listed

RULE = "unused_controls"


def check(shot: Shot) -> list[Problem]:
    if shot.run.upscale_of is not None or not shot.run.control_weights:
        return []  # without any weight controls_present tells
    unused = [control for control in shot.prompt.control_inputs if control not in shot.run.control_weights]
    if not unused:
        return []
    verbs = "is in the prompt spec, but has" if len(unused) == 1 else "are in the prompt spec, but have"
    return [
        warning(
            RULE,
            f"{capital(listed(unused))} {verbs} no weight in this run and will not be sent.",
            "A control counts by its weight.",
            f"Nothing to do, if that is meant; else add --weight {unused[0]}=0.3.",
        )
    ]
