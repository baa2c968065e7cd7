"""Standard output and error as every command needs them: always there, and able to take any text."""

from __future__ import annotations

import io
import os
import sys
from typing import Any, Optional, TextIO


def prepare_streams() -> None:
    """Makes both streams safe to print to; to be called once, before anything is opened or printed.

    A stream that is closed leads nowhere. Once the reader of standard output is gone (`… | head`), the work
    goes on unheard; whatever happens to standard error never stops the work, since no answer goes there.
    """
    _fill_descriptors()
    sys.stdout = _safe(sys.stdout, BrokenPipeError)
    sys.stderr = _safe(sys.stderr, OSError)


def is_lost(stream: TextIO) -> bool:
    """Whether a stream failed before, so that nothing printed to it arrives any more."""
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    return isinstance(raw, _FarEnd) and raw.lost


def _fill_descriptors() -> None:
    """Opens 0, 1 and 2 where they are closed.

    Otherwise the next file that is opened gets the number, and with it what a library prints to it.
    """
    try:
        while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
            os.set_inheritable(descriptor, True)  # the processes that we start need them as much
        os.close(descriptor)
    except OSError:
        return  # a system without a null device has no closed streams to mend either


def _safe(stream: Optional[TextIO], forgiven: type[OSError]) -> TextIO:
    """The stream with escapes for what its encoding lacks; errors of the kind `forgiven` are not raised."""
    if stream is None:
        return io.TextIOWrapper(io.BufferedWriter(io.FileIO(os.devnull, "w")), encoding="utf-8")
    if not isinstance(stream, io.TextIOWrapper):  # somebody's own, as a debugger's
        return stream
    raw: Any = getattr(stream.buffer, "raw", stream.buffer)  # an unbuffered one has none below
    return io.TextIOWrapper(
        io.BufferedWriter(_FarEnd(raw, forgiven)),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


class _FarEnd(io.RawIOBase):
    """Where a stream leads to. Once a write has failed, everything goes nowhere, so that it fails once."""

    def __init__(self, raw: io.RawIOBase, forgiven: type[OSError]) -> None:
        super().__init__()
        self.lost = False
        self._raw = raw
        self._forgiven = forgiven

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def isatty(self) -> bool:
        return self._raw.isatty()

    def write(self, piece: Any, /) -> Optional[int]:
        if self.lost:
            return memoryview(piece).nbytes
        try:
            return self._raw.write(piece)
        except OSError as error:
            self.lost = True
            if isinstance(error, self._forgiven):
                return memoryview(piece).nbytes
            raise
