"""Progress on a terminal."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

import pytest

from cosmos_houdini.cli.bar import showing
from cosmos_houdini.progress import UNREACHABLE, Meter, Progress


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo terminal")
@pytest.mark.parametrize(("rows", "columns", "longest"), [(0, 0, 80), (24, 60, 60)])
def test_the_bar_fits_the_terminal_and_is_there_where_it_has_no_width(
    monkeypatch, rows: int, columns: int, longest: int
) -> None:
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    with open(theirs, "w", encoding="utf-8") as terminal:  # noqa: PTH123 - a descriptor has no path
        monkeypatch.setattr(sys, "stderr", terminal)
        with showing(as_json=False, quiet=False) as report:
            Meter(report, "encode", 4, "frames").advance(4)
    written = b""
    with suppress(OSError):  # the end: what was written comes through in pieces, as the kernel finds the time
        while piece := os.read(ours, 10_000):
            written += piece
    os.close(ours)
    last = written.decode().strip().split("\r")[-1].strip()
    assert "4/4 frames" in last
    assert 40 < len(last) <= longest


def test_without_a_terminal_a_box_out_of_reach_is_told_once_and_so_is_its_return(capsys) -> None:
    messages = ["", "chunk 1/2", *[f"{UNREACHABLE} 12:00:01"] * 3, "chunk 1/2", "chunk 2/2"]
    with showing(as_json=False, quiet=False) as report:
        for seconds, message in enumerate(messages):
            report(Progress("generating", 0, 0, "steps", seconds, message))
    assert capsys.readouterr().err.splitlines() == [
        "generating …",
        f"generating, {UNREACHABLE} 12:00:01 …",
        "generating …",
    ]
