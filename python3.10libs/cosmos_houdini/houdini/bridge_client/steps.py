"""Questions to the bridge in a line, where each may hang on the answers before it."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from ..work.ports import Bridge

Question = tuple[str, Mapping[str, Any]]  # a method of the bridge, and its parameters
# Yields a question, is sent its answer, and returns what comes of them all.
Steps = Generator[Question, Any, Any]


def carry_out(steps: Steps, bridge: Bridge) -> Any:
    """Asks them in a thread that may wait; returns what `steps` returns, raises what goes wrong."""
    try:
        question = next(steps)
        while True:
            question = steps.send(bridge.call(*question))
    except StopIteration as end:
        return end.value
