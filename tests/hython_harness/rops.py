"""Rendering a ROP: which nodes in which order, and the events around each frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .errors import NotPlayedError
from .scene import NodeState

if TYPE_CHECKING:
    from .session import Session


class Rops:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._listeners: dict[int, list[Callable[..., None]]] = {}

    def listeners(self, state: NodeState) -> list[Callable[..., None]]:
        return self._listeners.setdefault(state.session_id, [])

    def dependencies(self, state: NodeState) -> tuple[Any, ...]:
        raise NotPlayedError("hou.RopNode.inputDependencies")

    def render(
        self,
        state: NodeState,
        frame_range: Sequence[float] | None = None,
        res: Sequence[int] | None = None,
        output_file: str | None = None,
        **options: bool,
    ) -> None:
        raise NotPlayedError("hou.RopNode.render comes with hython_harness.render")
