"""A run needs at least one control with a weight above zero."""

from __future__ import annotations

from ..problem import Problem, error
from ..shot import Shot

RULE = "controls_present"


def check(shot: Shot) -> list[Problem]:
    if shot.run.upscale_of is not None or shot.engine.live_controls(shot.prompt, shot.run):
        return []
    if not shot.prompt.control_inputs:
        return [
            error(
                RULE,
                "The prompt spec has no control.",
                f"{shot.engine.title} follows control videos; without one it has nothing to follow.",
                "Create the prompt spec with --controls FOLDER or --control-inputs depth:VIDEO.",
            )
        ]
    return [
        error(
            RULE,
            "Every control has the weight 0, or none.",
            "A control counts by its weight, so nothing would be followed.",
            "Give at least one weight above 0: create-run PROMPT_SPEC --weight depth=0.5.",
        )
    ]
