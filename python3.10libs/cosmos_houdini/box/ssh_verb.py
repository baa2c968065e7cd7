"""One verb of the agent over ssh: a constant command, everything that varies on its standard input."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Optional, TypeGuard

from .answer import ANSWER_LIMIT, nonsense
from .light_paramiko import paramiko

# The only text that a shell of the box ever sees from us. It takes a list in JSON from the first line of
# standard input: verb, root (from the user's home unless absolute), our scripts below it with their sizes,
# the agent first. Where all are there, the agent reads its request from what follows; else the root is told.
# No single quote, dollar or exclamation mark in it, so that every login shell reads it alike.
BOOTSTRAP = (
    "import json,os,pwd,sys;o=os.path;"
    'v,r,f=json.loads(open(0,"rb",0,closefd=False).readline());'
    "r=o.normpath(o.join(o.realpath(pwd.getpwuid(os.getuid()).pw_dir),r));"
    "f=[(o.join(r,p),s) for p,s in f];"
    'all([o.isfile(p) and o.getsize(p)==s for p,s in f]) or sys.exit(print(json.dumps({"absent":r})) or 3);'
    "sys.path.insert(0,o.dirname(f[0][0]));import agent;"
    'sys.exit(agent.main([v,"--root",r]))'
)
COMMAND = "exec python3 -I -S -c '" + BOOTSTRAP + "'"

PATIENCE = 600.0  # seconds for one verb; a commit hashes and perhaps copies gigabytes
CUT_SHOWS = 1.0  # seconds until a cut of which a channel has heard is known to its transport
EXIT_SHOWS = 2.0  # seconds between the end of the answer and that of the program
FULL_PAUSE = 0.05  # seconds
BLOCK = 64 << 10
STDERR_LIMIT = 64 << 10


@dataclass(frozen=True)
class Order:
    """A verb, the root that it is for, and what has to lie below that: place and size, the agent's first."""

    verb: str
    root: str
    scripts: tuple[tuple[str, int], ...]

    def line(self) -> bytes:
        return json.dumps([self.verb, self.root, self.scripts]).encode("ascii") + b"\n"


def root_without_scripts(stdout: bytes) -> Optional[str]:
    """The root of a box where our scripts are not, or not whole; None for every other answer."""
    if not stdout.startswith(b'{"absent"'):
        return None
    with suppress(ValueError, TypeError, KeyError):
        root = json.loads(stdout)["absent"]
        return root if is_root(root) else None
    return None


def is_root(root: object) -> TypeGuard[str]:
    return isinstance(root, str) and root.startswith("/") and root.isprintable()


def run_verb(
    transport: paramiko.Transport,
    box: str,
    order: Order,
    request: bytes,
    heard: Callable[[], None],
    connect_seconds: float,
) -> tuple[bytes, bytes]:
    """What the verb printed to standard output and to standard error.

    Raises paramiko's errors, EOFError or OSError where the connection breaks, and BoxError for a verb that
    never ends.
    """
    channel = _open(transport, connect_seconds)
    try:
        channel.exec_command(COMMAND)
        channel.settimeout(PATIENCE)
        errors: list[bytes] = []
        feeder = threading.Thread(target=_feed, args=(channel, order.line() + request), daemon=True)
        drain = threading.Thread(target=_drain, args=(channel, errors), daemon=True)
        feeder.start()
        drain.start()
        try:
            stdout = _read(channel, heard)
        except TimeoutError:
            why = f"It did not answer within {PATIENCE:.0f} seconds."
            raise nonsense(order.verb, box, why, b"".join(errors)) from None
        drain.join(timeout=5)
        if len(stdout) <= ANSWER_LIMIT and not stdout.endswith(b"\n"):
            transport.join(CUT_SHOWS)  # channels end a moment before their transport does
            if not transport.is_active():
                raise EOFError("the connection ended before the answer did")
        channel.status_event.wait(EXIT_SHOWS)  # until then the channel counts against the server's limit
        return stdout, b"".join(errors)
    finally:
        channel.close()


def _open(transport: paramiko.Transport, patience: float) -> paramiko.Channel:
    """A channel of the connection; waits where all that the server allows are taken."""
    deadline = time.monotonic() + patience
    pause = FULL_PAUSE
    while True:
        try:
            return transport.open_session(timeout=patience)
        except paramiko.SSHException:
            # Mostly the server has not yet taken notice that earlier channels are closed.
            if not transport.is_active() or time.monotonic() > deadline:
                raise
            time.sleep(pause)
            pause = min(1.0, pause * 2)


def _read(channel: paramiko.Channel, heard: Callable[[], None]) -> bytes:
    answer = bytearray()
    while len(answer) <= ANSWER_LIMIT and (block := channel.recv(BLOCK)):
        answer += block
        heard()
    return bytes(answer)


def _feed(channel: paramiko.Channel, content: bytes) -> None:
    with suppress(OSError, EOFError, paramiko.SSHException):  # it ended early; what it said tells more
        channel.sendall(content)
        channel.shutdown_write()


def _drain(channel: paramiko.Channel, into: list[bytes]) -> None:
    """Keeps the end of what was said; reads on all the same, or the other side would wait for us."""
    kept = 0
    with suppress(OSError, EOFError, paramiko.SSHException):
        while block := channel.recv_stderr(BLOCK):
            into.append(block)
            kept += len(block)
            while kept > STDERR_LIMIT and len(into) > 1:
                kept -= len(into.pop(0))
