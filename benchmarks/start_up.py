"""How long a command takes to answer, against Python's own start."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from rows import Row

RUNS = 15


def measure() -> list[Row]:
    """`--help` against `python -c pass`, and the import of the records, side by side."""
    bare: list[float] = []
    asked: list[float] = []
    records: list[float] = []
    console_script = str(Path(sys.executable).with_name("cosmos-houdini"))
    for _ in range(RUNS):
        bare.append(_seconds([sys.executable, "-c", "pass"]))
        asked.append(_seconds([console_script, "--help"]))
        records.append(_seconds([sys.executable, "-c", "import cosmos_houdini.records.store"]))
    ratio = statistics.median(a / b for a, b in zip(asked, bare))
    own = statistics.median(r - b for r, b in zip(records, bare)) * 1000
    note = f"{statistics.median(asked) * 1000:.0f} ms against {statistics.median(bare) * 1000:.0f} ms"
    return [
        Row("`cosmos-houdini --help` over `python -c pass`", round(ratio, 2), "times", "at most 6", note),
        Row("import of `cosmos_houdini.records`", round(own, 1), "ms", "at most 60", f"median of {RUNS}"),
    ]


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun
