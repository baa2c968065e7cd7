"""The parameters of a node as the artist sees them now, for its buttons."""

from __future__ import annotations

from typing import Any

import hou

from ..interface import NodeInterface
from ..interface.frame_variables import with_hashes
from ..interface.values import Evaluate


def evaluator(node: Any, table: NodeInterface) -> Evaluate:
    """Reads the parameters of `node` for the settings objects; patterns of frames keep their frame number."""

    def evaluate(name: str) -> Any:
        if table.field(name).keep_frame:
            return frame_pattern(node.parm(name))
        return node.evalParm(name)

    return evaluate


def frame_pattern(parm: Any) -> str:
    """The text of a parameter with `####` for the frame number, and all other variables filled in."""
    try:
        text = parm.unexpandedString()
    except hou.OperationFailed:  # an expression stands in it, which has no text to look at
        return str(parm.evalAsString())
    return str(hou.text.expandString(with_hashes(text)))
