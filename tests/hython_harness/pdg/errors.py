"""What the fake `pdg` raises, and how an error of a callback is told."""

from __future__ import annotations

import traceback


class AttribError(Exception):
    """An attribute that isn't there, is of another type, or may not be written now."""


class CookError(Exception):
    """The graph can't be cooked. Raised in a callback, its text is the node's error (docs)."""


def told(error: Exception) -> str:
    """A callback's exception, as it is shown on the node."""
    if isinstance(error, CookError):
        return str(error)
    return "".join(traceback.format_exception(type(error), error, error.__traceback__))
