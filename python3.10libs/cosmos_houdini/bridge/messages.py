"""The lines on the wire: JSON-RPC 2.0, one message a line (https://www.jsonrpc.org/specification)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Optional, Union

from ..errors import CosmosError, UsageError
from ..records.strict import kind_of

LINE_LIMIT = 32 << 20  # bytes; a thousand prompts of the longest kind are below 10 MiB
PARSE_ERROR, INVALID_REQUEST, UNKNOWN_METHOD, WRONG_PARAMS, INTERNAL = -32700, -32600, -32601, -32602, -32603

RequestId = Union[int, str]


class ProtocolError(UsageError):
    """A message that is none of ours. `code` is the specification's; `id` is known where it could be read."""

    code = INVALID_REQUEST
    id: Optional[RequestId] = None


class UnreadableError(ProtocolError):
    code = PARSE_ERROR


class UnknownMethodError(ProtocolError):
    code = UNKNOWN_METHOD


class WrongParametersError(ProtocolError):
    code = WRONG_PARAMS


@dataclass(frozen=True)
class Request:
    """`id` None: a notification, which gets no answer."""

    method: str
    params: Mapping[str, Any]
    id: Optional[RequestId] = None


def read_lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines until the stream ends; of one that is too long only its begin, longer than the limit."""
    while line := stream.readline(LINE_LIMIT + 1):
        if len(line) > LINE_LIMIT and not line.endswith(b"\n"):
            while (rest := stream.readline(LINE_LIMIT)) and not rest.endswith(b"\n"):
                pass
        if line.strip():
            yield line


def parse(line: bytes) -> Request:
    """Raises ProtocolError for what is no request."""
    if len(line) > LINE_LIMIT:
        raise ProtocolError(
            f"A message is longer than {LINE_LIMIT >> 20} MiB.", fix="Name files instead of sending them."
        )
    try:
        value = json.loads(line.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        shown = ascii(line[:60].decode("utf-8", "replace").strip())
        raise UnreadableError(
            f"A line is not a message: {shown}", str(error), "Send one JSON object a line, in UTF-8."
        ) from None
    if not isinstance(value, dict):
        raise ProtocolError(
            f"A message should be an object, and is {kind_of(value)}.", fix="Send each request by itself."
        )
    identity = value.get("id")
    if isinstance(identity, bool) or not isinstance(identity, (int, str, type(None))):
        raise ProtocolError(f"'id' should be a number or text, and is {kind_of(identity)}.")
    try:
        return _request(value, identity)
    except ProtocolError as error:
        error.id = identity
        raise


def _request(value: Mapping[str, Any], identity: Optional[RequestId]) -> Request:
    if value.get("jsonrpc") != "2.0":
        raise ProtocolError('A message lacks "jsonrpc": "2.0".')
    method, params = value.get("method"), value.get("params", {})
    if not isinstance(method, str):
        raise ProtocolError(f"'method' should be text, and is {kind_of(method)}.")
    if not isinstance(params, dict):
        raise WrongParametersError(
            f"'params' of {method} should be an object, and is {kind_of(params)}.",
            fix="Name each parameter.",
        )
    return Request(method, params, identity)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def error_answer(error: CosmosError) -> dict[str, Any]:
    """The error object of an answer: its code is the exit code of the command line times -100."""
    code = error.code if isinstance(error, ProtocolError) else -100 * error.exit_code
    return {"code": code, "message": error.what, "data": {**error.as_json(), "exit_code": error.exit_code}}


class Outlet:
    """Where messages go; lines of several threads never mix."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._lost = False

    def answer(self, identity: Optional[RequestId], result: Any) -> None:
        self._send({"id": identity, "result": result})

    def refuse(self, identity: Optional[RequestId], error: Mapping[str, Any]) -> None:
        self._send({"id": identity, "error": error})

    def notify(self, method: str, params: Mapping[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: Mapping[str, Any]) -> None:
        # ASCII: a file name that is no UTF-8 survives as escapes, and no setting of a locale matters.
        line = json.dumps({"jsonrpc": "2.0", **message}, allow_nan=False, separators=(",", ":"))
        with self._lock:
            if self._lost:
                return
            try:
                self._stream.write(line.encode("ascii") + b"\n")
                self._stream.flush()
            except OSError:  # whoever started us is gone; standard input ends, too
                self._lost = True
