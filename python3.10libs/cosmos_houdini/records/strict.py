"""Reading a JSON object without letting anything unknown or mistyped through."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, ClassVar, Optional, TypeVar

from ..errors import BadInputError, CosmosError
from .paths import check_project_path

EnumT = TypeVar("EnumT", bound=Enum)
FieldsT = TypeVar("FieldsT", bound="Fields")


def nearest(word: str, known: Iterable[str]) -> Optional[str]:
    """The known word that `word` was most likely meant to be, or None."""
    import difflib  # only an error message needs it, and every start of Houdini would pay for it

    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return found[0] if found else None


class Fields:
    """One JSON object being read: take each known field by its type, then `finish` refuses the rest.

    `where` names the object in messages ("runs/x.json: parameters"). All errors are BadInputError, unless a
    class of its own says otherwise for what is no record.
    """

    complaint: ClassVar[type[CosmosError]] = BadInputError
    mend: ClassVar[str] = "Restore the file, or create the record again with cosmos-houdini."
    strict_because: ClassVar[str] = (
        "Records are read strictly, so that a misspelt setting is never silently ignored."
    )

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, Mapping):
            raise self.complaint(f"{where} should be an object, and is {kind_of(value)}.", fix=self.mend)
        self.where = where
        self._value = value
        self._taken: list[str] = []

    def text(self, key: str) -> str:
        return str(self._take(key, str, "text"))

    def optional_text(self, key: str) -> Optional[str]:
        return None if self._missing(key) else self.text(key)

    def optional_path(self, key: str) -> Optional[str]:
        """A file named relative to the project folder; never one outside of it."""
        if self._missing(key):
            return None
        path = self.text(key)
        check_project_path(path, f"{self.where}: '{key}'")
        return path

    def path(self, key: str) -> str:
        """As `optional_path`, but it has to be there."""
        self.text(key)
        return str(self.optional_path(key))

    def whole(self, key: str) -> int:
        return int(self._take(key, int, "a whole number"))

    def optional_whole(self, key: str) -> Optional[int]:
        return None if self._missing(key) else self.whole(key)

    def number(self, key: str) -> float:
        value = self._take(key, (int, float), "a number")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise self._wrong(key, value, "a finite number")
        return number

    def optional_number(self, key: str) -> Optional[float]:
        return None if self._missing(key) else self.number(key)

    def flag(self, key: str, default: bool = False) -> bool:
        return default if self._missing(key) else bool(self._take(key, bool, "true or false"))

    def word(self, key: str, kind: type[EnumT]) -> EnumT:
        try:
            return as_word(self.text(key), kind, f"{self.where}: '{key}'")
        except BadInputError as error:
            raise self.complaint(error.what, error.why, error.fix) from None

    def optional_word(self, key: str, kind: type[EnumT]) -> Optional[EnumT]:
        return None if self._missing(key) else self.word(key, kind)

    def mapping(self, key: str) -> Mapping[str, Any]:
        if self._missing(key):
            return {}
        value: Mapping[str, Any] = self._take(key, Mapping, "an object")
        return value

    def items(self, key: str) -> list[Any]:
        return [] if self._missing(key) else list(self._take(key, list, "a list"))

    def child(self: FieldsT, key: str) -> Optional[FieldsT]:
        """The object under `key`, or None where it is absent or null."""
        return None if self._missing(key) else type(self)(self.mapping(key), f"{self.where}: {key}")

    def finish(self) -> None:
        """Raises for the first key that nobody asked for, with the nearest known one."""
        for key in self._value:
            if key not in self._taken:
                known = list(dict.fromkeys(self._taken))
                meant = nearest(str(key), known)
                raise self.complaint(
                    f"{self.where} has an unknown key '{key}'.",
                    why=self.strict_because,
                    fix=f"Did you mean '{meant}'?" if meant else f"Known keys: {', '.join(known)}.",
                )

    def _missing(self, key: str) -> bool:
        self._taken.append(key)
        return self._value.get(key) is None

    def _take(self, key: str, kind: Any, kind_name: str) -> Any:
        self._taken.append(key)
        if key not in self._value:
            raise self.complaint(f"{self.where} lacks the key '{key}'.", fix=f"Add '{key}' ({kind_name}).")
        value = self._value[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self._wrong(key, value, kind_name)
        return value

    def _wrong(self, key: str, value: Any, kind_name: str) -> CosmosError:
        return self.complaint(
            f"{self.where}: '{key}' should be {kind_name}, and is {kind_of(value)}.", fix=self.mend
        )


def as_word(text: str, kind: type[EnumT], where: str) -> EnumT:
    """The member of the enum `kind` spelled `text`; BadInputError names the nearest one."""
    try:
        return kind(text)
    except ValueError:
        known = [str(member.value) for member in kind]
        meant = nearest(text, known)
        raise BadInputError(
            f"{where} is '{text}', which is not one of {', '.join(known)}.",
            fix=f"Did you mean '{meant}'?" if meant else f"Use one of: {', '.join(known)}.",
        ) from None


def kind_of(value: Any) -> str:
    """What a JSON or TOML value is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"{str(value).lower()} (a boolean)"
    if isinstance(value, (int, float)):
        return f"{value} (a number)" if isinstance(value, float) or abs(value) < 10**30 else "a huge number"
    if isinstance(value, str):
        return f"'{value if len(value) <= 40 else value[:37] + '...'}' (text)"
    if isinstance(value, Mapping):
        return "an object"
    return "a list" if isinstance(value, list) else type(value).__name__
