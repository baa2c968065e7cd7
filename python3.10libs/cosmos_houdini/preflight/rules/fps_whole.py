"""Rates are whole numbers of frames a second: the model writes no other."""

from __future__ import annotations

from fractions import Fraction

from ..problem import Problem, warning
from ..shot import Shot

RULE = "fps_whole"


def check(shot: Shot) -> list[Problem]:
    odd = [(clip, info.fps) for clip, info in shot.readable if info.fps.denominator != 1]
    if not odd:
        return []
    clip, fps = odd[0]
    nearest = max(1, round(fps))
    return [
        warning(
            RULE,
            f"The {clip.title} runs at {_rate(fps)} fps, which is no whole number.",
            f"The result is written at a whole rate ({shot.fps} fps): it will drift against sound and edit.",
            f"Write the result at {nearest} fps (--fps {nearest}), and take it as {_rate(fps)} in the edit.",
        )
    ]


def _rate(fps: Fraction) -> str:
    return f"{float(fps):.3f}".rstrip("0").rstrip(".")
