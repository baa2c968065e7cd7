"""What parameters of a node are told, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Union

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


def written(parm: Any) -> str:
    """The text of a parameter, variables and all; of one with an expression, what that comes to.

    Houdini refuses to tell the unexpanded text of the latter.
    """
    return str(parm.eval() if parm.keyframes() else parm.unexpandedString())
