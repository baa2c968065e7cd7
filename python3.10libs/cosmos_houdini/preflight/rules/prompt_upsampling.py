"""The prompt upsampler looks at a control video, so it needs one that it knows."""

from __future__ import annotations

from ...records.enums import Control
from ..problem import Problem, error, warning
from ..shot import Shot

RULE = "prompt_upsampling"


def check(shot: Shot) -> list[Problem]:
    if not shot.run.parameters.upsample_prompt or shot.run.upscale_of is not None:
        return []
    live = shot.engine.live_controls(shot.prompt, shot.run)
    if Control.VIS in live or Control.EDGE in live:
        return []
    looked_at = next((control for control in live if control in (Control.SEG, Control.DEPTH)), None)
    if looked_at is None:
        return [
            warning(
                RULE,
                "The prompt won't be enriched: the upsampler knows vis, edge, seg and depth only.",
                "It looks at two frames of one of these controls.",
                "Leave --upsample-prompt out, or add one of these controls.",
            )
        ]
    if looked_at in shot.computed:
        return [
            error(
                RULE,
                f"The prompt can't be enriched: the upsampler needs a {looked_at} video, and there is none.",
                f"It reads the video before the model has computed {looked_at}.",
                f"Give the video: --control-inputs {looked_at}:VIDEO, or leave --upsample-prompt out.",
            )
        ]
    return []
