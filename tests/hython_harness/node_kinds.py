"""`hou.TopNode`, `hou.RopNode` and the nodes of the other networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from . import images
from .binding import beyond_stubs
from .enumerations import EnumValue
from .errors import OperationFailed
from .nodes import OpNode

if TYPE_CHECKING:
    from .session import Session

USED = "used by public projects, not in the stubs"


class _Bypassable(OpNode):
    def isBypassed(self) -> bool:
        return self._state.flags.get("Bypass", False)

    def bypass(self, on: bool) -> None:
        self._state.flags["Bypass"] = bool(on)
        self._changed()


class _Displayed(_Bypassable):
    def isDisplayFlagSet(self) -> bool:
        return self._state.flags.get("Display", False)

    def setDisplayFlag(self, on: bool) -> None:
        _only(self, "Display", on)

    def isRenderFlagSet(self) -> bool:
        return self._state.flags.get("Render", False)

    def setRenderFlag(self, on: bool) -> None:
        _only(self, "Render", on)


def _only(node: OpNode, flag: str, on: bool) -> None:
    """One node of a network has the flag."""
    if on and node._state.parent is not None:
        for sibling in node._state.parent.children.values():
            sibling.flags.pop(flag, None)
    node._state.flags[flag] = bool(on)
    node._changed()


class ObjNode(OpNode):
    hom = "ObjNode"

    def isDisplayFlagSet(self) -> bool:
        return self._state.flags.get("Display", True)

    def setDisplayFlag(self, on: bool) -> None:
        self._state.flags["Display"] = bool(on)
        self._changed()


class SopNode(_Displayed):
    hom = "SopNode"


class LopNode(_Displayed):
    hom = "LopNode"


class _Image(_Displayed):
    def cook(self, force: bool = False, frame_range: Sequence[float] = ()) -> None:
        images.cook(self._session, self._state)


class Cop2Node(_Image):
    hom = "Cop2Node"

    def xRes(self) -> int:
        return images.size(self._session, self._state)[0]

    def yRes(self) -> int:
        return images.size(self._session, self._state)[1]


class CopNode(_Image):
    hom = "CopNode"


class RopNode(_Bypassable):
    hom = "RopNode"

    def isLocked(self) -> bool:
        return self._state.locked

    def setLocked(self, on: bool) -> None:
        self._state.locked = bool(on)
        self._changed()

    def inputDependencies(self) -> tuple[Any, ...]:
        return self._session.rops.dependencies(self._state)

    def render(
        self,
        frame_range: Sequence[float] | None = None,
        res: Sequence[int] | None = None,
        output_file: str | None = None,
        output_format: str = "",
        to_flipbook: bool = False,
        quality: int = 2,
        ignore_inputs: bool = False,
        method: Any = None,
        ignore_bypass_flags: bool = False,
        ignore_lock_flags: bool = False,
        verbose: bool = False,
        output_progress: bool = False,
    ) -> None:
        self._session.rops.render(
            self._state, frame_range, res, output_file,
            ignore_inputs=ignore_inputs, ignore_bypass=ignore_bypass_flags, ignore_lock=ignore_lock_flags,
            say=output_progress or verbose,
        )  # fmt: skip

    def addRenderEventCallback(
        self, callback: Callable[[Any, EnumValue, float], None], run_before_script: bool = False
    ) -> None:
        listeners = self._session.rops.listeners(self._state)
        if callback not in listeners:  # the same one is called once
            listeners.append(callback)

    def removeRenderEventCallback(self, callback: Callable[[Any, EnumValue, float], None]) -> None:
        listeners = self._session.rops.listeners(self._state)
        if callback not in listeners:
            raise OperationFailed("the callback was not added")
        listeners.remove(callback)

    def removeAllRenderEventCallbacks(self) -> None:
        self._session.rops.listeners(self._state).clear()


class TopNode(_Displayed):
    """Cooking is PDG's: the calls go to `hython_harness.pdg.graph`."""

    hom = "TopNode"

    def _graph(self) -> Any:
        return self._session.pdg_graph()

    def _source(self) -> Any:
        return self._session.top_source(self._state)

    @beyond_stubs(USED)
    def getPDGNode(self) -> Any:
        return self._graph().pdg_node(self._source())

    @beyond_stubs(USED)
    def getPDGGraphContext(self) -> Any:
        return self._graph().context(self._source())

    def cookWorkItems(
        self,
        block: bool = False,
        generate_only: bool = False,
        tops_only: bool = False,
        save_prompt: bool = False,
        nodes: Sequence[TopNode] = (),
    ) -> None:
        sources = [node._source() for node in nodes] or [self._source()]
        self._graph().cook(sources, block=block, generate_only=generate_only)

    def executeGraph(
        self,
        filter_static: bool = False,
        block: bool = False,
        generate_only: bool = False,
        tops_only: bool = False,
    ) -> None:
        self._graph().cook([self._source()], block=block, generate_only=generate_only)

    def cookOutputWorkItems(
        self,
        block: bool = False,
        generate_only: bool = False,
        tops_only: bool = False,
        save_prompt: bool = False,
    ) -> None:
        shown = self.displayNode() or self
        self._graph().cook([shown._source()], block=block, generate_only=generate_only)

    def cookAllOutputWorkItems(
        self,
        include_display_node: bool,
        block: bool = False,
        generate_only: bool = False,
        tops_only: bool = False,
        save_prompt: bool = False,
    ) -> None:
        self.cookOutputWorkItems(block, generate_only, tops_only, save_prompt)

    def generateStaticWorkItems(self, block: bool = False, nodes: Sequence[TopNode] = ()) -> None:
        sources = [node._source() for node in nodes] or [self._source()]
        self._graph().cook(sources, block=block, generate_only=True)

    def dirtyAllWorkItems(self, remove_outputs: bool) -> None:
        self._graph().dirty(self._source(), remove_outputs=remove_outputs, upstream=True)

    def dirtyAllTasks(self, remove_outputs: bool) -> None:
        self._graph().dirty(self._source(), remove_outputs=remove_outputs, upstream=True)

    def dirtyWorkItems(self, remove_outputs: bool) -> None:
        self._graph().dirty(self._source(), remove_outputs=remove_outputs, upstream=False)

    def dirtyTasks(self, remove_outputs: bool) -> None:
        self._graph().dirty(self._source(), remove_outputs=remove_outputs, upstream=False)

    def cancelCook(self) -> None:
        self._graph().cancel(self._source())

    def pauseCook(self) -> None:
        self._graph().pause(self._source())

    def getCookState(self, force: bool) -> EnumValue:
        return self._session.enumeration("topCookState", self._graph().cook_state(self._source()))

    def workItemStates(self) -> tuple[int, ...]:
        return tuple(self._graph().work_item_states(self._source()))

    def displayNode(self) -> TopNode | None:
        """The node with the display flag, inside a network or beside a node."""
        network = self._state if self._state.fact.children == "Top" else self._state.parent
        children = [] if network is None else list(network.children.values())
        shown = next((child for child in children if child.flags.get("Display")), None)
        return None if shown is None else self._session.wrap(shown)

    def isScheduler(self) -> bool:
        return self._session.is_scheduler(self._state.fact)


CLASSES: dict[str, type[OpNode]] = {
    "Object": ObjNode, "Driver": RopNode, "Top": TopNode, "Lop": LopNode, "Cop2": Cop2Node, "Cop": CopNode,
    "Sop": SopNode,
}  # fmt: skip


def wrapped(session: Session, state: Any) -> OpNode:
    """The fake of the class that Houdini gives nodes of that category; a network of TOPs cooks, wherever it
    is.
    """
    if state.fact.children == "Top" and state.fact.category != "Top":
        return TopNetwork(session, state)
    return CLASSES.get(state.fact.category, OpNode)(session, state)


class TopNetwork(TopNode):
    """A topnet outside of TOPs: in Houdini a node of its own network's class with the calls of a TOP
    network.
    """
