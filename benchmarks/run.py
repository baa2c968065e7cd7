"""`make bench`: measures everything in one go and writes RESULTS.md beside this file."""

from __future__ import annotations

import os
import platform
import sys
from datetime import date
from pathlib import Path

import bridge
import encode
import gpu_box
import houdini
import many_runs
import start_up
import workflow_cost

HERE = Path(__file__).parent
PARTS = {
    "Start": start_up,
    "Many runs": many_runs,
    "Workflow": workflow_cost,
    "Bridge": bridge,
    "Houdini": houdini,
    "Encode": encode,
    "GPU box": gpu_box,
}
HEAD = """# Benchmarks

Written by `make bench` ({date}): Python {python}, {cpus} cores, {machine}.
Ratios are taken side by side in one run; absolute times are of a shared, noisy machine.

| what | measured | goal | how |
|---|---|---|---|
"""


def main() -> None:
    wanted = sys.argv[1:] or list(PARTS)
    lines = []
    for name, part in PARTS.items():
        if name in wanted:
            print(f"{name} …", flush=True)
            for row in part.measure():
                lines.append(f"| {row.name} | {row.value} {row.unit} | {row.target} | {row.note} |")
                print(lines[-1], flush=True)
    if not sys.argv[1:]:
        head = HEAD.format(
            date=date.today().isoformat(),
            python=platform.python_version(),
            cpus=os.cpu_count(),
            machine=platform.machine(),
        )
        (HERE / "RESULTS.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
        print(f"written to {HERE / 'RESULTS.md'}")


if __name__ == "__main__":
    main()
