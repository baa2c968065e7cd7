"""What was done to nodes, and how that is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Done:
    """Of what makes nodes: the names of those that were made, and of those that were changed besides."""

    made: list[str]
    changed: list[str]

    def note(self, node: Any, changed: bool = True) -> None:
        """That a node was changed, where it was; what is new is no change."""
        if changed and node.name() not in (*self.made, *self.changed):
            self.changed.append(node.name())


def words(made: Sequence[str], changed: Sequence[str], removed: Sequence[str] = ()) -> str:
    """As in `made a, b; changed c`; empty where nothing was done."""
    told = {"made": made, "changed": changed, "removed": removed}
    return "; ".join(f"{verb} {', '.join(names)}" for verb, names in told.items() if names)
