"""Makes nodes what their plans say: finds ours by a mark on them, makes what is missing, touches no other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import hou

from ...errors import BadInputError
from ..nodes.done import Done
from ..nodes.edit import put, put_note, put_rows, put_tuple
from .plan import NodePlan

MARK = "cosmos_passes"  # user data: what a node is for
CAMERA = "cosmos_camera"  # user data: whose


@dataclass
class Written(Done):
    """Nodes by role, and the names of those that were made or changed."""

    nodes: dict[str, Any] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """Where nodes go: ROPs into `out`, the others into `stage` (None: there are none of them).

    `above` are the artist's nodes that inputs name.
    """

    out: Any
    stage: Any = None
    above: Mapping[str, Any] = field(default_factory=dict)


def looks_through(node: Any) -> str:
    """The camera of a node of ours: as it says now, after a renaming too; else as it was made for."""
    parm = node.parm("camera")
    return str(node.userData(CAMERA) if parm is None else parm.evalAsString())


def write(plans: Iterable[NodePlan], place: Place, camera: str, written: Written) -> None:
    """Brings nodes to what `plans` say."""
    for plan in plans:
        node = _take_up(plan, place.out if plan.renders else place.stage, camera, written)
        references = {name: written.nodes[role].path() for name, role in plan.refers.items()}
        for name, value in {**plan.parms, **references}.items():
            written.note(node, put(node, name, value))
        for name, value in plan.optional.items():
            if node.parm(name) is not None:
                written.note(node, put(node, name, value))
        for name, values in plan.tuples.items():
            written.note(node, put_tuple(node, name, values))
        for rows in plan.rows:
            written.note(node, put_rows(node, rows))
        for index, role in enumerate(plan.inputs):
            source = written.nodes.get(role) or place.above.get(role)
            if node.input(index) is None and source is not None:
                node.setInput(index, source)
                written.note(node, True)
        written.note(node, put_note(node, plan.note))


def _take_up(plan: NodePlan, parent: Any, camera: str, written: Written) -> Any:
    node = _known(plan, parent, camera)
    if node is None:
        node = parent.createNode(_type_of(plan, parent), plan.name)
        node.setUserData(MARK, plan.role)
        node.setUserData(CAMERA, camera)
        node.moveToGoodPosition()
        written.made.append(node.name())
    written.nodes[plan.role] = node
    return node


def _known(plan: NodePlan, parent: Any, camera: str) -> Any:
    """Our node; of copies that the artist made, which carry its mark, the one of our name, or the first."""
    found = [
        child
        for child in parent.children()
        if child.userData(MARK) == plan.role and looks_through(child) == camera
    ]
    return next((child for child in found if child.name() == plan.name), found[0] if found else None)


def _type_of(plan: NodePlan, parent: Any) -> str:
    known = parent.childTypeCategory().nodeTypes()
    for name in plan.types:
        if name in known:
            return name
    raise BadInputError(
        f"This Houdini has no node {' or '.join(plan.types)}.",
        why=f"It is Houdini {hou.applicationVersionString()}.",
        fix="Choose another renderer.",
    )
