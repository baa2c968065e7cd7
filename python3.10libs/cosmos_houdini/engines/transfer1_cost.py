"""What a run of Transfer1 costs.

Its makers publish no times. The one public figure is a user's: 122 frames (two chunks) at 1080p with edge and
seg, 35 steps, about 19 minutes on one H100 of 80 GB (source: pull request 9798 of carla-simulator/carla).
How more GPUs help is known of Transfer2.5 only: four were 2.9 to 3.7 times as fast, eight 4.3 to 6.8 times
(source: transfer2.5 docs/inference.md).
"""

from __future__ import annotations

from ..records.run_spec import RunSpec
from .engine import Engine
from .estimate import Estimate

CHUNK_SECONDS = 19 * 60 / 2
CHUNK_STEPS = 35
LOW, HIGH = 0.7, 1.6  # our margin around a single figure: other controls, other H100s, loading the model
GPU_EXPONENT = 0.7  # 4 GPUs: 2.6 times, 8 GPUs: 4.3 times, just below the worst that was published
SOURCE = (
    "one user's run, 122 frames with edge and seg, 35 steps, 19 min on one H100 80 GB "
    "(carla-simulator/carla pull request 9798); the makers publish no times"
)


def estimate(engine: Engine, frames: int, num_gpus: int, run: RunSpec) -> Estimate:
    """Chunks, and a range of seconds where a figure is near enough to scale."""
    chunks = engine.chunks(frames)
    if run.upscale_of is not None or run.parameters.distilled:
        what = "the 4K upscaler" if run.upscale_of is not None else "the distilled model"
        return Estimate(
            engine.name,
            frames,
            chunks,
            num_gpus,
            note=f"Nobody has published times of {what} of {engine.title}.",
        )
    steps = run.parameters.num_steps or CHUNK_STEPS
    single = CHUNK_SECONDS * chunks * steps / CHUNK_STEPS
    note = (
        f"Every chunk of {engine.chunk_frames} frames costs the same; scaled from a single figure on an H100."
    )
    if num_gpus > 1:
        note += " More GPUs: scaled as Transfer2.5's published figures for 4 and 8."
    return Estimate(
        engine.name,
        frames,
        chunks,
        num_gpus,
        (single * LOW / num_gpus, single * HIGH / num_gpus**GPU_EXPONENT),
        SOURCE,
        note,
    )
