"""The TOP network: passes -> control videos -> variants -> specs -> runs -> COPs.

`build` makes it in any TOP network, or brings the one that is there up to date. It knows its own nodes by a
mark on them, whatever they are called, and touches no others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

from ...errors import BadInputError
from ..interface import NODES
from ..nodes.done import Done, words
from ..nodes.types import all_registered, registered
from ..nodes.values import written
from ..runtime import root
from .factory_code import code, settings_in
from .place import find_place, give_scheduler
from .replace import take_away
from .wedge import Wedge
from .wishes import Wishes

__all__ = ["MARK", "Network", "Wedge", "Wishes", "build", "marked"]

MARK = "cosmos_network"  # the user data that says which part of the network a node is
ROUTES = ("types", "factory", "auto")
# In the order of the wires: role -> the table of ours, or the factory's type.
CHAIN = ("passes", "passes_done", "encode", "wedge", "spec", "transfer", "runs_done", "load")
OURS = {"encode": "cosmosencode", "spec": "cosmosspec", "transfer": "cosmostransfer", "load": "cosmosload"}
FACTORY = {"passes": "ropfetch", "passes_done": "waitforall", "wedge": "wedge", "runs_done": "waitforall"}
# Factory nodes whose items cook in this process: it has the bridge, and the scene that COP nodes go into.
IN_SESSION = ("spec", "load")
NO_WISHES = Wishes()
BATCH = 8  # frames of one hython: its start of some 20 seconds is shared, and a failed frame costs few others


@dataclass
class Network(Done):
    """What there is now: nodes by role (`passes` are numbered: `passes`, `passes2`), and what was done."""

    topnet: Any
    nodes: dict[str, Any] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    route: str = "types"
    inherited: dict[str, dict[str, Any]] = field(default_factory=dict)

    def told(self) -> str:
        """One line on what was done."""
        done = words(self.made, self.changed, self.removed)
        return f"{self.topnet.path()}: {done}." if done else f"{self.topnet.path()} is up to date."


def build(where: Any = None, wishes: Wishes = NO_WISHES, nodes: str = "auto") -> Network:
    """Makes the network in `where` (a node or a path), or brings it up to date; returns what there is.

    `where` None means the TOP network that holds one already, else a new one in /obj. `nodes` says what our
    own steps are: `types` (Cosmos Encode, …), `factory` (nodes that each Houdini has), or `auto`: types where
    they are registered. BadInputError where that can't be.
    """
    route = _route(nodes)
    wishes.check()
    topnet, made = find_place(where, MARK)
    network = Network(topnet, route=route, made=[topnet.path()] if made else [])
    network.made += give_scheduler(topnet)
    _drop_fetches(network, wishes)
    for role in _roles(network, wishes):
        _take_up(network, role)
    _say_all(network, wishes)
    _wire(network)
    _give_box(network)
    if network.made:
        topnet.layoutChildren(items=[*network.nodes.values()])
    return network


def _route(nodes: str) -> str:
    if nodes not in ROUTES:
        raise BadInputError(
            f"There is no kind of nodes called '{nodes}'.", fix=f"Choose one of: {', '.join(ROUTES)}."
        )
    if nodes == "factory" or (nodes == "auto" and not all_registered()):
        return "factory"
    missing = [interface.label for name, interface in NODES.items() if registered(name) is None]
    if missing:
        raise BadInputError(
            f"This Houdini doesn't know {', '.join(missing)}.",
            why="Our node types are read when Houdini starts, from the package Cosmos Houdini.",
            fix="Run cosmos-houdini install and start Houdini anew, or build with factory nodes.",
        )
    return "types"


def _roles(network: Network, wishes: Wishes) -> list[str]:
    """What there shall be, in the order of the wires."""
    fetches = [_numbered("passes", place) for place in range(max(1, len(wishes.rops)))]
    there = marked(network.topnet)
    fetches += [
        role for role in there if role.startswith("passes") and _is_fetch(role) and role not in fetches
    ]
    rest = [role for role in CHAIN[1:] if role != "wedge" or wishes.wedge is not None or "wedge" in there]
    box = ["gpu_box"] if network.route == "types" else []
    return [*fetches, *rest, *box]


def _drop_fetches(network: Network, wishes: Wishes) -> None:
    """Our ROP Fetch nodes beyond the ROPs that are wished for: they would go on rendering those of before."""
    wanted = [_numbered("passes", place) for place in range(len(wishes.rops))]
    for role, node in marked(network.topnet).items():
        if wanted and _is_fetch(role) and role not in wanted:
            network.removed.append(node.name())
            node.destroy()


def _take_up(network: Network, role: str) -> None:
    """Finds the node of a role, or makes it."""
    kind = _type_of(network.route, role)
    node = marked(network.topnet).get(role)
    legacy = None
    if node is not None and role in OURS and node.type().name() != kind:  # built by the other route
        legacy, node = take_away(node, NODES[OURS[role]]), None
    if node is None:
        node = network.topnet.createNode(kind, f"cosmos_{role}")
        node.setUserData(MARK, role)
        network.made.append(node.name())
        _dress_new(network, role, node)
    network.nodes[role] = node
    if legacy is not None:
        legacy.wire(node)
        network.inherited[role] = legacy.settings


def _dress_new(network: Network, role: str, node: Any) -> None:
    """What only a new node is told: from then on it is the artist's."""
    if _is_fetch(role):
        node.parm("framegeneration").set(1)  # Frame Range
        node.parm("framesperbatch").set(BATCH)
        # Jobs start without packages (local_skippackages), so our own nodes in the scene are unknown there;
        # rendering needs none of them.
        node.parm("ignoreerrors").set(1)
    elif role in OURS and network.route == "factory":
        if role in IN_SESSION:
            node.parm("pdg_cooktype").set(1)  # Cook (In-Process)
        else:
            # The frames and the run are known only when the node before has cooked.
            node.parm("requirescookedinputs").set(1)


