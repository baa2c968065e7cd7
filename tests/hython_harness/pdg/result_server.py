"""The server that jobs report to: XML-RPC, as PDG's own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from socketserver import ThreadingMixIn
from typing import Any
from xmlrpc.server import SimpleXMLRPCRequestHandler, SimpleXMLRPCServer


class _Server(ThreadingMixIn, SimpleXMLRPCServer):
    daemon_threads = True


class _Handler(SimpleXMLRPCRequestHandler):
    rpc_paths = ("/", "/RPC2")


class ResultServer:
    """Calls of jobs, handed to a scheduler's `onWorkItem…`."""

    def __init__(self, scheduler: Any) -> None:
        self._scheduler = scheduler
        self._server = _Server(("127.0.0.1", 0), requestHandler=_Handler, logRequests=False, allow_none=True)
        self._server.register_function(self._told, "tell")
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _told(self, what: str, item_id: int, *values: Any) -> bool:
        tell: Callable[..., None] = getattr(self._scheduler, f"onWorkItem{what}")
        tell(item_id, -1, *values)
        return True
