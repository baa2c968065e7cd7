"""Taking typed fields out of the agent's answers; whatever doesn't fit is a BoxError that names the field."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ..errors import BoxError
from .answer import nonsense, printable
from .names import is_safe_id, is_safe_name, is_sha256

TEXT_LIMIT = 4096


class Fields:
    """One JSON object of an answer, read with the wanted types. Unknown fields are left alone: newer
    agents add some.
    """

    def __init__(self, value: object, where: str, box: str) -> None:
        self.where = where
        self.box = box
        if not isinstance(value, Mapping):
            raise self.bad("", "should be an object")
        self._value: Mapping[str, Any] = value

    def bad(self, name: str, why: str) -> BoxError:
        field = f"{self.where}.{name}" if name else self.where
        return nonsense(self.where.partition(".")[0], self.box, f"The field {printable(field, 80)} {why}.")

    def get(self, name: str) -> Any:
        if name not in self._value:
            raise self.bad(name, "is missing")
        return self._value[name]

    def is_null(self, name: str) -> bool:
        return self.get(name) is None

    def text(self, name: str, limit: int = TEXT_LIMIT) -> str:
        value = self.get(name)
        if not isinstance(value, str) or len(value) > limit:
            raise self.bad(name, f"should be a text of at most {limit} characters")
        return value

    def shown_text(self, name: str) -> str:
        return printable(self.text(name), TEXT_LIMIT)

    def optional_text(self, name: str) -> Optional[str]:
        return None if self.is_null(name) else self.shown_text(name)

    def count(self, name: str) -> int:
        value = self.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 62:
            raise self.bad(name, "should be a whole number of 0 or more")
        return value

    def optional_count(self, name: str) -> Optional[int]:
        return None if self.is_null(name) else self.count(name)

    def number(self, name: str) -> float:
        value = self.get(name)
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
            raise self.bad(name, "should be a number")
        return float(value)

    def optional_number(self, name: str) -> Optional[float]:
        return None if self.is_null(name) else self.number(name)

    def flag(self, name: str) -> bool:
        value = self.get(name)
        if not isinstance(value, bool):
            raise self.bad(name, "should be true or false")
        return value

    def items(self, name: str) -> Sequence[Any]:
        value = self.get(name)
        if not isinstance(value, list):
            raise self.bad(name, "should be a list")
        return value

    def objects(self, name: str) -> list[Fields]:
        return [Fields(value, f"{self.where}.{name}", self.box) for value in self.items(name)]

    def object(self, name: str) -> Fields:
        return Fields(self.get(name), f"{self.where}.{name}", self.box)

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.items(name)
        if not all(isinstance(value, str) and len(value) <= TEXT_LIMIT for value in values):
            raise self.bad(name, "should be a list of texts")
        return tuple(printable(value, TEXT_LIMIT) for value in values)

    def run_id(self, name: str) -> str:
        value = self.text(name)
        if not is_safe_id(value):
            raise self.bad(name, f"is {printable(ascii(value), 80)}, which is no run id")
        return value

    def file_name(self, name: str) -> str:
        value = self.text(name)
        if not is_safe_name(value):
            raise self.bad(name, f"is {printable(ascii(value), 80)}, which is no safe file name")
        return value

    def sha256(self, name: str) -> str:
        value = self.text(name)
        if not is_sha256(value):
            raise self.bad(name, "is no SHA-256")
        return value
