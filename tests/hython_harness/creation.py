"""Making a node: its type, its name, what it holds from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import naming
from .errors import OperationFailed, PermissionError
from .scene import NodeState

if TYPE_CHECKING:
    from .session import Session


def create(
    session: Session,
    parent: NodeState,
    type_name: str,
    name: str | None = None,
    *,
    run_init_scripts: bool = True,
    load_contents: bool = True,
    exact: bool = False,
    force_valid_name: bool = False,
) -> NodeState:
    """A new node inside `parent`. Raises OperationFailed for an unknown type or a name that is none."""
    session.note_thread(f"a {type_name} is made in {parent.path()}")
    if parent.locked:
        raise PermissionError(f"{parent.path()} is locked")
    category = parent.fact.children
    if not category:
        raise OperationFailed(f"{parent.path()} can't hold nodes")
    fact = session.find_type(category, type_name, exact=exact)
    if fact is None:
        raise OperationFailed(
            f"Invalid node type name: {type_name!r} is no {category} type of {session.version}"
        )
    if name is not None and not naming.is_valid(name):
        if not force_valid_name:
            raise OperationFailed(f"Invalid node name: {name!r}")
        name = naming.valid(name)
    taken = parent.children
    made_name = naming.first_name(type_name, taken) if name is None else naming.unique(name, taken)
    state = NodeState(made_name, fact, parent, session.scene.take_id(), without_init=not run_init_scripts)
    parent.children[made_name] = state
    if not fact.certain:
        session.note_unknown(f"{fact.key()}: whether {session.version} has this type")
    if load_contents:
        for inner in fact.contents:
            create(session, state, inner, inner)
    session.scene.changed = True
    session.created(state, run_init_scripts)
    return state
