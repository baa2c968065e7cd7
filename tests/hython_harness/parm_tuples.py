"""`hou.ParmTuple`: the components of a parm together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .enumerations import EnumValue
from .errors import InvalidSize, ObjectWasDeleted
from .facts import ParmFact
from .fake import Fake
from .parms import Parm
from .scene import NodeState

if TYPE_CHECKING:
    from .nodes import OpNode
    from .session import Session


class ParmTuple(Fake):
    hom = "ParmTuple"

    def __init__(self, session: Session, state: NodeState, fact: ParmFact) -> None:
        super().__init__(session)
        self._state, self._fact = state, fact

    def _before(self, name: str) -> None:
        if self._state.deleted or self._state.parm(self._fact.name) is None:
            raise ObjectWasDeleted(f"parm {self._fact.name}")

    def _parms(self) -> list[Parm]:
        return [Parm(self._session, self._state, self._fact, index) for index in range(self._fact.size)]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ParmTuple) and (other._state, other._fact.name) == (
            self._state,
            self._fact.name,
        )

    def __hash__(self) -> int:
        return hash((self._state.session_id, self._fact.name))

    def __repr__(self) -> str:
        return f"<hou.ParmTuple {self._fact.name} in {self._state.path()}>"

    def __len__(self) -> int:
        return self._fact.size

    def __getitem__(self, index: int) -> Parm:
        return self._parms()[index]

    def __iter__(self) -> Iterator[Parm]:
        return iter(self._parms())

    def __bool__(self) -> bool:
        return True

    def name(self) -> str:
        return self._fact.name

    def description(self) -> str:
        return self._fact.label

    def node(self) -> OpNode:
        return self._session.wrap(self._state)

    def parmTemplate(self) -> Any:
        return self._session.template(self._fact)

    def eval(self) -> tuple[Any, ...]:
        return tuple(parm.eval() for parm in self._parms())

    def evalAtFrame(self, frame: float) -> tuple[Any, ...]:
        return tuple(parm.evalAtFrame(frame) for parm in self._parms())

    def evalAsInts(self) -> tuple[int, ...]:
        return tuple(parm.evalAsInt() for parm in self._parms())

    def evalAsFloats(self) -> tuple[float, ...]:
        return tuple(parm.evalAsFloat() for parm in self._parms())

    def evalAsStrings(self) -> tuple[str, ...]:
        return tuple(parm.evalAsString() for parm in self._parms())

    def set(
        self, value: Sequence[Any], language: EnumValue | None = None, follow_parm_reference: bool = True
    ) -> None:
        if isinstance(value, str) or not hasattr(value, "__len__"):
            raise TypeError(
                f"{self._state.path()}/{self._fact.name} takes a sequence, not {type(value).__name__}"
            )
        if len(value) != self._fact.size:
            raise InvalidSize(
                f"{self._state.path()}/{self._fact.name} has {self._fact.size} components, "
                f"{len(value)} were given"
            )
        for parm, one in zip(self._parms(), value):
            parm.set(one, language, follow_parm_reference)

    def deleteAllKeyframes(self) -> None:
        for parm in self._parms():
            parm.deleteAllKeyframes()

    def revertToDefaults(self) -> None:
        for parm in self._parms():
            parm.revertToDefaults()

    def isAtDefault(self, compare_temporary_defaults: bool = True, compare_expressions: bool = True) -> bool:
        return all(parm.isAtDefault() for parm in self._parms())

    def isTimeDependent(self) -> bool:
        return any(parm.isTimeDependent() for parm in self._parms())

    def lock(self, bool_values: bool | Sequence[bool]) -> None:
        wanted = [bool_values] * self._fact.size if isinstance(bool_values, bool) else list(bool_values)
        if len(wanted) != self._fact.size:
            raise InvalidSize(f"{self._state.path()}/{self._fact.name} has {self._fact.size} components")
        for parm, on in zip(self._parms(), wanted):
            parm.lock(on)

    def isSpare(self) -> bool:
        return self._parms()[0].isSpare()

    def isHidden(self) -> bool:
        return self._fact.hidden

    def isMultiParmInstance(self) -> bool:
        return bool(self._fact.parent)
