"""Parameters of our own nodes: what they say already stays untouched, so doing it twice changes nothing."""

from __future__ import annotations

from typing import Any

import hou

from ...errors import BadInputError
from .values import Rows, Value

OURS = "Cosmos Houdini:"  # how our notes begin; other comments are the artist's


def put(node: Any, name: str, value: Value) -> bool:
    """Sets one parameter; False where it says so already."""
    parm = node.parm(name)
    if parm is None:
        raise _no_parm(node, name)
    if says(parm, value):
        return False
    if parm.isLocked():
        parm.lock(False)
    if parm.keyframes():
        parm.deleteAllKeyframes()
    parm.set(value)
    return True


def put_tuple(node: Any, name: str, values: tuple[Value, ...]) -> bool:
    """As `put`, for a parameter of several numbers."""
    parms = node.parmTuple(name)
    if parms is None:
        raise _no_parm(node, name)
    animated = any(parm.keyframes() for parm in parms)
    if not animated and tuple(parms.eval()) == values:
        return False
    if any(parm.isLocked() for parm in parms):
        parms.lock(False)
    if animated:
        parms.deleteAllKeyframes()
    parms.set(values)
    return True


def put_rows(node: Any, rows: Rows) -> bool:
    """Fills our rows of a multiparm: those that have our key, else empty ones, else new ones at the end."""
    count = node.parm(rows.count)
    if count is None:
        raise _no_parm(node, rows.count)
    changed = False
    for row in rows.rows:
        keys = [node.evalParm(f"{rows.key}{number}") for number in range(1, count.eval() + 1)]
        wanted = next((key for key in (row[rows.key], "") if key in keys), None)
        if wanted is None:
            count.insertMultiParmInstance(len(keys))
            number, changed = len(keys) + 1, True
        else:
            number = keys.index(wanted) + 1
        for name, value in row.items():
            changed = put(node, f"{name}{number}", value) or changed
    return changed


def put_note(node: Any, note: str) -> bool:
    """Shows `note` beside the node, unless the artist has written something there."""
    old = node.comment()
    if not note or old == note or (old and not old.startswith(OURS)):
        return False
    node.setComment(note)
    node.setGenericFlag(hou.nodeFlag.DisplayComment, True)
    return True


def says(parm: Any, value: Value) -> bool:
    """Whether a parameter says `value` already, and not by an expression that may come to another."""
    if isinstance(value, str):
        try:
            return bool(parm.unexpandedString() == value)
        except hou.OperationFailed:  # a menu that is kept by number, or an expression
            return not parm.keyframes() and bool(parm.evalAsString() == value)
    return not parm.keyframes() and bool(parm.eval() == value)


def _no_parm(node: Any, name: str) -> BadInputError:
    return BadInputError(
        f"{node.path()} has no parameter {name}.",
        why=f"Its type is {node.type().name()}, in a Houdini ({hou.applicationVersionString()}) that differs "
        "from those that this was written for.",
        fix="Choose another renderer, and please report it with the version.",
    )
