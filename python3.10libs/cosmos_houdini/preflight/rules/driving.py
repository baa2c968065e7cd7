"""hdmap and lidar belong to the driving model ("AV sample"), the other controls to the general one."""

from __future__ import annotations

from ...records.enums import Control
from ..problem import Problem, warning
from ..shot import Shot
from ..wording import listed

RULE = "driving"
DRIVING = (Control.HDMAP, Control.LIDAR)


def check(shot: Shot) -> list[Problem]:
    if shot.run.upscale_of is not None:
        return []
    live = shot.engine.live_controls(shot.prompt, shot.run)
    own = [control for control in live if control in DRIVING]
    others = [control for control in live if control not in DRIVING]
    if others and (own or shot.run.parameters.av_sample):
        return [
            warning(
                RULE,
                f"The driving model will run with {listed(others)}, which it was not trained for.",
                f"Only the driving model knows {listed(own)}."
                if own
                else "av_sample chooses the driving model, made for hdmap and lidar.",
                "Use hdmap and lidar alone, or the other controls without av_sample.",
            )
        ]
    return []
