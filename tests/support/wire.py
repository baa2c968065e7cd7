"""A TCP proxy that can cut, stall and delay: what networks do, at a byte of the test's choice."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator


class Wire:
    """Listens on 127.0.0.1:`port` and passes bytes on to `target`, a port of `host`.

    `before_piece` is called before each piece is passed on; `sent` and `returned` count the bytes that came
    from this side and from the other.
    `cut_after` / `stall_after`: bytes of all connections together after which it cuts once, or passes nothing
    more; None: never. `delay`: seconds that each piece takes, one way. `down`: new connections are refused.
    """

    def __init__(self, target: int, host: str = "127.0.0.1") -> None:
        self._target = (host, target)
        self.before_piece: Callable[[], None] = lambda: None
        self.sent = 0
        self.returned = 0
        self.cut_after: int | None = None
        self.stall_after: int | None = None
        self.delay = 0.0
        self.down = False
        self.passed = 0
        self.connections = 0
        self.cuts = 0
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Breaks every connection there is, as a pulled cable and a reset do."""
        self.cuts += 1
        with self._lock:
            sockets, self._open = self._open, set()
        for one in sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self.down:
                near.close()
                continue
            self.connections += 1
            threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self._target, timeout=5)
        except OSError:
            near.close()
            return
        far.settimeout(None)
        for one in (near, far):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open |= {near, far}
        for source, sink, sending in ((near, far, True), (far, near, False)):
            threading.Thread(target=self._pass, args=(source, sink, sending), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, sending: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(16384):
                self.passed += len(piece)
                with self._lock:
                    self.sent += len(piece) if sending else 0
                    self.returned += 0 if sending else len(piece)
                self.before_piece()
                if self.cut_after is not None and self.passed >= self.cut_after:
                    self.cut_after = None
                    self.cut()
                    return
                while self.stall_after is not None and self.passed >= self.stall_after:
                    time.sleep(0.02)
                if self.delay:
                    time.sleep(self.delay)
                sink.sendall(piece)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def wire_to(port: int, host: str = "127.0.0.1") -> Iterator[Wire]:
    wire = Wire(port, host)
    try:
        yield wire
    finally:
        wire.close()
