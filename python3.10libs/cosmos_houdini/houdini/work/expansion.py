"""Houdini's variables in texts."""

from __future__ import annotations


def expanded(text: str) -> str:
    """`text` with Houdini's variables filled in."""
    import hou

    return str(hou.text.expandString(text))
