"""Options that take several values in a row: `--weights 0.3 0.4 0.2 0.1`."""

from __future__ import annotations

import re
from typing import Any

import click


class VariadicCommand(click.Command):
    """A command some of whose options swallow the following words, as long as they look like values.

    `variadic` maps an option to the pattern of one value. A word that doesn't match ends the row, so a
    positional argument may follow.
    """

    def __init__(self, *args: Any, variadic: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.variadic = variadic

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        expanded: list[str] = []
        option, count = "", 0
        for word in args:
            if word in self.variadic:
                option, count = word, 0
                expanded.append(word)
            elif option and (count == 0 or re.fullmatch(self.variadic[option], word)):
                expanded += [word] if count == 0 else [option, word]
                count += 1
            else:
                option = ""
                expanded.append(word)
        return super().parse_args(ctx, expanded)
