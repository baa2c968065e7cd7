"""The GPUs share the 16 latent frames of a chunk evenly, so their number divides 16."""

from __future__ import annotations

from ..problem import Problem, error
from ..shot import Shot
from ..wording import listed

RULE = "gpu_count"
LATENT_FRAMES = 16


def check(shot: Shot) -> list[Problem]:
    allowed = sorted(shot.engine.allowed_gpus)
    if shot.num_gpus in allowed:
        return []
    fewer = max((gpus for gpus in allowed if gpus < shot.num_gpus), default=allowed[0])
    return [
        error(
            RULE,
            f"{shot.engine.title} can't share its work over {shot.num_gpus} GPUs.",
            f"The {LATENT_FRAMES} latent frames of a chunk divide evenly over {listed(allowed)} GPUs only.",
            f"Use --num-gpu {fewer}.",
        )
    ]