def _say_all(network: Network, wishes: Wishes) -> None:
    """Writes what was wished for on the nodes; what is said there already is no change."""
    for place, rop in enumerate(wishes.rops):
        _say(network, _numbered("passes", place), {"roppath": rop})
    for role in [role for role in network.nodes if _is_fetch(role)]:
        if wishes.frames is not None:
            _say_range(network, role, wishes.frames)
        if wishes.frames_per_batch is not None:
            _say(network, role, {"framesperbatch": wishes.frames_per_batch})
    if wishes.wedge is not None:
        _say(network, "wedge", dict(wishes.wedge.parms()))
    said = {"encode": wishes.encode(), "spec": wishes.spec(), "transfer": wishes.transfer(), "load": {}}
    for role, wished in said.items():
        parms = {**network.inherited.get(role, {}), **wished}
        if network.route == "types":
            _say(network, role, parms)
        else:
            _say_code(network, role, parms)


def _say(network: Network, role: str, parms: dict[str, Any]) -> None:
    node = network.nodes[role]
    for name, value in parms.items():
        parm = node.parm(name)
        if parm is None:
            raise BadInputError(
                f"{node.path()} has no parameter {name}.",
                why=f"Its type is {node.type().name()}, of another version of Cosmos Houdini or Houdini.",
                fix="Delete the node and build the network again.",
            )
        animated = bool(parm.keyframes())
        if animated or value != (written(parm) if isinstance(value, str) else parm.eval()):
            if animated:
                parm.deleteAllKeyframes()  # what is set beside an expression has no effect
            parm.set(value)
            network.note(node)


def _say_range(network: Network, role: str, frames: tuple[int, int]) -> None:
    node = network.nodes[role]
    parm = node.parmTuple("range")
    wanted = (float(frames[0]), float(frames[1]), 1.0)
    if parm.eval() != wanted:
        parm.deleteAllKeyframes()  # by default it follows $FSTART and $FEND
        parm.set(wanted)
        network.note(node)


def _say_code(network: Network, role: str, parms: dict[str, Any]) -> None:
    node = network.nodes[role]
    parm = node.parm("script" if role in IN_SESSION else "generate")
    before = written(parm)
    text = code(role, NODES[OURS[role]].label, {**settings_in(before), **parms}, root())
    if before != text:
        parm.set(text)
        network.note(node)


def _wire(network: Network) -> None:
    """Wires what is not wired yet, and a new wedge in between; other nodes of the artist stay in between."""
    fetches = [node for role, node in network.nodes.items() if _is_fetch(role)]
    done = network.nodes["passes_done"]
    for fetch in fetches:
        if not fetch.outputs():
            done.setNextInput(fetch)
    wedge, spec = network.nodes.get("wedge"), network.nodes["spec"]
    if wedge is not None and wedge.input(0) is None and spec.input(0) is not None:
        wedge.setInput(0, spec.input(0))
        spec.setInput(0, wedge)
    chain = [network.nodes[role] for role in CHAIN[1:] if role in network.nodes]
    for before, after in zip(chain, chain[1:]):
        if after.input(0) is None:
            after.setInput(0, before)


def _give_box(network: Network) -> None:
    """A new Cosmos Transfer is carried out by the GPU box, and one whose scheduler is gone; others as is."""
    box, transfer = network.nodes.get("gpu_box"), network.nodes["transfer"]
    if box is None:
        return
    parm = transfer.parm("topscheduler")
    named = parm.eval()
    if transfer.name() in network.made or (named and transfer.node(named) is None):
        parm.set(f"../{box.name()}")
        network.note(transfer)


def marked(topnet: Any) -> dict[str, Any]:
    """Our nodes by role. A copy has the mark, too: of several, the one with the name that we gave is ours."""
    found: dict[str, Any] = {}
    for child in topnet.children():
        role = child.userData(MARK)
        if role and (role not in found or child.name() == f"cosmos_{role}"):
            found[role] = child
    return found


def _type_of(route: str, role: str) -> str:
    if _is_fetch(role):
        return FACTORY["passes"]
    if role in FACTORY:
        return FACTORY[role]
    if role == "gpu_box":
        return _known("cosmosgpubox")
    if route == "types":
        return _known(OURS[role])
    return "pythonscript" if role in IN_SESSION else "pythonprocessor"


def _known(name: str) -> str:
    found: Optional[str] = registered(name)
    assert found is not None, name  # _route has looked
    return found


def _is_fetch(role: str) -> bool:
    return role.startswith("passes") and role != "passes_done"


def _numbered(role: str, place: int) -> str:
    return role if place == 0 else f"{role}{place + 1}"
