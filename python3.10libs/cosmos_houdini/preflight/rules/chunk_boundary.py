"""A frame or some over a chunk cost a whole further chunk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..problem import Problem, warning
from ..shot import Shot
from ..wording import counted

if TYPE_CHECKING:
    from ..mending import Mending

RULE = "chunk_boundary"
FEW = 6  # a quarter of a second at 24 fps: worth a thought, but not cut without being asked
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def check(shot: Shot) -> list[Problem]:
    over = _over(shot)
    if not 1 <= over <= FEW or shot.frames is None:
        return []
    chunks = shot.engine.chunks(shot.frames)
    upscaled = shot.run.upscale_of is not None
    saving = "pay half" if chunks == 2 else f"pay {_number(chunks - 1)} chunks"
    return [
        warning(
            RULE,
            f"{shot.frames} frames cost {_number(chunks)} chunks; "
            f"trim {counted(over, 'frame')} and {saving}.",
            f"The model works in chunks of {shot.engine.chunk_frames} frames, and each costs the same time.",
            "Upscale a shorter result."
            if upscaled
            else f"Encode {shot.frames - over} frames (passes encode FRAMES --last N), or render on.",
            # The result that is upscaled belongs to the run that made it.
            fixable=over == 1 and not upscaled,
        )
    ]


def fix(shot: Shot, mending: Mending) -> None:
    if shot.frames is not None:
        mending.trim(shot.frames - _over(shot))


def _over(shot: Shot) -> int:
    """How many frames lie behind the last full chunk; 0 for a clip of a single chunk."""
    chunk, step = shot.engine.chunk_frames, shot.engine.chunk_frames - shot.engine.overlap
    if shot.frames is None or not chunk < shot.frames <= shot.engine.max_frames:
        return 0
    return (shot.frames - chunk) % step


def _number(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else str(number)
