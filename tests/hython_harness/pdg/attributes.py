"""The attributes of a work item: typed, written only where PDG allows it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .errors import AttribError

_in_this_thread = threading.local()


class Pen:
    """What a callback that is at work may write: the items that it makes, schedules or cooks."""

    def __init__(self, *owners: AttributeOwner) -> None:
        self._owners = {id(owner) for owner in owners}

    def add(self, owner: AttributeOwner) -> None:
        self._owners.add(id(owner))

    def may_write(self, owner: AttributeOwner) -> bool:
        return id(owner) in self._owners


@contextlib.contextmanager
def held(pen: Pen) -> Iterator[Pen]:
    """A callback of a node or scheduler is at work in this thread."""
    before: tuple[Pen, ...] = getattr(_in_this_thread, "pens", ())
    _in_this_thread.pens = (*before, pen)
    try:
        yield pen
    finally:
        _in_this_thread.pens = before


@contextlib.contextmanager
def writable(*owners: AttributeOwner) -> Iterator[None]:
    with held(Pen(*owners)):
        yield


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
        pens: tuple[Pen, ...] = getattr(_in_this_thread, "pens", ())
        if not any(pen.may_write(self) for pen in pens):
            raise AttribError(
                f"{self._shown} may not be written here: outside of the callbacks that make, schedule "
                f"or cook it, attributes and files are written inside `with work_item.lockAttributes():`"
            )

    def setStringAttrib(self, name: str, value: Any, index: int = 0) -> None:
        self._set(name, str, value, index)

    def setIntAttrib(self, name: str, value: Any, index: int = 0) -> None:
        self._set(name, int, value, index)

    def setFloatAttrib(self, name: str, value: Any, index: int = 0) -> None:
        self._set(name, float, value, index)

    def stringAttribValue(self, name: str, index: int = 0) -> str | None:
        found: str | None = self._get(name, str, index)
        return found

    def intAttribValue(self, name: str, index: int = 0) -> int | None:
        found: int | None = self._get(name, int, index)
        return found

    def floatAttribValue(self, name: str, index: int = 0) -> float | None:
        found: float | None = self._get(name, float, index)
        return found

    def stringAttribArray(self, name: str) -> list[str] | None:
        found: list[str] | None = self._array(name, str)
        return found

    def intAttribArray(self, name: str) -> list[int] | None:
        found: list[int] | None = self._array(name, int)
        return found

    def floatAttribArray(self, name: str) -> list[float] | None:
        found: list[float] | None = self._array(name, float)
        return found

    def attribValue(self, name: str, index: int = 0) -> Any:
        _, values = self._attribs.get(name, (object, []))
        return values[index] if -len(values) <= index < len(values) else None

    def attribArray(self, name: str) -> list[Any] | None:
        found = self._attribs.get(name)
        return None if found is None else list(found[1])

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
        if not isinstance(name, str) or not name:
            raise AttribError(f"an attribute's name is a text, not {name!r}")
        if not isinstance(index, int) or isinstance(index, bool) or index < 0:
            raise AttribError(f"{name}: the place in the array is a number from 0, not {index!r}")
        values = [_taken(one, kind, name) for one in value] if _is_list(value) else None
        with self._lock:
            old = self._attribs.get(name)
            if old is not None and old[0] is not kind:  # attribOverwrite.Match is the default
                raise AttribError(f"{self._shown}: {name} is a {old[0].__name__}, not a {kind.__name__}")
            if values is not None:
                self._attribs[name] = (kind, values)
                return
            kept = list(old[1]) if old is not None else []
            kept += [kind()] * (index + 1 - len(kept))
            kept[index] = _taken(value, kind, name)
            self._attribs[name] = (kind, kept)

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
