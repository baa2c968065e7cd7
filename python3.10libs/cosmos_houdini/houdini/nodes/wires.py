"""How nodes are wired."""

from __future__ import annotations

from typing import Any


def after(node: Any) -> list[tuple[Any, int]]:
    """The nodes behind `node`, and which input of each it is wired to."""
    return [
        (behind, place)
        for behind in node.outputs()
        for place, source in enumerate(behind.inputs())
        if source == node
    ]
