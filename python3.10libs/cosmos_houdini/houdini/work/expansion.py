"""Houdini's variables in texts."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, Optional

from .ports import Item


def expanded(text: str, item: Optional[Item] = None) -> str:
    """`text` with Houdini's variables and expressions filled in; `@attributes` are those of `item`."""
    import hou

    # SideFX docs tops/pdg/ActiveItemBlock: holds for HOM, too, and for this thread alone.
    active: Any = nullcontext() if item is None else item.makeActive()
    with active:
        return str(hou.text.expandString(text))
