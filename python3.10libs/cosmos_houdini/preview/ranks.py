"""`python -m cosmos_houdini.preview.ranks --nproc N -- ARGS`: N ranks of the preview engine on this machine.

Stands in for `torchrun --nproc_per_node=N` where PyTorch is not installed: sets RANK, LOCAL_RANK and
WORLD_SIZE, passes SIGTERM on, and fails as soon as one rank fails, after ending the others.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Optional

from cosmos_houdini.preview.console import complain

POLL_SECONDS = 0.02
GRACE_SECONDS = 10.0


def main(argv: Optional[list[str]] = None) -> int:
    """The exit code: 0 where every rank ended with 0, 143 after SIGTERM, else that of the first to fail."""
    parser = argparse.ArgumentParser(prog="cosmos_houdini.preview.ranks", description=__doc__)
    parser.add_argument("--nproc", type=int, required=True, help="how many ranks")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="-- and the arguments of the engine")
    asked = parser.parse_args(argv)
    if asked.nproc < 1:
        parser.error("--nproc must be at least 1")
    arguments = asked.arguments[1:] if asked.arguments[:1] == ["--"] else asked.arguments

    stopping: list[int] = []

    def stop(number: int, _frame: Optional[FrameType]) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    ranks = [_start(number, asked.nproc, arguments) for number in range(asked.nproc)]
    try:
        while not stopping:
            codes = [process.poll() for process in ranks]
            failed = [(number, code) for number, code in enumerate(codes) if code]
            if failed:
                number, code = failed[0]
                complain(f"rank {number} ended with {code}; the others are ended too")
                return code if code > 0 else 128 - code
            if all(code == 0 for code in codes):
                return 0
            time.sleep(POLL_SECONDS)
        return 128 + stopping[0]
    finally:
        _end(ranks)


def _start(number: int, size: int, arguments: list[str]) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "RANK": str(number),
        "LOCAL_RANK": str(number),
        "WORLD_SIZE": str(size),
        "LOCAL_WORLD_SIZE": str(size),
    }
    return subprocess.Popen([sys.executable, "-m", "cosmos_houdini.preview", *arguments], env=environment)


def _end(ranks: list[subprocess.Popen[bytes]]) -> None:
    """Asks each that still runs to end, then insists."""
    for process in ranks:
        if process.poll() is None:
            process.terminate()
    ends = time.monotonic() + GRACE_SECONDS
    for process in ranks:
        try:
            process.wait(max(0.0, ends - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
