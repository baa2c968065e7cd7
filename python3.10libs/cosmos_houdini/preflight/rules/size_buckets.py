"""All videos fall into one of the model's sizes: it can't put two sizes together."""

from __future__ import annotations

from ..problem import Problem, error
from ..shot import Shot
from ..wording import listed

RULE = "size_buckets"


def check(shot: Shot) -> list[Problem]:
    found = {clip: shot.engine.sizes.nearest(info.resolution) for clip, info in shot.readable}
    if len(set(found.values())) < 2:
        return []
    sizes = {clip: info.resolution for clip, info in shot.readable}
    told = listed(f"{clip.title} {sizes[clip]} (runs at {bucket.size})" for clip, bucket in found.items())
    return [
        error(
            RULE,
            f"The videos have different shapes: {told}.",
            "The model brings each video to the nearest of its sizes and fails where these differ, after it "
            "was loaded.",
            "Encode all passes at one size: cosmos-houdini passes encode FRAMES.",
        )
    ]
