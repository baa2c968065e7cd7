"""What parameters of a node are told, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional, Union

Value = Union[int, float, str]
Row = Mapping[str, Value]


@dataclass(frozen=True)
class Rows:
    """Rows of a multiparm that are ours, known by what stands in their parameter `key`; others are kept.

    `count` is the parameter that says how many there are. Names are those of the parms without their number.
    """

    count: str
    key: str
    rows: tuple[Row, ...]


def typed(parm: Any) -> Optional[str]:
    """The text of a parameter, variables and all; None where an expression computes it.

    Houdini refuses to tell the unexpanded text of the latter.
    """
    return None if parm.keyframes() else str(parm.unexpandedString())


def written(parm: Any) -> str:
    """As `typed`; of one with an expression, what that comes to."""
    text = typed(parm)
    return str(parm.eval()) if text is None else text
