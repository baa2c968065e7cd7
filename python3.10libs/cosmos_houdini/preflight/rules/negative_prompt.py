"""The negative prompt is left out or says something: an empty one makes the model fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..problem import Problem, error
from ..shot import Shot

if TYPE_CHECKING:
    from ..mending import Mending

RULE = "negative_prompt"


def check(shot: Shot) -> list[Problem]:
    negative = shot.prompt.negative_prompt
    if negative is None or negative.strip():
        return []
    return [
        error(
            RULE,
            "The negative prompt is empty.",
            "The model fails on an empty one, after it was loaded; left out, its own negative prompt holds.",
            "Create the prompt spec without --negative-prompt, or with a text.",
            fixable=True,
        )
    ]


def fix(shot: Shot, mending: Mending) -> None:
    mending.clear_negative_prompt()
