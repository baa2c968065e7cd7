"""Texts that a person writes for the model: a `$` or a backquote that means nothing to Houdini is kept.

Houdini fills in variables, and evaluates what stands in backquotes, in every text parameter (SideFX docs
network/expressions). The name of a variable begins with a letter or `_`, and an unknown one stays as it is
(SideFX docs hom/hou/hscriptExpression). What becomes of `$5` or of a lone backquote is nowhere said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Optional

from ...errors import BadInputError, CosmosError

# A variable; an expression in backquotes, which without @, $ or ( would be words.
_REFERENCE = re.compile(r"\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})|`[^`]*[@$(][^`]*`")
_SIGN = re.compile(r"[$`]")


def has_signs(text: str) -> bool:
    """Whether Houdini could make something else of the text."""
    return _SIGN.search(text) is not None


def prose(where: str, typed: Optional[str], evaluate: Callable[[], str]) -> str:
    """What is `typed` where nothing in it is for Houdini, else what `evaluate` makes of it.

    `typed` None: an expression computes it. `where` is the parameter's name for errors. BadInputError where
    Houdini would touch what stands for itself, or can't evaluate it.
    """
    if typed is not None:
        rest, references = _REFERENCE.subn("", typed)
        if not references:
            return typed
        if has_signs(rest):
            raise BadInputError(
                f"{where} has a $ or a backquote that stands for itself beside text that Houdini fills in.",
                why=f"Houdini would fill in both, and change what was meant: {typed.strip()}",
                fix="Say the lone one in words, as in '5 dollars', or leave out what Houdini fills in.",
            )
    try:
        return evaluate()
    except CosmosError:
        raise
    except Exception as error:  # no source tells what PDG raises for a wrong expression
        raise BadInputError(
            f"Houdini can't evaluate {where}.",
            why=str(error),
            fix="In backquotes stands an expression, as in `@seed`; words are quoted by ' instead.",
        ) from error
