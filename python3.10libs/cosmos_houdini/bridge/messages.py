"""The lines on the wire: JSON-RPC 2.0, one message a line (https://www.jsonrpc.org/specification)."""

from __future__ import annotations

import json
import math
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Optional, TypeVar, Union

from ..errors import CosmosError, UsageError
from ..records.strict import kind_of

LINE_LIMIT = 32 << 20  # bytes; a thousand prompts of the longest kind are below 10 MiB
PARSE_ERROR, INVALID_REQUEST, UNKNOWN_METHOD, WRONG_PARAMS, INTERNAL = -32700, -32600, -32601, -32602, -32603

RequestId = Union[int, float, str]
Wrong = TypeVar("Wrong", bound="ProtocolError")


class ProtocolError(UsageError):
    """A message that is none of ours. `code` is the specification's; `id` is known where it could be read.

    `unasked`: it was a notification, to which nothing is answered, not even this.
    """

    code = INVALID_REQUEST
    id: Optional[RequestId] = None
    unasked = False

    def of(self: Wrong, request: Request) -> Wrong:
        """Says what it is about."""
        self.id, self.unasked = request.id, request.is_notification
        return self


class UnreadableError(ProtocolError):
    code = PARSE_ERROR


class UnknownMethodError(ProtocolError):
    code = UNKNOWN_METHOD


class WrongParametersError(ProtocolError):
    code = WRONG_PARAMS


@dataclass(frozen=True)
class Request:
    """`id` None: the caller gave null, or none at all, which makes it a notification that gets no answer."""

    method: str
    params: Any
    id: Optional[RequestId] = None
    is_notification: bool = False


def read_lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines until the stream ends; of one that is too long only its begin, longer than the limit."""
    while line := stream.readline(LINE_LIMIT + 1):
        if len(line) > LINE_LIMIT and not line.endswith(b"\n"):
            while (rest := stream.readline(LINE_LIMIT)) and not rest.endswith(b"\n"):
                pass
        if line.strip():
            yield line


def decode(line: bytes) -> Any:
    """The JSON of a line, a list for a batch; ProtocolError where it is none."""
    if len(line) > LINE_LIMIT:
        raise ProtocolError(
            f"A message is longer than {LINE_LIMIT >> 20} MiB.", fix="Name files instead of sending them."
        )
    try:
        return json.loads(line.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        shown = ascii(line[:60].decode("utf-8", "replace").strip())
        raise UnreadableError(
            f"A line is not a message: {shown}", str(error), "Send one JSON object a line, in UTF-8."
        ) from None


def request_of(value: Any) -> Request:
    """Raises ProtocolError for what is no request."""
    if not isinstance(value, dict):
        raise ProtocolError(f"A message should be an object, and is {kind_of(value)}.")
    identity, method, params = value.get("id"), value.get("method"), value.get("params", {})
    if isinstance(identity, bool) or not isinstance(identity, (int, float, str, type(None))):
        raise ProtocolError(f"'id' should be a number or text, and is {kind_of(identity)}.")
    if isinstance(identity, float) and not math.isfinite(identity):
        raise ProtocolError("'id' is too large a number.")
    # Without an id it is answered all the same: it is no request, and so no notification either.
    broken = Request(str(method), params, identity)
    if value.get("jsonrpc") != "2.0":
        raise ProtocolError('A message lacks "jsonrpc": "2.0".').of(broken)
    if not isinstance(method, str):
        raise ProtocolError(f"'method' should be text, and is {kind_of(method)}.").of(broken)
    request = Request(method, params, identity, "id" not in value)
    if not isinstance(params, dict):
        raise WrongParametersError(
            f"'params' of {method} should be an object, and is {kind_of(params)}.", fix="Name each parameter."
        ).of(request)
    return request


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def error_answer(error: CosmosError) -> dict[str, Any]:
    """The error object of an answer: its code is the exit code of the command line times -100."""
    code = error.code if isinstance(error, ProtocolError) else -100 * error.exit_code
    return {"code": code, "message": error.what, "data": {**error.as_json(), "exit_code": error.exit_code}}


class Answers(ABC):
    """Where the answer of a call goes, and what is told before it."""

    def answer(self, identity: Optional[RequestId], result: Any) -> None:
        self._take(_message(id=identity, result=result))

    def refuse(self, identity: Optional[RequestId], error: Mapping[str, Any]) -> None:
        self._take(_message(id=identity, error=error))

    @abstractmethod
    def pass_over(self) -> None:
        """A message gets no answer."""

    @abstractmethod
    def notify(self, method: str, params: Mapping[str, Any]) -> None: ...

    @abstractmethod
    def _take(self, answer: Mapping[str, Any]) -> None: ...


class Outlet(Answers):
    """Where messages go; lines of several threads never mix."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._lost = False

    def pass_over(self) -> None:
        """Nobody waits for it."""

    def notify(self, method: str, params: Mapping[str, Any]) -> None:
        self._send(_message(method=method, params=params))

    def send_all(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """The answers to a batch."""
        self._send(list(messages))

    def _take(self, answer: Mapping[str, Any]) -> None:
        self._send(answer)

    def _send(self, message: Any) -> None:
        # ASCII: a file name that is no UTF-8 survives as escapes, and no setting of a locale matters.
        line = json.dumps(message, allow_nan=False, separators=(",", ":"))
        with self._lock:
            if self._lost:
                return
            try:
                self._stream.write(line.encode("ascii") + b"\n")
                self._stream.flush()
            except OSError:  # whoever started us is gone; standard input ends, too
                self._lost = True


class Batch(Answers):
    """The answers to the messages of one line, which go out together once the last of `count` is there."""

    def __init__(self, outlet: Outlet, count: int) -> None:
        self._outlet = outlet
        self._lock = threading.Lock()
        self._left = count
        self._answers: list[Mapping[str, Any]] = []

    def pass_over(self) -> None:
        self._count()

    def notify(self, method: str, params: Mapping[str, Any]) -> None:
        self._outlet.notify(method, params)

    def _take(self, answer: Mapping[str, Any]) -> None:
        self._count(answer)

    def _count(self, *answers: Mapping[str, Any]) -> None:
        with self._lock:
            self._answers += answers
            self._left -= 1
            complete = self._left == 0
        if complete and self._answers:
            self._outlet.send_all(self._answers)


def _message(**parts: Any) -> Mapping[str, Any]:
    return {"jsonrpc": "2.0", **parts}
