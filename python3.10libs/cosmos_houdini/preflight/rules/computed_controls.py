"""A control without a video is computed by the model, from the input video, where it can be."""

from __future__ import annotations

from ...records.enums import BlurStrength, CannyThreshold, Control
from ..problem import Problem, error, warning
from ..shot import Shot

RULE = "computed_controls"


def check(shot: Shot) -> list[Problem]:
    problems = []
    for control in shot.computed:
        if control in (Control.HDMAP, Control.LIDAR):
            problems.append(_no_video(control, f"No model computes {control}."))
        elif shot.input is None:
            problems.append(
                _no_video(control, "The model computes a control from the input video, and there is none.")
            )
        elif control is Control.EDGE:
            problems.append(_random_edges())
    return problems + _presets(shot)


def _no_video(control: Control, why: str) -> Problem:
    return error(
        RULE,
        f"The {control} control has no video.",
        why,
        f"Give one: --control-inputs {control}:VIDEO.",
    )


def _random_edges() -> Problem:
    return warning(
        RULE,
        "The edge control has no video: the model will find the edges itself, with random thresholds.",
        "It draws the thresholds by the seed and ignores canny_threshold, so each seed sees other edges.",
        "Encode the edges here: cosmos-houdini passes encode FRAMES.",
    )


def _presets(shot: Shot) -> list[Problem]:
    chosen = shot.run.parameters
    none = []
    if Control.VIS in shot.computed and chosen.blur_strength is BlurStrength.NONE:
        none.append("blur_strength")
    if Control.EDGE in shot.computed and chosen.canny_threshold is CannyThreshold.NONE:
        none.append("canny_threshold")
    return [
        error(
            RULE,
            f"{preset} is 'none', which the model doesn't know for a control that it computes.",
            "Its presets begin at very_low.",
            f"Choose --{preset.replace('_', '-')} very_low.",
        )
        for preset in none
    ]
