"""What the Cosmos GPU Box scheduler is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from .gpu_box import GPU_BOX
from .values import Evaluate, Values


@dataclass(frozen=True)
class BoxSettings:
    """The parameters of Cosmos GPU Box, checked. None leaves a choice to the project's settings.

    `cancel_on_stop` None leaves it to each Cosmos Transfer. Seconds are real ones.
    """

    project: str
    box: Optional[str]
    max_items: int
    poll_seconds: float
    patience_seconds: Optional[float]
    cancel_on_stop: Optional[bool]

    @staticmethod
    def read(evaluate: Evaluate) -> BoxSettings:
        """BadInputError for a value that can't be used, in what/why/fix."""
        values = Values(GPU_BOX, evaluate)
        return BoxSettings(
            project=values.text("project"),
            box=values.optional_token("box"),
            max_items=values.whole("max_items"),
            poll_seconds=values.number("poll_seconds"),
            patience_seconds=values.number_if("use_patience_seconds", "patience_seconds"),
            cancel_on_stop={"node": None, "leave": False, "cancel": True}[values.token("onstop")],
        )
