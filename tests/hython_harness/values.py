"""What a parm takes: the checks that Houdini makes on a value, and those that it ought to make."""

from __future__ import annotations

from typing import Any

from .errors import OperationFailed, UnknownFactError
from .facts import ParmFact
from .scene import Value

TEXTS = ("string", "file", "oppath", "oplist", "directory", "image", "geometry")
WHOLE = ("int", "toggle", "menu", "multiparm", "button")


def accepted(fact: ParmFact, value: Any, where: str) -> tuple[Value, str]:
    """The value as it is kept, and what is odd about it though Houdini takes it ("" for nothing).

    Raises TypeError for a wrong type, OperationFailed for a menu token that isn't there.
    """
    if fact.kind in TEXTS:
        return _text(fact, value, where)
    if fact.kind == "menu":
        return _menu(fact, value, where)
    if fact.kind == "float" or fact.kind in WHOLE:
        return _number(fact, value, where)
    raise UnknownFactError(f"{where}: the harness doesn't set parms of kind {fact.kind}.")


def _text(fact: ParmFact, value: Any, where: str) -> tuple[Value, str]:
    if not isinstance(value, str):
        raise TypeError(f"{where} takes text, not {type(value).__name__} ({value!r})")
    plain = not any(mark in value for mark in "$`")
    if fact.menu and not fact.script_menu and plain and value not in fact.menu:
        return value, f"{where} = {value!r} is none of its menu: {_items(fact)}"
    return value, ""


def _number(fact: ParmFact, value: Any, where: str) -> tuple[Value, str]:
    if not isinstance(value, (int, float)):
        raise TypeError(f"{where} takes a number, not {type(value).__name__} ({value!r})")
    if fact.kind == "float":
        return float(value), ""
    if fact.kind == "toggle":
        return int(bool(value)), "" if value in (0, 1) else f"{where} = {value!r} is neither on nor off"
    return int(value), "" if float(value).is_integer() else f"{where} = {value!r} loses its fraction"


def _menu(fact: ParmFact, value: Any, where: str) -> tuple[Value, str]:
    if isinstance(value, str):
        return _token(fact, value, where), ""
    if not isinstance(value, (int, float)):
        raise TypeError(f"{where} takes a token or its number, not {type(value).__name__} ({value!r})")
    number = int(value)
    if fact.menu is not None and fact.counts_from_tokens():
        known = str(number) in fact.menu
        return number, "" if known else f"{where} = {number} is none of its menu: {_items(fact)}"
    length = len(fact.menu or fact.labels or ())
    outside = bool(length) and not 0 <= number < length
    return number, f"{where} = {number}, but its menu has {length} entries" if outside else ""


def _token(fact: ParmFact, token: str, where: str) -> int:
    if fact.menu is None:
        raise UnknownFactError(
            f"{where}: no source tells the tokens of this menu"
            + (f" (its labels are like {', '.join(fact.labels)})" if fact.labels else "")
            + "; set the number, or add the tokens to additions.json with their source."
        )
    if token not in fact.menu:
        if None in fact.menu:
            raise UnknownFactError(f"{where}: no source tells all tokens of this menu: {_items(fact)}")
        raise OperationFailed(f"{where}: {token!r} is no item of its menu: {_items(fact)}")
    return int(token) if fact.counts_from_tokens() else fact.menu.index(token)


def _items(fact: ParmFact) -> str:
    return ", ".join(item or "?" for item in fact.menu or ())


def token(fact: ParmFact, number: Value) -> str | None:
    """The token of a menu's value; None where no source tells it."""
    if fact.menu is None:
        return None
    if fact.counts_from_tokens():
        return str(number)
    return fact.menu[int(number)] if 0 <= int(number) < len(fact.menu) else str(number)
