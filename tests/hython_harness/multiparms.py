"""Inserting and removing instances of a multiparm, in the middle too."""

from __future__ import annotations

from .errors import OperationFailed
from .facts import ParmFact
from .scene import NodeState


def insert(state: NodeState, count: ParmFact, at: int) -> None:
    """A new instance before the one at `at` (from 0); what comes after moves up."""
    number = _number(state, count)
    if not 0 <= at <= number:
        raise OperationFailed(f"{state.path()}/{count.name}: there is no place {at} among {number} instances")
    for index in range(number, at, -1):
        _move(state, count, index, index + 1)
    _set_number(state, count, number + 1)


def remove(state: NodeState, count: ParmFact, at: int) -> None:
    number = _number(state, count)
    if not 0 <= at < number:
        raise OperationFailed(f"{state.path()}/{count.name}: there is no instance {at} among {number}")
    for row in _rows(state, count):
        state.channels.pop(row.instance(at + 1).name, None)
    for index in range(at + 2, number + 1):
        _move(state, count, index, index - 1)
    _set_number(state, count, number - 1)


def shrink(state: NodeState, count: ParmFact) -> None:
    """Forgets the values of instances that are no more."""
    number = _number(state, count)
    for row in _rows(state, count):
        index = number + 1
        while state.channels.pop(row.instance(index).name, None) is not None:
            index += 1


def _number(state: NodeState, count: ParmFact) -> int:
    if count.kind != "multiparm":
        raise OperationFailed(f"{state.path()}/{count.name} is no multiparm")
    return int(state.channel(count)[0].value)


def _set_number(state: NodeState, count: ParmFact, number: int) -> None:
    channel = state.channel(count)[0]
    channel.value, channel.touched = number, True


def _rows(state: NodeState, count: ParmFact) -> list[ParmFact]:
    return [fact for fact in [*state.fact.parms.values(), *state.spare.values()] if fact.parent == count.name]


def _move(state: NodeState, count: ParmFact, old: int, new: int) -> None:
    for row in _rows(state, count):
        values = state.channels.pop(row.instance(old).name, None)
        if values is not None:
            state.channels[row.instance(new).name] = values
