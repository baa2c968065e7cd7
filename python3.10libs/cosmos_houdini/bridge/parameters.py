"""The parameters of a call, read as strictly as records are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..records.strict import Fields, kind_of
from .messages import WrongParametersError


class Parameters(Fields):
    """Every error is a WrongParametersError, which names the parameter and the nearest known one."""

    complaint = WrongParametersError
    mend = "Look at what the call is given."
    strict_because = "Parameters are read strictly, so that a misspelt one is never silently ignored."

    def value(self, key: str) -> Any:
        """Whatever is there; None where nothing is."""
        return None if self._missing(key) else self._value[key]

    def texts(self, key: str) -> list[str]:
        """A list of texts, empty where there is none."""
        found = self.items(key)
        for item in found:
            if not isinstance(item, str):
                raise self._wrong(key, item, "a list of texts")
        return found

    def text_map(self, key: str) -> dict[str, str]:
        """An object whose values are texts, empty where there is none."""
        found = dict(self.mapping(key))
        for name, item in found.items():
            if not isinstance(item, str):
                raise WrongParametersError(
                    f"{self.where}: '{key}': '{name}' should be text, and is {kind_of(item)}.", fix=self.mend
                )
        return found

    def at_least_one(self, key: str) -> int | None:
        """A whole number from 1 on; None where there is none."""
        number = self.optional_whole(key)
        if number is not None and number < 1:
            raise self._wrong(key, number, "at least 1")
        return number

    def optional_moment(self, key: str) -> str | None:
        """A time as records have it (ISO 8601)."""
        text = self.optional_text(key)
        if text is not None:
            try:
                datetime.fromisoformat(text)
            except ValueError:
                raise self._wrong(key, text, "a time as 2026-01-31T12:00:00.000000+00:00") from None
        return text

    def one_of(self, key: str, known: tuple[str, ...], default: str) -> str:
        word = self.optional_text(key) or default
        if word not in known:
            raise self._wrong(key, word, f"one of {', '.join(known)}")
        return word

    def maps(self, key: str) -> list[Mapping[str, Any]]:
        """A list of objects, empty where there is none."""
        found = self.items(key)
        for item in found:
            if not isinstance(item, dict):
                raise self._wrong(key, item, "a list of objects")
        return found
