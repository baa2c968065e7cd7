"""Rendering a ROP: which nodes in which order, and the events around each frame."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .errors import NodeError, OperationFailed
from .evaluation import component
from .render import output_parm, render_frames
from .scene import NodeState
from .wanted_planes import Reader

if TYPE_CHECKING:
    from .session import Session

PASSES_ON = ("merge", "null", "switch", "subnet", "prepost")  # ROPs that render nothing themselves


class Rops:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._listeners: dict[int, list[Callable[..., None]]] = {}

    def listeners(self, state: NodeState) -> list[Callable[..., None]]:
        return self._listeners.setdefault(state.session_id, [])

    def dependencies(self, state: NodeState) -> tuple[Any, ...]:
        """Each ROP that a render runs, in order, with its frames."""
        order = self.order(state, ignore_bypass=False)
        return tuple((self._session.wrap(rop), tuple(self.frames(rop))) for rop in order)

    def order(self, state: NodeState, *, ignore_bypass: bool) -> list[NodeState]:
        """The ROPs that write something, those of the inputs first; fetch ROPs stand for what they fetch."""
        found: list[NodeState] = []

        def visit(rop: NodeState) -> None:
            for _, (source, _) in sorted(rop.inputs.items()):
                visit(source)
            if rop.fact.name == "fetch":
                target = self._session.scene.node(Reader(self._session, rop).text("source"), rop)
                if target is None:
                    raise NodeError(f"{rop.path()}: the source ROP is missing")
                visit(target)
                return
            shown = ignore_bypass or not rop.flags.get("Bypass")
            if shown and rop.fact.name not in PASSES_ON and rop not in found:
                found.append(rop)

        visit(state)
        return found

    def frames(self, state: NodeState, frame_range: Sequence[float] | None = None) -> list[float]:
        """The frames of a render: those given, or those of the ROP's own frame range."""
        if frame_range is not None:
            given = [float(value) for value in frame_range]
            start, end = given[0], given[1] if len(given) > 1 else given[0]
            step = given[2] if len(given) > 2 else 1.0
        else:
            if not Reader(self._session, state).number("trange"):
                return [self._session.scene.frame]
            fact = state.parm("f")
            assert fact is not None
            start, end, step = (float(component(self._session, state, fact, n)) for n in range(3))
        if step <= 0:
            raise OperationFailed(f"{state.path()}: the frame increment is {step:g}")
        found, number = [], start
        while number <= end + 1e-6:
            found.append(number)
            number += step
        return found

    def render(
        self,
        state: NodeState,
        frame_range: Sequence[float] | None = None,
        res: Sequence[int] | None = None,
        output_file: str | None = None,
        *,
        ignore_inputs: bool = False,
        ignore_bypass: bool = False,
        ignore_lock: bool = False,
        say: bool = False,
    ) -> None:
        """`hou.RopNode.render`. Raises OperationFailed where one of the ROPs fails, as Houdini does."""
        if res:
            self._session.note_unknown("RopNode.render(res=…) is not played: the ROP's own size is rendered")
        rops = [state] if ignore_inputs else self.order(state, ignore_bypass=ignore_bypass)
        for rop in rops:
            if rop.locked and not ignore_lock:
                continue
            self._one(rop, self.frames(rop, frame_range), output_file if rop is state else None, say)

    def _one(self, state: NodeState, frames: list[float], output_file: str | None, say: bool) -> None:
        state.errors.clear()
        channel = state.channel(state.find_parm(output_parm(self._session, state))[0])[0]  # type: ignore[index]
        own = channel.value
        if output_file is not None:
            channel.value = output_file
        before = self._session.scene.frame
        try:
            self._tell(state, "PreRender", frames[0])
            for number, frame in enumerate(frames):
                self._session.scene.frame = frame
                self._tell(state, "PreFrame", frame)
                render_frames(self._session.wrap(state), [frame])
                self._tell(state, "PostFrame", frame)
                self._tell(state, "PostWrite", frame)
                self._say(state, number + 1, len(frames), say)
            self._tell(state, "PostRender", frames[-1])
        except NodeError as error:
            state.errors.append(error.instanceMessage())
            raise OperationFailed(error.instanceMessage()) from error
        finally:
            channel.value = own
            self._session.scene.frame = before

    def _say(self, state: NodeState, done: int, total: int, say: bool) -> None:
        if say or Reader(self._session, state).on("alfprogress"):
            sys.stdout.write(f"ALF_PROGRESS {100 * done // total}%\n")
            sys.stdout.flush()

    def _tell(self, state: NodeState, event: str, frame: float) -> None:
        value = self._session.enumeration("ropRenderEventType", event)
        node = self._session.wrap(state)
        for callback in list(self.listeners(state)):
            callback(node, value, (frame - 1) / self._session.scene.fps)
