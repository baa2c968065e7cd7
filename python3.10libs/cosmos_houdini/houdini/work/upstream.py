"""Which work items a node makes, by those before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from ...errors import BadInputError
from .ports import Item, Node, top_of


def from_upstream(node: Node, upstream: Sequence[Item], parameter: str, own: str) -> Sequence[Optional[Item]]:
    """What to make an item of: each upstream item, or None for one that comes from nowhere.

    The latter where `parameter` says `own`, which is what the node works on by itself, and nothing is before
    it. BadInputError where there is nothing to make items of.
    """
    if upstream:
        return upstream
    by_itself = node[parameter].evaluateString() == own
    if by_itself and not has_input(node):
        return [None]
    raise nothing_to_do(node)


def nothing_to_do(node: Node) -> BadInputError:
    """What to say where a node has made no work items at all."""
    if not has_input(node):
        return BadInputError(
            f"{node.name} has nothing to work on.",
            why="No node is wired before it, and its parameters say that it works on what comes from there.",
            fix="Wire a node before it, or name what it works on in its parameters.",
        )
    return BadInputError(
        f"{node.name} has made no work items.",
        why="The node before it made none.",
        fix="If that is a Wedge, set its Wedge Count to 1 or more; if a ROP Fetch, check its frame range. "
        "If a node before it failed, mend that first.",
    )


def refuse_nothing(node: Any) -> None:
    """After a cook: BadInputError where nothing came of the node, which PDG takes for a success.

    Only where it is the node right before that made nothing, though those before it did their part.
    """
    if node.workItems:
        return
    before = top_of(node).inputs()
    if not before:
        raise nothing_to_do(node)
    for one in before:
        earlier = one.inputs()
        fed = not earlier or any(item.isSuccessful for source in earlier for item in _items(source))
        if fed and not _items(one) and not one.errors():
            raise nothing_to_do(node)


def came_from(source: Optional[Item]) -> dict[str, Any]:
    """How a new work item is told what it came from: it inherits the attributes of that."""
    return {} if source is None else {"parent": source, "index": source.index}


def has_input(node: Node) -> bool:
    """Whether a node is wired before it."""
    return bool(top_of(node).inputs())


def _items(top: Any) -> Any:
    return top.getPDGNode().workItems
