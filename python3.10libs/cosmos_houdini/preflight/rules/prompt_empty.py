"""The prompt says something: the model's guardrail takes an empty one for unsafe and ends the run."""

from __future__ import annotations

from ..problem import Problem, error
from ..shot import Shot

RULE = "prompt_empty"


def check(shot: Shot) -> list[Problem]:
    if shot.prompt.prompt.strip():
        return []
    return [
        error(
            RULE,
            "The prompt is empty.",
            "The model's guardrail takes an empty prompt for unsafe and ends the run.",
            "Describe what the shot should look like: create-spec NAME PROMPT.",
        )
    ]
