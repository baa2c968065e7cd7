"""What Cosmos Load is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ...errors import BadInputError
from .load import LOAD
from .values import Evaluate, Values


@dataclass(frozen=True)
class LoadSettings:
    """The parameters of Cosmos Load, checked.

    `run` None means the runs of the upstream items; else a run id, the beginning of one, or `last`. `copnet`
    None means a network of its own; `cop_type` is then `auto`, `copernicus` or `cop2`. `comparison` is
    `wipe`, `sheet`, or None.
    """

    project: str
    run: Optional[str]
    result: bool
    beauty: bool
    controls: bool
    frames_format: str
    comparison: Optional[str]
    copnet: Optional[str]
    cop_type: str

    @staticmethod
    def read(evaluate: Evaluate) -> LoadSettings:
        """BadInputError for a value that can't be used, in what/why/fix."""
        values = Values(LOAD, evaluate)
        comparison = values.token("comparison")
        settings = LoadSettings(
            project=values.text("project"),
            run=values.text("run") if values.token("runsource") == "run" else None,
            result=values.flag("load_result"),
            beauty=values.flag("load_beauty"),
            controls=values.flag("load_controls"),
            frames_format=values.token("frames_format"),
            comparison=None if comparison == "none" else comparison,
            copnet=values.optional_text("copnet"),
            cop_type=values.token("coptype"),
        )
        settings._check()
        return settings

    def _check(self) -> None:
        if self.run == "":
            raise BadInputError(
                "Run of Cosmos Load is empty.",
                why="'Runs' says that one run is loaded.",
                fix="Name a run, press Choose..., or write last for the newest.",
            )
        if not (self.result or self.beauty or self.controls):
            raise BadInputError(
                "Cosmos Load is to load nothing: everything that it could load is off.",
                fix="Switch on Load Result.",
            )
