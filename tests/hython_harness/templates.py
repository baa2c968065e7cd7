"""Parm templates: what a parm looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .facts import ParmFact
from .fake import Fake

if TYPE_CHECKING:
    from .session import Session


class ParmTemplate(Fake):
    hom = "ParmTemplate"

    def __init__(self, session: Session, fact: ParmFact) -> None:
        super().__init__(session)
        self._fact = fact

    def name(self) -> str:
        return self._fact.name

    def label(self) -> str:
        return self._fact.label

    def numComponents(self) -> int:
        return self._fact.size

    def isHidden(self) -> bool:
        return self._fact.hidden

    def tags(self) -> dict[str, str]:
        return dict(self._fact.tags)


def template_of(session: Session, fact: ParmFact) -> Any:
    return ParmTemplate(session, fact)


def classes(session: Session) -> dict[str, Any]:
    return {"ParmTemplate": ParmTemplate}
