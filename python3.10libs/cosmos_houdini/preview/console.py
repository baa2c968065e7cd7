"""What the engine says: log lines like the model's, and plain lines that a supervisor reads.

Everything goes out at once (flushed), so a supervisor that reads a pipe or a file sees it as it happens.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TextIO


def rank() -> int:
    """The number of this process among those of torchrun; 0 where it is alone."""
    return int(os.environ.get("RANK", "0"))


def world_size() -> int:
    """How many processes share the work."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def log(message: str, level: str = "INFO") -> None:
    """A line of the log, from rank 0 only."""
    if rank() == 0:
        _out(f"[{time.strftime('%m-%d %H:%M:%S')}|{level}] {message}")


def phase(name: str) -> None:
    """`phase: loading`, `phase: generating`, `phase: saving`; read by the supervisor."""
    if rank() == 0:
        _out(f"phase: {name}")


def step(chunk: int, chunks: int, done: int, steps: int) -> None:
    """`generating: chunk 1/2, step 5/35`, all counted from 1; read by the supervisor."""
    if rank() == 0:
        _out(f"generating: chunk {chunk}/{chunks}, step {done}/{steps}")


def saved(path: str) -> None:
    if rank() == 0:
        _out(f"Saved video to {path}")


def complain(message: str) -> None:
    """A line on stderr, from any rank."""
    sys.stderr.write(_writable(message, sys.stderr) + "\n")
    sys.stderr.flush()


def _out(line: str) -> None:
    sys.stdout.write(_writable(line, sys.stdout) + "\n")
    sys.stdout.flush()


def _writable(text: str, stream: TextIO) -> str:
    """What the stream has no letter for (a file name that isn't UTF-8, say) becomes its number."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
