"""Patterns of frames in a node's parameters: evaluating `shot.$F4.exr` would leave one frame of it."""

from __future__ import annotations

from typing import Optional

from ..interface.frame_variables import with_hashes
from .expansion import expanded
from .ports import Node, top_of


def frame_pattern(node: Node, name: str) -> Optional[str]:
    """The parameter's text with `####` for its frame variable, all others filled in.

    None where it has no frame variable: then evaluating it loses nothing, and knows the work item's
    attributes as well.
    """
    parm = top_of(node).parm(name)
    # A factory node has its settings in its script; an expression has no text to look at.
    if parm is None or parm.keyframes():
        return None
    text = parm.unexpandedString()
    kept = with_hashes(text)
    return None if kept == text else expanded(kept)
