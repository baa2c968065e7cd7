"""`pdg.job.callbackserver.CallbackServerMixin`: the server that jobs report to, XML-RPC as PDG's own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from socketserver import ThreadingMixIn
from typing import Any
from xmlrpc.server import SimpleXMLRPCRequestHandler, SimpleXMLRPCServer

from .items import WorkItem


class _Server(ThreadingMixIn, SimpleXMLRPCServer):
    daemon_threads = True


class _Handler(SimpleXMLRPCRequestHandler):
    rpc_paths = ()  # any


class CallbackServerMixin:
    """Stands before PyScheduler among the bases of a scheduler class, which calls its `__init__` as well.

    Its `workItem…` calls are those of public schedulers for Houdini 19.5 to 22.
    """

    context: Any
    onWorkItemStartCook: Callable[..., None]
    onWorkItemSucceeded: Callable[..., None]
    onWorkItemFailed: Callable[..., None]
    onWorkItemCanceled: Callable[..., None]

    def __init__(self, local: bool) -> None:
        self.custom_port_range: tuple[int, int] | None = None
        self._local = local
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def isCallbackServerRunning(self) -> bool:
        return self._server is not None

    def startCallbackServer(self) -> None:
        if self._server is not None:
            raise RuntimeError("the callback server is running already")
        self._server = _bound(self.custom_port_range)
        self._server.register_function(self._told, "tell")  # type: ignore[arg-type]
        self._server.register_function(self._data_of, "get_workitem_json")  # type: ignore[arg-type]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stopCallbackServer(self) -> None:
        server, self._server = self._server, None
        if server is None or self._thread is None:
            return
        server.shutdown()
        server.server_close()
        self._thread.join()

    def workItemResultServerAddr(self) -> str:
        if self._server is None:
            raise RuntimeError("the callback server is not running")
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def workItemStartCook(self, item_id: int, index: int) -> None:
        self.onWorkItemStartCook(item_id, index)

    def workItemSucceeded(self, item_id: int, index: int, seconds: float) -> None:
        self.onWorkItemSucceeded(item_id, index, seconds)

    def workItemFailed(self, item_id: int, index: int) -> None:
        self.onWorkItemFailed(item_id, index)

    def workItemCanceled(self, item_id: int, index: int) -> None:
        self.onWorkItemCanceled(item_id, index)

    # what jobs call

    def _told(self, what: str, item_id: int, index: int, *values: Any) -> bool:
        tell: Callable[..., None] = getattr(self, f"onWorkItem{what}")
        tell(item_id, index, *values)
        return True

    def _data_of(self, item_id: int) -> str:
        item: WorkItem = self.context.graph.workItemById(item_id)
        return item._as_json()


def _bound(ports: tuple[int, int] | None) -> _Server:
    """On a port of `ports` (the end is no longer of it), or on any. OSError where none of them is free."""
    failure: OSError | None = None
    for port in range(*ports) if ports is not None else [0]:
        try:
            return _Server(("127.0.0.1", port), requestHandler=_Handler, logRequests=False, allow_none=True)
        except OSError as error:
            failure = error
    raise failure or OSError(f"no port in {ports}")
