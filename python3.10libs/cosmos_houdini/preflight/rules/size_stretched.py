"""Videos have exactly the model's size: it stretches all others to it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ...records.geometry import Bucket, Resolution
from ..problem import Problem, warning
from ..shot import Clip, Shot
from ..wording import capital, listed

if TYPE_CHECKING:
    from ..mending import Mending

RULE = "size_stretched"


def check(shot: Shot) -> list[Problem]:
    groups: dict[Resolution, list[Clip]] = defaultdict(list)
    for clip, info in shot.readable:
        if shot.engine.sizes.nearest(info.resolution).size != info.resolution:
            groups[info.resolution].append(clip)
    return [_problem(shot, size, clips) for size, clips in groups.items()]


def fix(shot: Shot, mending: Mending) -> None:
    if shot.bucket is None or shot.run.upscale_of is not None:
        return
    for clip, info in shot.readable:
        if info.resolution != shot.bucket.size:
            mending.fit(clip, shot.bucket.size)


def _problem(shot: Shot, size: Resolution, clips: list[Clip]) -> Problem:
    bucket = shot.engine.sizes.nearest(size)
    who = f"the {listed(clip.title for clip in clips)}"
    squeeze = _distortion(size, bucket)
    how = "stretched" if squeeze else "resized"
    result = shot.engine.output_size(size, upscale=shot.run.upscale_of is not None)
    fixable = shot.bucket is not None and shot.run.upscale_of is None
    return warning(
        RULE,
        f"{capital(who)} will be {how} from {size} to {bucket.size}.",
        f"The model knows five sizes and neither crops nor pads: {squeeze or 'the shape stays as it is'}. "
        f"The result is {result}.",
        f"Encode the passes at {bucket.size}{', or let --fix crop and resize them' if fixable else ''}.",
        fixable=fixable,
    )


def _distortion(size: Resolution, bucket: Bucket) -> str:
    """`everything gets 2.3 % wider`; empty below a thousandth."""
    ratio = bucket.size.aspect / size.aspect
    if abs(ratio - 1) < 0.001:
        return ""
    percent = (ratio - 1 if ratio > 1 else 1 / ratio - 1) * 100
    return f"everything gets {percent:.1f} % {'wider' if ratio > 1 else 'taller'}"
