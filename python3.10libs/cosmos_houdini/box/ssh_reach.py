"""The way to a box before anything is said to it: its name, its port, who answers there."""

from __future__ import annotations

import socket
from collections.abc import Iterator

from .ssh_config import RemoteHost
from .ssh_link import tcp

BANNER_LIMIT = 255  # bytes of a line; source: RFC 4253, 4.2


def reach(host: RemoteHost, connect_seconds: float) -> Iterator[tuple[str, str]]:
    """What was tried and what was seen, step by step; of the first jump host where the way leads through one.

    Raises UnreachableError at the step that fails.
    """
    first = (host.jumps or (host,))[0]
    through = f"jump host {first.name}: " if first is not host else ""
    way = tcp(first, connect_seconds)  # its error tells a name that isn't found from a port that is shut
    try:
        yield "name", f"{through}{first.hostname} is {way.getpeername()[0]}"
        yield "port", f"{first.port} answers: {_banner(way)}"
    finally:
        way.close()


def _banner(way: socket.socket) -> str:
    """The line that an ssh server greets with."""
    try:
        told = way.recv(BANNER_LIMIT).split(b"\n")[0].decode("ascii", "replace").strip()
    except OSError:
        told = ""
    return "".join(letter for letter in told if letter.isprintable()) or "nothing"
