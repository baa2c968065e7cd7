"""The text of a record: what may stand in it, read and written."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, Union

from ..errors import BadInputError
from .hashing import canonical_json


class AsJson(Protocol):
    """A record."""

    def as_json(self) -> dict[str, Any]: ...


def load_json(file: Path) -> Any:
    """The JSON value in `file`; BadInputError for what is unreadable, no JSON, or more than JSON (NaN)."""
    try:
        text = file.read_bytes().decode("utf-8")
        value = json.loads(
            text, parse_constant=_finite, parse_float=_finite, object_pairs_hook=_without_repeats
        )
        if "\\ud" in text or "\\uD" in text:
            pretty_json(value).encode("utf-8")  # half of a surrogate pair is not text
    except (ValueError, RecursionError) as error:
        raise BadInputError(
            f"{file} is not a record: it is not valid JSON.",
            why=str(error),
            fix="Restore the file, or create the record again.",
        ) from error
    except OSError as error:
        raise BadInputError(
            f"{file} can't be read.", why=str(error), fix="Check the path and its permissions."
        ) from error
    return value


def pretty_json(value: Any) -> str:
    """The text as it stands in a file: in the order of the fields, for people and for diffs."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def refuse_unwritable(value: Union[str, AsJson], what: str) -> None:
    """BadInputError for what JSON has no way to write: broken text, NaN, infinity, objects."""
    try:
        text = value if isinstance(value, str) else canonical_json(value.as_json())
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadInputError(
            f"The {what} holds bytes that are not text.",
            why=f"Near '{error.object[max(0, error.start - 30) : error.start]}' stands what is not UTF-8.",
            fix="Type it again, or save the file it comes from as UTF-8.",
        ) from error
    except (ValueError, TypeError, RecursionError) as error:
        raise BadInputError(
            f"The {what} holds a value that can't be written.",
            why=str(error),
            fix="Give finite numbers and plain text.",
        ) from error


def refuse_infinite(content: Any, what: str) -> None:
    """BadInputError that names the field where a JSON value holds NaN or infinity."""
    for path, number in _infinite(content, ()):
        raise BadInputError(
            f"The {what} can't be written: {': '.join(path)} is {number}.",
            why="Numbers in a record are finite.",
            fix="Give a finite number there.",
        )


def _infinite(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    if isinstance(value, float) and not math.isfinite(value):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _infinite(item, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _infinite(item, (*path, str(index)))


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a finite number")
    return number


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    block = dict(pairs)
    if len(block) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key '{next(key for key in keys if keys.count(key) > 1)}' stands there twice")
    return block
