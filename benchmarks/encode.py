"""Frames a second from EXR to four control videos, beside reading alone and beside today's route."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from encode_frames import FRAMES, HEIGHT, PATTERN, WIDTH, link_frames, write_frames
from encode_routes import CORES, ours, read_alone, todays
from rows import Row

LONG = 1000


def measure(frames: int = FRAMES, long: int = LONG) -> list[Row]:
    """Writes frames, then runs reading, ours, today's, ours, reading one after the other on them."""
    with tempfile.TemporaryDirectory(prefix="cosmos-bench-") as text:
        folder = Path(text)
        write_frames(folder / "short", frames)
        pattern = str(folder / "short" / PATTERN)
        out = folder / "out"
        read_alone(pattern, out)  # the first reading fills the page cache for everybody
        reading = [read_alone(pattern, out)]
        before = _idle_seconds()
        runs = [ours(pattern, out)]
        after = _idle_seconds()
        today = todays(pattern, folder / "today")
        shutil.rmtree(folder / "today")
        runs.append(ours(pattern, out))
        reading.append(read_alone(pattern, out))
        link_frames(folder / "short", folder / "long", long)
        long_run = ours(str(folder / "long" / PATTERN), out)
    idle = after - before
    ours_rate = frames / statistics.mean(run.seconds for run in runs)
    reading_rate = frames / statistics.mean(reading)
    today_rate = frames / today
    busy = runs[0].cpu / (runs[0].cpu + idle)
    peak = max(run.peak for run in runs)
    what = (
        f"{frames} frames {WIDTH}x{HEIGHT}, 10 channels half+float ZIP, color depth edge seg without vis, "
        f"{CORES} cores"
    )
    encoder = "ffmpeg" if shutil.which("ffmpeg") else "PyAV doing what ffmpeg does"
    return [
        Row("encode: frames to four videos", round(ours_rate, 1), "frames/s", "", what),
        Row("encode: reading the same channels alone", round(reading_rate, 1), "frames/s", "", "all cores"),
        Row(
            "encode: today's route",
            round(today_rate, 2),
            "frames/s",
            "",
            f"PNG by OpenImageIO, then {encoder}",
        ),
        Row("encode: ours over today's", round(ours_rate / today_rate, 1), "times", "at least 6", "same run"),
        Row(
            "encode: ours over reading",
            round(ours_rate / reading_rate, 2),
            "times",
            "at least 0.45",
            "same run",
        ),
        Row("encode: CPU busy", round(100 * busy), "%", "at least 85", f"of what others left, {CORES} cores"),
        Row("encode: peak memory", round(peak), "MiB", "under 1024", f"{frames} frames"),
        Row("encode: peak memory, long shot", round(long_run.peak), "MiB", "no larger", f"{long} frames"),
    ]


def _idle_seconds() -> float:
    """Core seconds that the whole machine has idled so far; 0 where nobody counts them."""
    statistics_file = Path("/proc/stat")
    if not statistics_file.exists():
        return 0.0
    ticks = [int(word) for word in statistics_file.read_text().splitlines()[0].split()[1:6]]
    return (ticks[3] + ticks[4]) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    for row in measure(*(int(text) for text in sys.argv[1:])):
        print(f"{row.name}: {row.value} {row.unit} ({row.target}; {row.note})")
