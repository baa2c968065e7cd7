"""Presets shape a control that the engine computes; a given video is used as it is."""

from __future__ import annotations

from ...records.enums import Control
from ..problem import Problem, warning
from ..shot import Shot

RULE = "presets_unused"


def check(shot: Shot) -> list[Problem]:
    chosen = shot.run.parameters
    presets = (
        ("blur_strength", chosen.blur_strength, Control.VIS),
        ("canny_threshold", chosen.canny_threshold, Control.EDGE),
    )
    return [
        warning(
            RULE,
            f"{name} is '{preset}' and has no effect: the {control} control is given as a video.",
            f"It shapes only the {control} control that the engine computes from the input video.",
            "Encode the video with it: cosmos-houdini passes encode FRAMES "
            f"--{name.replace('_', '-')} {preset}.",
        )
        for name, preset, control in presets
        if preset is not None and shot.control(control) is not None
    ]
