"""All videos have the same rate: frames are paired by number, never by time."""

from __future__ import annotations

from ..problem import Problem, warning
from ..shot import Shot
from ..wording import listed

RULE = "fps_agree"


def check(shot: Shot) -> list[Problem]:
    rates = {clip.title: info.fps for clip, info in shot.readable}
    if len(set(rates.values())) < 2:
        return []
    told = listed(f"{title} {float(fps):.5g} fps" for title, fps in rates.items())
    return [
        warning(
            RULE,
            f"The videos have different rates: {told}.",
            "The model pairs frame 1 with frame 1, frame 2 with frame 2, whatever their time: what happens "
            "at one moment in one video may be somewhere else in the other.",
            "Encode all passes at one rate: cosmos-houdini passes encode FRAMES --fps N.",
        )
    ]
