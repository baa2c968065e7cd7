"""What the fake `hou` calls: the PDG of a session and of its nodes."""

from __future__ import annotations

import weakref
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .context import GraphContext
from .enums import State
from .module import submodules
from .nodes import Node
from .preparation import dirty as forget
from .world import World

if TYPE_CHECKING:
    from ..session import Session
    from ..top_source import TopSource

_worlds: weakref.WeakKeyDictionary[Any, World] = weakref.WeakKeyDictionary()


def world(session: Session) -> World:
    if session not in _worlds:
        _worlds[session] = World(session)
    return _worlds[session]


def module(session: Session) -> ModuleType:
    """The fake `pdg` of a session, always the same one."""
    return world(session).module


def modules(session: Session) -> dict[str, ModuleType]:
    """`pdg` and its sub-modules, by their full names."""
    return submodules(module(session))


def pdg_node(source: TopSource) -> Node:
    return context(source)._node(source)


def context(source: TopSource) -> GraphContext:
    found = world(source.session).context(source)
    found._check()
    return found


def cook(sources: list[TopSource], *, block: bool, generate_only: bool) -> None:
    """Cooks nodes of one network; a network itself stands for its display node."""
    graph = context(sources[0])
    wanted: list[TopSource] = []
    for source in sources:
        if source.is_network():
            children = [child for child in source.children() if not child.node.isScheduler()]
            wanted += [child for child in children if not child.output_nodes()]
        else:
            wanted.append(source)
    graph._start(wanted, block=block, generate_only=generate_only)


def dirty(source: TopSource, *, remove_outputs: bool, upstream: bool) -> None:
    """Forgets the items of a node (with `upstream` those of all before it), and of all after."""
    graph = context(source)
    start = {source} if not source.is_network() else set(source.children())
    if upstream:
        start |= _all_before(source)
    wanted = set(start)
    todo = list(start)
    while todo:
        for after in todo.pop().output_nodes():
            if after not in wanted:
                wanted.add(after)
                todo.append(after)
    forget([node for one, node in graph._nodes.items() if one in wanted], remove_outputs=remove_outputs)


def wait(source: TopSource, seconds: float | None = None) -> bool:
    """For tests: waits until the cook is over, doing what schedulers want of the main thread meanwhile."""
    return context(source)._wait(seconds)


def cancel(source: TopSource) -> None:
    context(source).cancelCook()


def pause(source: TopSource) -> None:
    context(source).pauseCook()


def cook_state(source: TopSource) -> str:
    """A name of hou.topCookState."""
    graph = context(source)
    node = graph._nodes.get(source)
    if graph.cooking:
        return "Cooking"
    items = [] if node is None else list(node)
    if node is None or not items:
        return "Failed" if node is not None and node.hasErrors else "Uncooked"
    states = {item.state for item in items}
    if State.CookedFail in states:
        return "Failed"
    if states <= {State.CookedSuccess, State.CookedCache}:
        return "Cooked"
    return "Incomplete"


def work_item_states(source: TopSource) -> list[int]:
    """How many items of the node are in each state."""
    node = context(source)._nodes.get(source)
    counts = [0] * len(State)
    for item in node or ():
        counts[item.state] += 1
    return counts


def _all_before(source: TopSource) -> set[TopSource]:
    found: set[TopSource] = set()
    todo = list(source.input_nodes())
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += one.input_nodes()
    return found
