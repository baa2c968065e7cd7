"""The memory that encoding takes depends on the size of a frame, not on how many there are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from unit.passes.exr_frames import Part, Shot, write_exr

# The peak of this process alone: ru_maxrss counts that of the process that started it, too.
PEAK = """
import sys
from pathlib import Path
from cosmos_houdini.passes.encode import encode
from cosmos_houdini.passes.request import EncodeRequest, Sources
encode(EncodeRequest("shot", Path(sys.argv[2]), Sources(sys.argv[1])))
status = Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""
SHOT = Shot(320, 176)
PICTURES_OF_A_FRAME = 3 * 320 * 176 * 3 + 2 * 320 * 176  # bytes: color, seg and vis in colour, depth and edge
SHORT, LONG = 20, 220


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak from /proc")
def test_a_long_shot_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    for number in range(1, 11):
        write_exr(tmp_path / "drawn" / f"{number}.exr", Part(SHOT.channels(number)))
    short, long = (peak(tmp_path, count) for count in (SHORT, LONG))
    kept = (LONG - SHORT) * PICTURES_OF_A_FRAME
    assert long - short < kept / 3, f"{short / 2**20:.0f} MiB, then {long / 2**20:.0f} MiB"


def peak(folder: Path, frames: int) -> int:
    """The peak in bytes of a process that encodes so many frames, ten different ones in turn."""
    (folder / str(frames)).mkdir()
    for number in range(frames):
        os.link(folder / "drawn" / f"{number % 10 + 1}.exr", folder / str(frames) / f"s.{number + 1}.exr")
    command = [sys.executable, "-c", PEAK, str(folder / str(frames)), str(folder / f"out-{frames}")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return 1024 * int(done.stdout.splitlines()[-1])
