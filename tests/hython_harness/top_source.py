"""What PDG needs of a TOP node, without `hou`: its wires, its scheduler, its parms for a work item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from .errors import NotPlayedError
from .evaluation import component, no_item
from .scene import NodeState

if TYPE_CHECKING:
    from .session import Session


class Item(Protocol):
    """What a text on a node may ask of a work item; the fake `pdg.WorkItem` has it."""

    frame: float
    index: int
    name: str
    id: int
    hasFrame: bool  # noqa: N815

    def attribValue(self, name: str, index: int = 0) -> Any: ...  # None where there is no such attribute


class Graph(Protocol):
    """What `hou.TopNode` calls: the module `hython_harness.pdg.graph` has these functions."""

    def module(self, session: Session) -> Any: ...  # the fake `pdg` of a session, always the same one
    def pdg_node(self, source: TopSource) -> Any: ...  # pdg.Node
    def context(self, source: TopSource) -> Any: ...  # pdg.GraphContext of the node's network
    def cook(self, sources: list[TopSource], *, block: bool, generate_only: bool) -> None: ...
    def dirty(self, source: TopSource, *, remove_outputs: bool, upstream: bool) -> None: ...
    def cancel(self, source: TopSource) -> None: ...
    def pause(self, source: TopSource) -> None: ...
    def cook_state(self, source: TopSource) -> str: ...  # a name of hou.topCookState
    def work_item_states(self, source: TopSource) -> list[int]: ...  # how many items in each state


BUILT_IN = {"pdg_index": "index", "pdg_name": "name", "pdg_id": "id", "pdg_frame": "frame"}


class TopSource:
    """One TOP node. Two sources of the same node are equal."""

    def __init__(self, session: Session, state: NodeState) -> None:
        self._session, self._state = session, state

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TopSource) and other._state is self._state

    def __hash__(self) -> int:
        return hash(self._state.session_id)

    def __repr__(self) -> str:
        return f"<TopSource {self._state.path()}>"

    @property
    def node(self) -> Any:
        """The same as a `hou.TopNode`."""
        return self._session.wrap(self._state)

    @property
    def session(self) -> Session:
        return self._session

    def path(self) -> str:
        return self._state.path()

    def name(self) -> str:
        return self._state.name

    def type_name(self) -> str:
        return self._state.fact.name

    def registered_name(self) -> str:
        """The name of the PDG type that cooks the node: an asset's subtype, or the type's without `pdg_`."""
        return self._state.fact.subtype or self._state.fact.name.removeprefix("pdg_")

    def is_network(self) -> bool:
        return self._state.fact.children == "Top"

    def is_bypassed(self) -> bool:
        return self._state.flags.get("Bypass", False)

    def network(self) -> TopSource | None:
        """The TOP network that the node is in; a network itself, if it is one."""
        state: NodeState | None = self._state
        while state is not None and state.fact.children != "Top":
            state = state.parent
        return None if state is None else TopSource(self._session, state)

    def children(self) -> list[TopSource]:
        return [TopSource(self._session, child) for child in self._state.children.values()]

    def input_nodes(self) -> list[TopSource]:
        """The nodes wired in, in the order of the inputs."""
        return [TopSource(self._session, source) for _, (source, _) in sorted(self._state.inputs.items())]

    def output_nodes(self) -> list[TopSource]:
        return [TopSource(self._session, node) for node, _, _ in self._state.outputs()]

    def has_parm(self, parm: str) -> bool:
        return self._state.find_parm(parm) is not None or self._state.parm(parm) is not None

    def is_written(self, parm: str) -> bool:
        """Whether somebody has set the parm, to whatever: what a new node has there may be unknown."""
        single = self._state.find_parm(parm)
        return single is not None and self._state.channel(single[0])[0].touched

    def evaluate(self, parm: str, item: Item | None = None) -> Any:
        """The value for a work item: `@attrib`, `$F` and expressions expanded; a tuple for a parm of
        components.

        Raises KeyError for a parm that the node doesn't have.
        """
        frame = item.frame if item is not None and getattr(item, "hasFrame", True) else None
        attribute = no_item if item is None else _reader(item)
        single = self._state.find_parm(parm)
        if single is not None:
            return component(self._session, self._state, *single, frame, attribute)
        whole = self._state.parm(parm)
        if whole is None:
            raise KeyError(f"{self._state.path()} has no parm {parm!r}")
        return tuple(
            component(self._session, self._state, whole, n, frame, attribute) for n in range(whole.size)
        )

    def count(self, multiparm: str) -> int:
        """How many instances a multiparm has."""
        return int(self.evaluate(multiparm))

    def scheduler_path(self) -> str | None:
        """The scheduler that the node or its network names; None where that is nothing or no node."""
        state: NodeState | None = self._state
        while state is not None:
            found = self._scheduler_of(state)
            if found is not None:
                return found.path()
            if state.fact.children == "Top":
                return None
            state = state.parent
        return None

    def _scheduler_of(self, state: NodeState) -> NodeState | None:
        single = state.find_parm("topscheduler")
        if single is None:
            return None
        told = str(component(self._session, state, *single))
        return self._session.scene.node(told, state) if told else None

    def add_error(self, text: str) -> None:
        self._state.errors.append(text)

    def add_warning(self, text: str) -> None:
        self._state.warnings.append(text)

    def clear_messages(self) -> None:
        self._state.errors.clear()
        self._state.warnings.clear()


def _reader(item: Item) -> Any:
    def read(name: str, index: int) -> Any:
        if name in BUILT_IN:
            return getattr(item, BUILT_IN[name])
        if name.startswith("pdg_"):
            raise NotPlayedError(f"the harness doesn't play @{name}")
        value = item.attribValue(name, index)
        return 0 if value is None else value

    return read
