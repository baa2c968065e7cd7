"""`hou.Parm`: one value of a node. What it refuses is what the docs say (types-houdini 21.0)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import values
from .enumerations import EnumValue
from .errors import ObjectWasDeleted, OperationFailed, PermissionError
from .evaluation import NUMBERS, component
from .expressions import as_text
from .facts import ParmFact
from .fake import Fake
from .scene import HSCRIPT, PYTHON, Channel, NodeState, default_channels

if TYPE_CHECKING:
    from .nodes import OpNode
    from .parm_tuples import ParmTuple
    from .session import Session

REFERENCE = re.compile(r"""\s*chs?\(\s*["']([^"']+)["']\s*\)\s*""")


class Parm(Fake):
    hom = "Parm"

    def __init__(self, session: Session, state: NodeState, fact: ParmFact, index: int) -> None:
        super().__init__(session)
        self._state, self._fact, self._index = state, fact, index

    def _before(self, name: str) -> None:
        if self._state.deleted or self._state.parm(self._fact.name) is None:
            raise ObjectWasDeleted(f"parm {self._fact.name}")

    def _channel(self) -> Channel:
        return self._state.channel(self._fact)[self._index]

    def _where(self) -> str:
        return f"{self._state.path()}/{self._name()}"

    def _name(self) -> str:
        components = self._fact.components()
        return self._fact.name if components is None else components[self._index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Parm) and (other._state, other._fact.name, other._index) == (
            self._state,
            self._fact.name,
            self._index,
        )

    def __hash__(self) -> int:
        return hash((self._state.session_id, self._fact.name, self._index))

    def __repr__(self) -> str:
        return f"<hou.Parm {self._name()} in {self._state.path()}>"

    def name(self) -> str:
        return self._name()

    def path(self) -> str:
        return self._where()

    def description(self) -> str:
        return self._fact.label

    def node(self) -> OpNode:
        return self._session.wrap(self._state)

    def tuple(self) -> ParmTuple:
        return self._session.parm_tuple(self._state, self._fact)

    def componentIndex(self) -> int:
        return self._index

    def parmTemplate(self) -> Any:
        return self._session.template(self._fact)

    # reading

    def eval(self) -> Any:
        return component(self._session, self._state, self._fact, self._index)

    def evalAtFrame(self, frame: float) -> Any:
        return component(self._session, self._state, self._fact, self._index, frame)

    def evalAsInt(self) -> int:
        return int(self._as_number(self.eval()))

    def evalAsFloat(self) -> float:
        return float(self._as_number(self.eval()))

    def evalAsString(self) -> str:
        return self._as_text(self.eval())

    def evalAsStringAtFrame(self, frame: float) -> str:
        return self._as_text(self.evalAtFrame(frame))

    def evalAsNode(self) -> OpNode | None:
        path = self.evalAsString()
        found = self._session.scene.node(path, self._state) if path else None
        return None if found is None else self._session.wrap(found)

    def evalAsNodePath(self) -> str:
        found = self.evalAsNode()
        return "" if found is None else found.path()

    def _as_number(self, value: Any) -> float:
        if isinstance(value, str):
            raise TypeError(f"{self._where()} is no number: {value!r}")
        return float(value)

    def _as_text(self, value: Any) -> str:
        if self._fact.kind == "menu":
            token = values.token(self._fact, value)
            if token is None:
                self._session.note_unknown(f"{self._state.fact.key()}.{self._fact.name}: tokens of its menu")
                return str(value)
            return token
        return as_text(value)

    def rawValue(self) -> str:
        channel = self._channel()
        return channel.expression if channel.expression is not None else as_text(channel.value)

    def unexpandedString(self) -> str:
        if self._fact.kind in NUMBERS:
            raise OperationFailed(f"{self._where()} is no text")
        if self._channel().animated():
            raise OperationFailed(f"{self._where()} has an expression: ask for that, or for rawValue()")
        return self.rawValue()

    def getReferencedParm(self) -> Parm:
        """The parm that a channel reference names, of whatever is at its end; itself where it is none."""
        expression = self._channel().expression
        target = REFERENCE.fullmatch(expression) if expression is not None else None
        found = self._session.find_parm(target[1], self._state) if target else None
        return self if found is None else Parm(self._session, *found).getReferencedParm()

    def menuItems(self) -> tuple[str, ...]:
        self._check_menu()
        return self._fact.menu or ()

    def menuLabels(self) -> tuple[str, ...]:
        self._check_menu()
        return self._fact.labels or self._fact.menu or ()

    def _check_menu(self) -> None:
        known = self._fact
        if known.kind != "menu" and not (known.menu or known.labels or known.script_menu):
            raise OperationFailed(f"{self._where()} is no menu")

    def isAtDefault(self, compare_temporary_defaults: bool = True, compare_expressions: bool = True) -> bool:
        default, now = default_channels(self._fact)[self._index], self._channel()
        return (default.value, default.expression) == (now.value, now.expression)

    # writing

    def set(self, value: Any, language: EnumValue | None = None, follow_parm_reference: bool = True) -> None:
        channel = self._writable()
        if channel.expression is not None:
            target = REFERENCE.fullmatch(channel.expression)
            if target and follow_parm_reference:
                found = self._session.find_parm(target[1], self._state)
                if found is not None:
                    Parm(self._session, *found).set(value)
                    return
        if isinstance(value, Parm):
            self.setExpression(_reference(self, value))
            return
        kept, odd = values.accepted(self._fact, value, self._where())
        if odd:
            self._session.note_oddity(odd)
        if channel.expression is not None and self._fact.kind in NUMBERS:
            # A value put on an animated channel is gone with the next evaluation.
            self._session.note_oddity(
                f"{self._where()}: setting {value!r} has no effect while the expression "
                f"{channel.expression!r} is there; deleteAllKeyframes() first"
            )
            return
        channel.value, channel.expression, channel.touched = kept, None, True
        self._changed()

    def _writable(self) -> Channel:
        channel = self._channel()
        if channel.locked or (self._state.parent is not None and self._state.parent.locked):
            raise PermissionError(f"{self._where()} is locked")
        return channel

    def _changed(self) -> None:
        self._session.scene.changed = True
        self._session.parm_changed(self._state, self._fact)

    def setExpression(
        self, expression: str, language: EnumValue | None = None, replace_expression: bool = True
    ) -> None:
        channel = self._writable()
        if language is not None:
            channel.language = language.name()
        channel.expression, channel.touched = expression, True
        self._changed()

    def expression(self) -> str:
        found = self._channel().expression
        if found is None:
            raise OperationFailed(f"{self._where()} does not have an expression")
        return found

    def expressionLanguage(self) -> EnumValue:
        self.expression()
        return self._session.enumeration("exprLanguage", self._channel().language)

    def keyframes(self) -> tuple[Any, ...]:
        channel = self._channel()
        return () if channel.expression is None else (self._session.keyframe(channel),)

    def deleteAllKeyframes(self) -> None:
        channel = self._writable()
        if channel.expression is not None:
            channel.value, channel.expression, channel.touched = self.eval(), None, True
            self._changed()

    def isTimeDependent(self) -> bool:
        raw = self.rawValue()
        return bool(re.search(r"\$(FF?\d*|T)\b", raw))

    def revertToDefaults(self) -> None:
        self._writable()
        self._state.channel(self._fact)[self._index] = default_channels(self._fact)[self._index]
        self._changed()

    def lock(self, on: bool) -> None:
        if self._state.parent is not None and self._state.parent.locked:
            raise PermissionError(f"{self._where()} is inside a locked asset")
        self._channel().locked = on
        self._channel().touched = True

    def isLocked(self) -> bool:
        return self._channel().locked

    def pressButton(self, arguments: Mapping[str, Any] | None = None) -> None:
        for name, value in (arguments or {}).items():
            if not isinstance(value, (int, float, str)):
                raise TypeError(f"the argument {name} of a button can't be {value!r}")
        self._session.press(self, dict(arguments or {}))

    def isSpare(self) -> bool:
        return self._fact.name in self._state.spare or self._fact.init

    def isHidden(self) -> bool:
        return self._fact.hidden

    # multiparms

    def isMultiParmParent(self) -> bool:
        return self._fact.kind == "multiparm"

    def isMultiParmInstance(self) -> bool:
        return bool(self._fact.parent)

    def multiParmInstances(self) -> tuple[Parm, ...]:
        return tuple(
            Parm(self._session, self._state, fact, index)
            for fact in self._state.instances(self._fact)
            for index in range(fact.size)
        )

    def insertMultiParmInstance(self, inst_index: int) -> None:
        self._session.multiparms.insert(self._state, self._fact, inst_index)

    def removeMultiParmInstance(self, inst_index: int) -> None:
        self._session.multiparms.remove(self._state, self._fact, inst_index)


def _reference(from_parm: Parm, to_parm: Parm) -> str:
    function = "ch" if to_parm._fact.kind in NUMBERS else "chs"
    return f'{function}("{to_parm._where()}")'


LANGUAGES = (HSCRIPT, PYTHON)
