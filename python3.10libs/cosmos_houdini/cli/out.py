"""Printing, also to somebody who has stopped reading."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import click


def emit(text: str, newline: bool = True) -> None:
    """Prints to standard output; once the reader is gone (`… | head`), the work goes on unheard."""
    try:
        click.echo(text, nl=newline)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def emit_json(value: Any, indent: bool = False) -> None:
    """One JSON document; on one line unless `indent`."""
    emit(json.dumps(value, indent=2 if indent else None, ensure_ascii=False))
