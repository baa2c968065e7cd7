"""Finding nodes by patterns and kinds."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from .enumerations import EnumValue
from .errors import NotPlayedError
from .fake import Fake
from .scene import NodeState

if TYPE_CHECKING:
    from .nodes import OpNode
    from .session import Session

# Values of hou.nodeTypeFilter and the types that pass them.
FILTERS = {"NoFilter": None, "ObjCamera": {"Object/cam"}, "Rop": "Driver", "Top": "Top", "Obj": "Object"}


class Searching(Fake):
    """The part of `hou.OpNode` that looks for nodes."""

    hom = "OpNode"
    _session: Session
    _state: NodeState

    def glob(self, pattern: str, ignore_case: bool = False) -> tuple[OpNode, ...]:
        children = self._state.children.values()
        return tuple(self._session.wrap(c) for c in children if _matches(c.name, pattern, ignore_case))

    def recursiveGlob(
        self, pattern: str, filter: EnumValue | None = None, include_subnets: bool = True
    ) -> tuple[OpNode, ...]:
        name = "NoFilter" if filter is None else filter.name()
        if name not in FILTERS:
            raise NotPlayedError(f"hou.nodeTypeFilter.{name} is not played by the harness")
        wanted = FILTERS[name]
        return tuple(
            self._session.wrap(state)
            for state in self._state.walk()
            if _matches(state.name, pattern, False) and _passes(state, wanted)
        )

    def isEditable(self) -> bool:
        return not self._state.locked

    def isInsideLockedHDA(self) -> bool:
        parent = self._state.parent
        return parent is not None and parent.locked

    def isLockedHDA(self) -> bool:
        return self._state.locked and self._state.fact.category != "Driver"


def _matches(name: str, pattern: str, ignore_case: bool) -> bool:
    if ignore_case:
        name, pattern = name.lower(), pattern.lower()
    return any(fnmatchcase(name, part) for part in pattern.split())


def _passes(state: NodeState, wanted: object) -> bool:
    if isinstance(wanted, str):
        return state.fact.category == wanted
    return not isinstance(wanted, set) or state.fact.key() in wanted
