"""What a node of ours shall be, as data: the renderers say it, `write` makes it so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..nodes.values import Rows, Value


@dataclass(frozen=True)
class NodePlan:
    """One node: what it is for (`role`), its possible types (the first that there is), what it says.

    `tuples` are parameters of several numbers. `optional` are parms that not every version has. `inputs` are
    the roles of the nodes before it; `refers` are parms that name another node, by its role. `renders` marks
    ROPs, which are in /out; the others are in the LOP network of the camera.
    """

    role: str
    types: tuple[str, ...]
    name: str
    parms: Mapping[str, Value] = field(default_factory=dict)
    tuples: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    optional: Mapping[str, Value] = field(default_factory=dict)
    rows: tuple[Rows, ...] = ()
    inputs: tuple[str, ...] = ()
    refers: Mapping[str, str] = field(default_factory=dict)
    renders: bool = True
    note: str = ""
