"""Assets of a session: expanded folders of `otls/` that `hou.hda.installFile` reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import OperationFailed
from .fake import Namespace

if TYPE_CHECKING:
    from .facts import TypeFact
    from .parms import Parm
    from .scene import NodeState
    from .session import Session


class Assets:
    def __init__(self, session: Session) -> None:
        self._session = session

    def namespace(self) -> Hda:
        return Hda(self._session)

    def definition(self, fact: TypeFact) -> Any:
        return None

    def module(self, fact: TypeFact) -> Any:
        return None

    def icon(self, fact: TypeFact) -> str:
        return f"{fact.category.upper()}_{fact.name}"

    def run_created(self, state: NodeState) -> None:
        """Runs the OnCreated script of an asset."""

    def run_button(self, parm: Parm, arguments: dict[str, Any]) -> None:
        raise OperationFailed(f"{parm.path()} has no callback script")


class Hda(Namespace):
    hom = "hda"
