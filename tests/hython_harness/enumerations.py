"""`hou.severityType.Message` and the like, made from the stubs."""

from __future__ import annotations

from types import SimpleNamespace

from .stubs import Stubs


class EnumValue:
    """One value: equal to itself only, as Houdini's are."""

    def __init__(self, enumeration: str, name: str) -> None:
        self._enumeration, self._name = enumeration, name

    def name(self) -> str:
        return self._name

    def __repr__(self) -> str:
        return f"{self._enumeration}.{self._name}"

    def __hash__(self) -> int:
        return hash((self._enumeration, self._name))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EnumValue) and repr(other) == repr(self)


def enumerations(stubs: Stubs) -> dict[str, SimpleNamespace]:
    """Each enumeration of a version; asking one for a value that it lacks is an AttributeError."""
    return {
        name: SimpleNamespace(**{value: EnumValue(name, value) for value in values})
        for name, values in stubs.enumerations().items()
    }
