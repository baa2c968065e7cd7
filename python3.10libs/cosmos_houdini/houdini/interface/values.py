"""Reading a node's parameters by their table: every value is checked, and wrong ones are explained."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Optional

from ...errors import BadInputError
from ...records.strict import nearest
from .model import Field, NodeInterface

Evaluate = Callable[[str], Any]


def chosen(**wishes: Any) -> dict[str, Any]:
    """Those that say something: None leaves it to whoever is asked."""
    return {name: value for name, value in wishes.items() if value is not None}


class Values:
    """The parameters of one node, evaluated by `evaluate(name)`. All errors are BadInputError."""

    def __init__(self, node: NodeInterface, evaluate: Evaluate) -> None:
        self._node = node
        self._evaluate = evaluate

    def text(self, name: str) -> str:
        """Without white space around it."""
        return str(self._value(name)).strip()

    def optional_text(self, name: str) -> Optional[str]:
        return self.text(name) or None

    def flag(self, name: str) -> bool:
        return self.whole(name) != 0

    def whole(self, name: str) -> int:
        field, value = self._node.field(name), self._value(name)
        return check_whole(f"{field.label} of {self._node.label}", field, value)

    def number(self, name: str) -> float:
        field, value = self._node.field(name), self._value(name)
        return check_number(f"{field.label} of {self._node.label}", field, value)

    def token(self, name: str) -> str:
        """The token of a menu, which where there is no digital asset is typed by hand."""
        field, token = self._node.field(name), self.text(name)
        if token in field.tokens:
            return token
        known = [word for word in field.tokens if word]
        meant = nearest(token.lower(), known)
        raise BadInputError(
            f"{field.label} of {self._node.label} is '{token}'.",
            why=f"It is one of: {', '.join(known)}.",
            fix=f"Did you mean '{meant}'?" if meant else f"Choose '{field.default or known[0]}'.",
        )

    def optional_token(self, name: str) -> Optional[str]:
        """None for the empty token, which leaves the choice to the project."""
        return self.token(name) or None

    def whole_if(self, toggle: str, name: str) -> Optional[int]:
        return self.whole(name) if self.flag(toggle) else None

    def number_if(self, toggle: str, name: str) -> Optional[float]:
        return self.number(name) if self.flag(toggle) else None

    def label(self, name: str) -> str:
        return self._node.field(name).label

    def _value(self, name: str) -> Any:
        self._node.field(name)
        return self._evaluate(name)


def check_whole(where: str, field: Field, value: Any) -> int:
    """`value` as a whole number within the limits of `field`; `where` begins the error."""
    number = check_number(where, field, value)
    if number != int(number):
        raise _wrong(where, value, "a whole number", field)
    return int(number)


def check_number(where: str, field: Field, value: Any) -> float:
    """`value` as a finite number within the limits of `field`; `where` begins the error."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise _wrong(where, value, "a number", field) from None
    if not math.isfinite(number) or not _within(field, number):
        raise _wrong(where, value, "a number", field)
    return number


def _within(field: Field, number: float) -> bool:
    if field.range is None:
        return True
    low, high = field.range
    return not ((field.strict[0] and number < low) or (field.strict[1] and number > high))


def _wrong(where: str, value: Any, kind: str, field: Field) -> BadInputError:
    shown = f"{value:g}" if isinstance(value, float) else f"{value}"
    return BadInputError(
        f"{where} is {shown}." if shown.strip() else f"{where} is empty.",
        why=f"It is {kind}{_limits(field)}.",
        fix=f"Set it to {field.default:g}, as it is on a new node."
        if isinstance(field.default, (int, float))
        else "",
    )


def _limits(field: Field) -> str:
    if field.range is None or not any(field.strict):
        return ""
    low, high = field.range
    if all(field.strict):
        return f" from {low:g} to {high:g}"
    return f", {low:g} or more" if field.strict[0] else f", {high:g} or less"
