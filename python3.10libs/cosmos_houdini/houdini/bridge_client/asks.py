"""Questions to the bridge from Houdini's main thread: asked at once, gone on with when they are answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable, Optional

import hou

from ...errors import CosmosError
from ..dialogs import entry_point, explain, status
from .client import shared
from .event_loop import Replies
from .steps import Question, Steps


def ask_all(
    questions: Sequence[Question],
    then: Callable[[list[Any]], None],
    failed: Callable[[CosmosError], None] = explain,
    waiting: str = "Cosmos Houdini is looking...",
) -> None:
    """Asks everything at once; `then` gets the answers in their order.

    With a window it comes back at once, and Houdini's event loop calls `then`. Without one it waits, since
    nothing else would keep the process alive.
    """
    bridge = shared()
    sent = [bridge.send(method, params) for method, params in questions]
    if not hou.isUIAvailable():
        try:
            answers = [reply.result() for reply in sent]
        except CosmosError as error:
            failed(error)
            return
        then(answers)
        return
    status(waiting)

    def arrived(answers: list[Any]) -> None:
        status("")
        _explained(then)(answers)

    _replies().when_done(sent, arrived, failed)


def follow(
    steps: Steps,
    then: Callable[[Any], None],
    failed: Callable[[CosmosError], None] = explain,
    waiting: str = "Cosmos Houdini is working...",
) -> None:
    """Asks one after the other what `steps` yields; `then` gets what it returns in the end."""

    def on(answers: Optional[list[Any]]) -> None:
        try:
            question = next(steps) if answers is None else steps.send(answers[0])
        except StopIteration as end:
            then(end.value)
            return
        ask_all([question], on, failed, waiting)

    on(None)


def _replies() -> Replies:
    """The one list of what is waited for; made on the first question, since hython has no event loop."""
    if not _lists or _lists[0][0] is not hou.ui:
        _lists[:] = [(hou.ui, Replies(hou.ui))]
    return _lists[0][1]


_lists: list[tuple[Any, Replies]] = []


def _explained(then: Callable[[list[Any]], None]) -> Callable[[list[Any]], None]:
    """What comes of an answer is a step of undo of its own, and explains what it can't do."""
    return entry_point("Cosmos Houdini")(then)
