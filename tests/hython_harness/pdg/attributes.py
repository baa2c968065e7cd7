"""The attributes of a work item: typed, written only where PDG allows it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .errors import AttribError

_writing = threading.local()


@contextlib.contextmanager
def writable(*owners: Any) -> Iterator[None]:
    """A callback of a node or scheduler is at work in this thread, and may write these items."""
    before: tuple[Any, ...] = getattr(_writing, "owners", ())
    _writing.owners = (*before, *owners)
    try:
        yield
    finally:
        _writing.owners = before


class AttributeOwner:
    """Attributes by name: a type and a list of values each."""

    def __init__(self) -> None:
        self._attribs: dict[str, tuple[type, list[Any]]] = {}
        self._lock = threading.RLock()
        self._shown = "the work item"

    @contextlib.contextmanager
    def lockAttributes(self) -> Iterator[None]:
        with self._lock, writable(self):
            yield

    def _check_writable(self) -> None:
        if not any(owner is self for owner in getattr(_writing, "owners", ())):
            raise AttribError(
                f"{self._shown} may not be written here: outside of the callbacks that make, schedule or "
                f"cook it, attributes and files are written inside `with work_item.lockAttributes():`"
            )

    def setStringAttrib(self, name: str, value: Any, index: int = 0) -> None:
        self._set(name, str, value, index)

    def setIntAttrib(self, name: str, value: Any, index: int = 0) -> None:
        self._set(name, int, value, index)

    def setFloatAttrib(self, name: str, value: Any, index: int = 0) -> None:
        self._set(name, float, value, index)

    def stringAttribValue(self, name: str, index: int = 0) -> str | None:
        return self._get(name, str, index)

    def intAttribValue(self, name: str, index: int = 0) -> int | None:
        return self._get(name, int, index)

    def floatAttribValue(self, name: str, index: int = 0) -> float | None:
        return self._get(name, float, index)

    def stringAttribArray(self, name: str) -> list[str] | None:
        return self._array(name, str)

    def intAttribArray(self, name: str) -> list[int] | None:
        return self._array(name, int)

    def floatAttribArray(self, name: str) -> list[float] | None:
        return self._array(name, float)

    def attribValue(self, name: str, index: int = 0) -> Any:
        _, values = self._attribs.get(name, (object, []))
        return values[index] if -len(values) <= index < len(values) else None

    def attribValues(self) -> dict[str, list[Any]]:
        return {name: list(values) for name, (_, values) in self._attribs.items()}

    def hasAttrib(self, name: str) -> bool:
        return name in self._attribs

    def attribNames(self) -> list[str]:
        return list(self._attribs)

    def numAttribs(self) -> int:
        return len(self._attribs)

    def eraseAttrib(self, name: str) -> bool:
        self._check_writable()
        return self._attribs.pop(name, None) is not None

    def _inherit(self, other: AttributeOwner) -> None:
        with other._lock:
            self._attribs.update(
                {name: (kind, list(values)) for name, (kind, values) in other._attribs.items()}
            )

    def _set(self, name: str, kind: type, value: Any, index: int) -> None:
        self._check_writable()
        self._put(name, kind, value, index)

    def _put(self, name: str, kind: type, value: Any, index: int) -> None:
        if not isinstance(name, str) or not name:
            raise AttribError(f"an attribute's name is a text, not {name!r}")
        values = [_taken(one, kind, name) for one in value] if _is_list(value) else None
        with self._lock:
            old = self._attribs.get(name)
            if old is not None and old[0] is not kind:  # attribOverwrite.Match is the default
                raise AttribError(f"{self._shown}: {name} is a {old[0].__name__}, not a {kind.__name__}")
            if values is not None:
                self._attribs[name] = (kind, values)
                return
            held = list(old[1]) if old is not None else []
            held += [kind()] * (index + 1 - len(held))
            held[index] = _taken(value, kind, name)
            self._attribs[name] = (kind, held)

    def _get(self, name: str, kind: type, index: int) -> Any:
        found = self._attribs.get(name)
        if found is None or found[0] is not kind or not -len(found[1]) <= index < len(found[1]):
            return None
        return found[1][index]

    def _array(self, name: str, kind: type) -> Any:
        found = self._attribs.get(name)
        return list(found[1]) if found is not None and found[0] is kind else None


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _taken(value: Any, kind: type, name: str) -> Any:
    """TypeError for a value that pybind11 would not take."""
    if kind is str and isinstance(value, str):
        return value
    if kind is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    raise TypeError(f"{name}: a {kind.__name__} attribute can't hold {value!r}")


def as_json(attributes: AttributeOwner) -> Mapping[str, Any]:
    """For the item's data file."""
    kinds = {str: 3, int: 1, float: 2}
    return {
        name: {"type": kinds[kind], "value": values} for name, (kind, values) in attributes._attribs.items()
    }
