"""One line of the results."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured: `value` in `unit`, the `target` in words, and a note on how."""

    name: str
    value: float
    unit: str
    target: str
    note: str
