"""Small words for sentences about several things."""

from __future__ import annotations

from collections.abc import Iterable


def listed(things: Iterable[object]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    words = [str(thing) for thing in things]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def counted(number: int, unit: str) -> str:
    """`1 frame`, `2 frames`."""
    return f"{number} {unit}{'' if number == 1 else 's'}"


def capital(text: str) -> str:
    """The first letter capital, the rest as it is."""
    return text[:1].upper() + text[1:]
