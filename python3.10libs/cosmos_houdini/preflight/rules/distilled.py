"""The distilled model takes exactly one control, edge, at its full weight, and nothing that steers steps."""

from __future__ import annotations

from ...records.enums import Control
from ..problem import Problem, error, warning
from ..shot import Shot
from ..wording import counted, listed

RULE = "distilled"
LEAST_WEIGHT = 0.8  # recommended is 1.0 (source: transfer1 inference_cosmos_transfer1_7b.md)


def check(shot: Shot) -> list[Problem]:
    chosen = shot.run.parameters
    if not chosen.distilled or shot.run.upscale_of is not None:
        return []
    problems = []
    live = shot.engine.live_controls(shot.prompt, shot.run)
    if live and live != (Control.EDGE,):
        problems.append(
            error(
                RULE,
                f"The distilled model takes the edge control alone; this run has {listed(live)}.",
                "It was trained for edges only, and takes one control.",
                "Give edge the weight 1 and leave the others out, or leave --distilled out.",
            )
        )
    if chosen.av_sample:
        problems.append(
            error(
                RULE,
                "distilled and av_sample exclude each other.",
                "There is no distilled driving model.",
                "Leave one of the two out.",
            )
        )
    ignored = _ignored(shot)
    if ignored:
        problems.append(
            warning(
                RULE,
                f"{listed(ignored)} will have no effect: the distilled model takes one step.",
                "It has no guidance, no negative prompt and no regions.",
                "Leave them out, or leave --distilled out.",
            )
        )
    if live == (Control.EDGE,):
        problems += _weak(shot)
    return problems


def _weak(shot: Shot) -> list[Problem]:
    weight = shot.run.control_weights[Control.EDGE].value
    if not 0 < weight < LEAST_WEIGHT:  # one above 1 is sent as 1
        return []
    return [
        warning(
            RULE,
            f"The weight of edge is {weight:g}; the distilled model is made for 1.",
            "It takes a single step, and its makers recommend the control_weight 1.0.",
            "Create the run with --weight edge=1.",
        )
    ]


def _ignored(shot: Shot) -> list[str]:
    chosen = shot.run.parameters
    ignored = [name for name in ("num_steps", "guidance") if getattr(chosen, name) is not None]
    # Without an input video, sigma_max has to be named all the same.
    if chosen.sigma_max is not None and shot.input is not None:
        ignored.append("sigma_max")
    if shot.prompt.negative_prompt:
        ignored.append("the negative prompt")
    if shot.prompt.regional_prompts:
        ignored.append(counted(len(shot.prompt.regional_prompts), "regional prompt"))
    return ignored
