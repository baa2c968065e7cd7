"""Base of the fakes that belong to a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .binding import Hom
from .stubs import Stubs

if TYPE_CHECKING:
    from .session import Session


class Fake(Hom):
    """An object of one session's `hou`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def _stubs(self) -> Stubs:
        return self._session.stubs


class Namespace(Fake):
    """`hou.ui`, `hou.hipFile` and the like: in Houdini classes with static methods, here one object each."""
