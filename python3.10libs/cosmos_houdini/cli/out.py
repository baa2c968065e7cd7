"""Printing: text, JSON, and what goes to standard error."""

from __future__ import annotations

import codecs
import json
import os
import sys
from typing import Any, Optional

import click


def emit(text: str, newline: bool = True) -> None:
    """Prints to standard output."""
    click.echo(text, nl=newline, color=_colour())


def emit_error(text: str) -> None:
    """Prints a line to standard error."""
    click.echo(text, err=True, color=_colour())


def emit_json(value: Any, indent: bool = False) -> None:
    """One JSON document; on one line unless `indent`."""
    emit(json_text(value, indent))


def json_text(value: Any, indent: bool = False) -> str:
    """A JSON document that standard output can hold: escapes are JSON's own where its encoding is no UTF."""
    encoding = codecs.lookup(getattr(sys.stdout, "encoding", None) or "utf-8").name
    return json.dumps(value, indent=2 if indent else None, ensure_ascii=not encoding.startswith("utf"))


def _colour() -> Optional[bool]:
    """False where nobody wants colour (https://no-color.org) or the terminal has none; else click decides."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None
