"""`python -m cosmos_houdini.bridge`: serves whoever started it until its standard input ends."""

from __future__ import annotations

import os
import sys

from .streams import take_streams


def main() -> None:
    """Never returns. What is at work then is cut off: a run goes on, anything else may be repeated."""
    reading, writing = take_streams()  # before anything is imported that might print
    from .server import Server

    Server(reading, writing).serve()
    sys.stderr.flush()
    os._exit(0)  # threads that wait for a box are not waited for


if __name__ == "__main__":
    main()
