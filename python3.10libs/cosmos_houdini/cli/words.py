"""Values as they are typed; a mistyped one is an error of usage, not of input."""

from __future__ import annotations

import math
from typing import Optional

import click

from ..errors import BadInputError, UsageError
from ..records.strict import EnumT, as_word


def typed_word(text: str, kind: type[EnumT], option: str) -> EnumT:
    """The member of the enum `kind`; UsageError names the option and the nearest word."""
    try:
        return as_word(text.strip().lower(), kind, option)
    except BadInputError as error:
        raise UsageError(error.what, error.why, error.fix) from None


def typed_number(text: str, option: str) -> float:
    """A finite number; UsageError names the option."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"{option} takes a number, and '{text}' is none.")
    return number


def named_twice(option: str, word: str) -> UsageError:
    """For an option that may be given again, but not about the same: the last must not win unseen."""
    return UsageError(f"{option} names {word} twice.", fix=f"Give {word} once.")


class FiniteNumber(click.ParamType[float]):
    """A float that is neither NaN nor infinite."""

    name = "number"

    def convert(self, value: object, param: Optional[click.Parameter], ctx: Optional[click.Context]) -> float:
        try:
            return typed_number(str(value), (param.opts[0] if param is not None else None) or "The option")
        except UsageError as error:
            self.fail(error.what, param, ctx)


class FiniteRange(click.FloatRange):
    """A range that NaN, which is neither below nor above anything, is not in either."""

    def convert(self, value: object, param: Optional[click.Parameter], ctx: Optional[click.Context]) -> float:
        return float(super().convert(NUMBER.convert(value, param, ctx), param, ctx))


NUMBER = FiniteNumber()
