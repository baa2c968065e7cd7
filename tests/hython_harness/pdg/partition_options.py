"""What all partitioners have: how a partition orders its items, and which frame it is of."""

from __future__ import annotations

from typing import Any

from ..errors import NotPlayedError
from .items import WorkItem
from .nodes import Node

# Menus of a parm dump of Houdini 19.0 (waitforall) and 20.0 (partitionbyattribute).
UNSORTED, BY_INDEX, BY_INPUT, BY_ATTRIBUTE, BY_FRAME = 0, 1, 2, 3, 4  # pdg_partitionsort
NO_FRAME, FIRST, LAST, LARGEST, SMALLEST = 0, 1, 2, 3, 4  # pdg_partitionframe


def order(node: Node, inside: list[WorkItem]) -> list[WorkItem]:
    how = _chosen(node, "pdg_partitionsort", BY_INDEX)
    if how in (UNSORTED, BY_INPUT):  # items come in the order of the inputs
        return inside
    key = _key(node, how)
    return sorted(inside, key=key, reverse=_chosen(node, "pdg_partitionsortdirection", 0) == 1)


def _key(node: Node, how: int) -> Any:
    if how == BY_INDEX:
        return lambda item: item.index
    if how == BY_FRAME:
        return lambda item: item.frame
    if how == BY_ATTRIBUTE:
        name = node["pdg_partitionsortattrib"].evaluateString()
        return lambda item: item.attribValue(name)
    raise NotPlayedError(f"{node.name}: the harness doesn't sort partitions by {how}")


def frame_of(node: Node, inside: list[WorkItem]) -> float | None:
    how = _chosen(node, "pdg_partitionframe", FIRST)
    frames = [item.frame for item in inside if item.hasFrame]
    if how == NO_FRAME or not frames:
        return None
    if how == FIRST:
        return inside[0].frame if inside[0].hasFrame else None
    if how == LAST:
        return inside[-1].frame if inside[-1].hasFrame else None
    return max(frames) if how == LARGEST else min(frames)


def _chosen(node: Node, parm: str, default: int) -> int:
    parameter = node.parameter(parm)
    return default if parameter is None else parameter.evaluateInt()
