"""The parms of a node: finding, reading, setting them, and adding spare ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .binding import beyond_stubs
from .errors import InvalidSize, OperationFailed
from .fake import Fake
from .parm_tuples import ParmTuple
from .parms import Parm
from .scene import NodeState
from .template_groups import ParmTemplateGroup, group_of, set_group

if TYPE_CHECKING:
    from .enumerations import EnumValue
    from .session import Session


class Interface(Fake):
    """The part of `hou.OpNode` that has to do with parms."""

    hom = "OpNode"
    _session: Session
    _state: NodeState

    def parm(self, parm_path: str) -> Parm | None:
        found = self._session.find_parm(parm_path, self._state)
        return None if found is None else Parm(self._session, *found)

    def parmTuple(self, parm_path: str) -> ParmTuple | None:
        found = self._session.find_tuple(parm_path, self._state)
        return None if found is None else ParmTuple(self._session, *found)

    def evalParm(self, parm_path: str) -> Any:
        found = self.parm(parm_path)
        if found is None:
            raise OperationFailed(f"Invalid parm name: {parm_path!r} on {self._state.path()}")
        return found.eval()

    def evalParmTuple(self, parm_path: str) -> tuple[Any, ...]:
        found = self.parmTuple(parm_path)
        if found is None:
            raise OperationFailed(f"Invalid parm name: {parm_path!r} on {self._state.path()}")
        return found.eval()

    def parms(self) -> tuple[Parm, ...]:
        return tuple(parm for found in self.parmTuples() for parm in found)

    def parmTuples(self) -> tuple[ParmTuple, ...]:
        return tuple(ParmTuple(self._session, self._state, fact) for fact in self._state.tuples())

    def spareParms(self) -> tuple[Parm, ...]:
        return tuple(parm for parm in self.parms() if parm.isSpare())

    def setParms(self, parm_dict: Mapping[str, Any]) -> None:
        for name, value in parm_dict.items():
            self._set_parm(name, value)

    def _set_parm(self, name: str, value: Any) -> None:
        single = self.parm(name)
        whole = self.parmTuple(name)
        if whole is not None and (single is None or isinstance(value, (tuple, list))):
            if not isinstance(value, (tuple, list)):
                raise InvalidSize(f"{self._state.path()}/{name} has {len(whole)} components")
            whole.set(value)
        elif single is not None:
            single.set(value)
        else:
            raise OperationFailed(f"Invalid parm name: {name!r} on {self._state.path()}")

    def setParmExpressions(
        self,
        parm_dict: Mapping[str, Any],
        language: EnumValue | None = None,
        replace_expressions: bool = True,
    ) -> None:
        for name, expression in parm_dict.items():
            found = self.parm(name)
            if found is None:
                raise OperationFailed(f"Invalid parm name: {name!r} on {self._state.path()}")
            found.setExpression(expression, language, replace_expressions)

    def parmTemplateGroup(self) -> ParmTemplateGroup:
        return group_of(self._session, self._state)

    def setParmTemplateGroup(
        self, parm_template_group: ParmTemplateGroup, rename_conflicting_parms: bool = False
    ) -> None:
        set_group(self._state, parm_template_group)
        self._session.scene.changed = True

    @beyond_stubs("SideFX docs hom/hou/OpNode: addSpareParmTuple")
    def addSpareParmTuple(
        self, parm_template: Any, in_folder: Sequence[str] = (), create_missing_folders: bool = False
    ) -> ParmTuple:
        fact = parm_template._fact()
        if self._state.parm(fact.name) is not None:
            raise OperationFailed(f"{self._state.path()} has a parm {fact.name!r} already")
        self._state.spare[fact.name] = fact
        self._session.scene.changed = True
        return ParmTuple(self._session, self._state, fact)

    def removeSpareParms(self) -> None:
        for name in list(self._state.spare):
            del self._state.spare[name]
            self._state.channels.pop(name, None)
        self._session.scene.changed = True
