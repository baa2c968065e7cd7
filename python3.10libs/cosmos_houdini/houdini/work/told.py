"""The progress of a run in the words and numbers of a work item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Where each phase begins and ends, in percent of the whole: the engine takes nearly all the time.
SHARES: Mapping[str, tuple[float, float]] = {
    "uploading": (0.0, 5.0),
    "queued": (5.0, 5.0),
    "loading": (5.0, 10.0),
    "generating": (10.0, 92.0),
    "upscaling": (10.0, 92.0),
    "collecting": (92.0, 94.0),
    "fetching": (94.0, 99.0),
    "verifying": (99.0, 100.0),
}


def percent(progress: Mapping[str, Any], so_far: float) -> float:
    """0..100, never less than `so_far`: a bar that jumps back tells nothing."""
    share = SHARES.get(str(progress.get("phase")))
    if share is None:
        return so_far
    begin, end = share
    fraction = min(1.0, max(0.0, float(progress.get("fraction") or 0.0)))
    return max(so_far, begin + (end - begin) * fraction)


def words(progress: Mapping[str, Any]) -> str:
    """One short line: `generating 12/35 steps, 3 min left`."""
    text = str(progress.get("message") or progress.get("phase") or "")
    done, total, unit = (progress.get(key) for key in ("done", "total", "unit"))
    if total and unit != "bytes" and not progress.get("message"):
        text = f"{text} {done}/{total} {unit}".strip()
    left = progress.get("seconds_left")
    return text if left is None else f"{text}, {duration(float(left))} left"


def duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} h"
