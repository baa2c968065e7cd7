"""Values of options as work items give them: an attribute that an item lacks is an empty text."""

from __future__ import annotations

from typing import Any, Optional

import click

from ...errors import UsageError


class Given(click.ParamType[Any]):
    """A value of another type; an empty text is none."""

    def __init__(self, kind: type[Any], name: str) -> None:
        self.name = name
        self._kind = click.types.convert_type(kind)

    def convert(self, value: Any, param: Optional[click.Parameter], ctx: Optional[click.Context]) -> Any:
        if isinstance(value, str) and not value.strip():
            return None
        return self._kind.convert(value, param, ctx)


class Needed(click.ParamType[str]):
    """A text that has to say something."""

    name = "text"

    def convert(self, value: Any, param: Optional[click.Parameter], ctx: Optional[click.Context]) -> str:
        if not str(value).strip():
            raise UsageError(
                f"{param.opts[0] if param else 'A value'} is empty.",
                why="Where it is taken from an attribute, the work item lacks that one.",
                fix="Look at the node before this one, or give it in so many words.",
            )
        return str(value)


WHOLE = Given(int, "number")
TEXT = Given(str, "text")
NEEDED = Needed()
