"""Calls on their way to the bridge, and what is to be asked again of a new one."""

from __future__ import annotations

import json
import os
from typing import Any, Optional, Union

from ...errors import BridgeError
from .process import BridgeProcess
from .replies import Reply


class Call:
    """One call and how often it was sent, and to whom last; `unasked` where nobody waits for its answer."""

    def __init__(self, identity: int, method: str, params: str, reply: Reply, unasked: bool = False) -> None:
        self.id = identity
        self.method = method
        self.reply = reply
        self.unasked = unasked
        self.tries = 0
        self.process: Optional[BridgeProcess] = None
        self._params = params

    def line(self) -> bytes:
        return message(self.method, self._params, self.id)

    def runs(self) -> list[tuple[str, str]]:
        """The project and the id of each run that it is about."""
        params = json.loads(self._params)
        return [(str(params.get("project")), run) for run in params.get("runs") or ()]


class Followed:
    """A run that is followed, by how many, and how often in a row it was asked for without any word of it."""

    def __init__(self, params: str, listeners: int = 1) -> None:
        self.params = params
        self.listeners = listeners
        self.tries = 1


def message(method: str, params: str, identity: Optional[Union[int, str]] = None) -> bytes:
    """One line of JSON-RPC 2.0; `params` is JSON already, and without an id it is a notification."""
    numbered = "" if identity is None else f'"id":{json.dumps(identity)},'
    return f'{{"jsonrpc":"2.0",{numbered}"method":{json.dumps(method)},"params":{params}}}\n'.encode("ascii")


def died(method: str, greeted: bool, why: str) -> BridgeError:
    if greeted:
        return BridgeError(
            f"The runtime ended twice during {method}.",
            why=why,
            fix="What runs on a box goes on. Try again; if it comes again, please report it with the log.",
        )
    return BridgeError(
        "The runtime of Cosmos Houdini ended before it answered.",
        why=why,
        fix="Run `cosmos-houdini install` in a shell: it mends the runtime.",
    )


def plain(value: Any) -> Union[str, list[Any]]:
    """Paths and tuples of an artist's scene, as JSON has them."""
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} can't be sent to the runtime")
