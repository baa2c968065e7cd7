"""What was typed into a node's parameters, which evaluating may lose."""

from __future__ import annotations

from typing import Optional

from ..interface.frame_variables import with_hashes
from ..nodes.values import typed
from .expansion import expanded
from .ports import Item, Node, top_of


def typed_text(node: Node, name: str) -> Optional[str]:
    """The parameter's text as it was typed, on this node or on the one that it refers to.

    None where an expression computes it, or the node has none.
    """
    parm = top_of(node).parm(name)
    if parm is None:  # a factory node has its settings in its script
        return None
    return typed(parm.getReferencedParm())  # itself, where it refers to no other


def frame_pattern(node: Node, name: str, item: Optional[Item]) -> Optional[str]:
    """The parameter's text with `####` for its frame variable, all others filled in for `item`.

    None where it has no frame variable: then evaluating it loses nothing, where it would leave one frame of
    `shot.$F4.exr`.
    """
    text = typed_text(node, name)
    kept = None if text is None else with_hashes(text)
    return None if kept is None or kept == text else expanded(kept, item)
