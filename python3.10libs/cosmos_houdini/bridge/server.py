"""Takes the messages one by one, has each carried out on a thread of its lane, and answers."""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO, Optional

from .. import __version__
from ..errors import CosmosError, from_system
from ..records.strict import nearest
from .call import Call
from .lanes import Lanes
from .messages import (
    INTERNAL,
    Answers,
    Batch,
    Outlet,
    ProtocolError,
    Request,
    RequestId,
    UnknownMethodError,
    decode,
    error_answer,
    read_lines,
    request_of,
)
from .methods import METHODS, Method
from .parameters import Parameters

PROTOCOL = 1
GRACE = 1.0  # seconds that calls at work get to end by themselves, and again once they are cancelled
CANCEL = "$/cancel"


class InternalError(ProtocolError):
    """A mistake of ours."""

    code = INTERNAL
    exit_code = 1


class Server:
    """One bridge: it serves as many projects as it is asked about."""

    def __init__(self, reading: BinaryIO, writing: BinaryIO) -> None:
        self._reading = reading
        self._outlet = Outlet(writing)
        self._lanes = Lanes()
        self._calls: dict[RequestId, Call] = {}
        self._lock = threading.Lock()
        self._service: Any = None  # made with the first call that needs it, after `hello`
        self._ended = False

    def serve(self) -> None:
        """Returns when the input ends, or after `shutdown`; then calls at work have had a moment to end."""
        for line in read_lines(self._reading):
            try:
                value = decode(line)
            except ProtocolError as error:
                self._outlet.refuse(None, error_answer(error))
                continue
            if isinstance(value, list) and value:
                batch = Batch(self._outlet, len(value))
                for one in value:
                    self._hear(one, batch)
            else:
                self._hear(value, self._outlet)
            if self._ended:
                break
        self._end()

    def _hear(self, value: Any, answers: Answers) -> None:
        """One message, which is answered unless it is a notification."""
        try:
            request = request_of(value)
            self._take(request, answers)
            if request.is_notification:
                answers.pass_over()
        except ProtocolError as error:
            if error.unasked:
                answers.pass_over()
            else:
                answers.refuse(error.id, error_answer(error))

    def _take(self, request: Request, answers: Answers) -> None:
        if request.method == CANCEL:
            self._cancel(request, answers)
            return
        at_once: dict[str, Callable[[], Any]] = {"hello": _hello, "shutdown": self._shut_down}
        call = Call(request, answers)
        if request.method in at_once:
            try:
                Parameters(request.params, f"The call {request.method}").finish()
                call.answer(at_once[request.method]())
            except CosmosError as error:
                call.refuse(error)
            return
        method = METHODS.get(request.method)
        if method is None:
            raise _unknown(request)
        if request.id is not None:
            with self._lock:
                if request.id in self._calls:
                    raise ProtocolError(f"A call with the id {request.id!r} is at work already.")
                self._calls[request.id] = call
        self._lanes[method.lane].put(partial(self._carry_out, method, request, call))

    def _carry_out(self, method: Method, request: Request, call: Call) -> None:
        try:
            if not call.cancelled:
                function = method.load()
                parameters = Parameters(request.params, f"The call {request.method}")
                call.answer(function(self._served(), call, parameters))
        except CosmosError as error:
            call.refuse(error)
        except OSError as error:
            traceback.print_exc()
            call.refuse(from_system(error))
        except Exception as error:
            traceback.print_exc()
            call.refuse(_own_mistake(request.method, error))
        finally:
            if request.id is not None:
                with self._lock:
                    self._calls.pop(request.id, None)

    def _served(self) -> Any:
        with self._lock:
            if self._service is None:
                from .service import Service

                self._service = Service(self._outlet)
            return self._service

    def _cancel(self, request: Request, answers: Answers) -> None:
        """As a notification; an id that is at work no more means that the answer is on its way."""
        identity: Optional[RequestId] = request.params.get("id")
        with self._lock:
            call = self._calls.get(identity) if isinstance(identity, (int, float, str)) else None
        if call is not None:
            call.cancel()
        if not request.is_notification:
            answers.answer(request.id, {})

    def _shut_down(self) -> dict[str, Any]:
        self._ended = True
        return {}

    def _end(self) -> None:
        self._wait()
        with self._lock:
            calls = list(self._calls.values())
        for call in calls:
            call.cancel()
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + GRACE
        while self._calls and time.monotonic() < deadline:
            time.sleep(0.01)


def _hello() -> dict[str, Any]:
    python = ".".join(map(str, sys.version_info[:3]))
    return {"version": __version__, "protocol": PROTOCOL, "python": python, "pid": os.getpid()}


def _unknown(request: Request) -> UnknownMethodError:
    known = ["hello", "shutdown", *METHODS]
    meant = nearest(request.method, known)
    return UnknownMethodError(
        f"There is no method '{request.method}'.",
        fix=f"Did you mean '{meant}'?" if meant else f"Known methods: {', '.join(known)}.",
    ).of(request)


def _own_mistake(method: str, error: Exception) -> InternalError:
    return InternalError(
        f"The runtime made a mistake of its own in {method}.",
        f"{type(error).__name__}: {error}",
        "Its log says where. Try once more; if it comes again, please report it with the log.",
    )
