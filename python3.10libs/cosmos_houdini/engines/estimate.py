"""What a run will probably cost, and on whose word."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Optional


@dataclass(frozen=True)
class Estimate:
    """Chunks, which are certain, and a range of seconds, which is not; None where nobody published a figure.

    `source` says where the figure comes from, `note` how it was turned into this range.
    """

    engine: str
    frames: int
    chunks: int
    num_gpus: int
    seconds: Optional[tuple[float, float]] = None
    source: str = ""
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return {**dataclasses.asdict(self), "seconds": list(self.seconds) if self.seconds else None}

    def text(self) -> str:
        """Some lines to read: the time first, then what it rests on."""
        cost = (
            f"{_count(self.frames, 'frame')}, {_count(self.chunks, 'chunk')}, {_count(self.num_gpus, 'GPU')}"
        )
        if self.seconds is None:
            lines = [f"Time: no estimate ({cost})."]
        else:
            low, high = self.seconds
            lines = [f"Time: about {_duration(low)} to {_duration(high)} ({cost}). This is an estimate."]
        if self.note:
            lines.append(f"  {self.note}")
        if self.source:
            lines.append(f"  source: {self.source}")
        return "\n".join(lines)


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
