"""The result is written at the rate of the shot, so that it lasts as long."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Optional

from ..problem import Problem, warning
from ..shot import Shot

if TYPE_CHECKING:
    from ..mending import Mending

RULE = "fps_result"


def check(shot: Shot) -> list[Problem]:
    fps = _common(shot)
    # 23.976 written at 24 is fps_whole's business.
    if fps is None or shot.frames is None or shot.fps == round(fps):
        return []
    before, after = _seconds(shot.frames / float(fps), shot.frames / shot.fps)
    rate = f"{float(fps):.3f}".rstrip("0").rstrip(".")
    return [
        warning(
            RULE,
            f"The shot runs at {rate} fps and will be written at {shot.fps} fps: {before} s become "
            f"{after} s.",
            "The model pairs frames by number and writes them at the rate that the run asks for.",
            f"Create the run with --fps {max(1, round(fps))}, if it should last as long as the shot.",
            fixable=fps.denominator == 1,
        )
    ]


def fix(shot: Shot, mending: Mending) -> None:
    fps = _common(shot)
    if fps is not None:
        mending.set(f"fps: the result is written at {fps} fps, as the shot is.", fps=int(fps))


def _seconds(*lengths: float) -> list[str]:
    """With as many digits as it takes to tell the lengths apart, from each other and from nothing."""
    for digits in range(1, 6):
        shown = [f"{length:.{digits}f}" for length in lengths]
        if len(set(shown)) == len(shown) and all(float(text) > 0 for text in shown):
            break
    return shown


def _common(shot: Shot) -> Optional[Fraction]:
    """The rate of all videos; None where they differ (fps_agree tells) or have none."""
    rates = {info.fps for _, info in shot.readable}
    return rates.pop() if len(rates) == 1 and 0 not in rates else None
