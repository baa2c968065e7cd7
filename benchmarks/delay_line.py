"""A TCP line with a delay: every byte arrives so much later, and as many as ever may be under way."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time

PIECE = 64 << 10


class DelayLine:
    """Listens on 127.0.0.1:`port`; passes all to `target` and back, `seconds` later each way."""

    def __init__(self, target: tuple[str, int], seconds: float) -> None:
        self._target = target
        self._seconds = seconds
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed: the end
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._target)
                for one in (near, far):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._pass_on(near, far)
                self._pass_on(far, near)

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        under_way: queue.Queue[tuple[float, bytes]] = queue.Queue()
        threading.Thread(target=self._take, args=(source, under_way), daemon=True).start()
        threading.Thread(target=self._give, args=(sink, under_way), daemon=True).start()

    def _take(self, source: socket.socket, under_way: queue.Queue[tuple[float, bytes]]) -> None:
        piece = b"-"
        while piece:
            try:
                piece = source.recv(PIECE)
            except OSError:
                piece = b""
            under_way.put((time.monotonic() + self._seconds, piece))

    def _give(self, sink: socket.socket, under_way: queue.Queue[tuple[float, bytes]]) -> None:
        with contextlib.suppress(OSError):
            while True:
                due, piece = under_way.get()
                time.sleep(max(0.0, due - time.monotonic()))
                if not piece:
                    sink.shutdown(socket.SHUT_WR)
                    return
                sink.sendall(piece)
