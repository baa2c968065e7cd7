"""Standard input and output for messages alone."""

from __future__ import annotations

import os
import sys
from typing import BinaryIO


def take_streams() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes of our messages, which nothing else in this process or below it can read or write.

    What a library or a child process prints to standard output goes to standard error, and whoever reads
    standard input finds its end.
    """
    reading = os.fdopen(os.dup(0), "rb")  # a duplicate is not inherited by children
    writing = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    sys.stdout = sys.stderr
    return reading, writing
