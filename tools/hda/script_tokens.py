"""The words of a DialogScript, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<space>\s+|\#[^\n]*)"
    r'|(?P<text>"(?:\\.|[^"\\])*")'
    r"|(?P<mark>[{}\[\]])"
    r'|(?P<word>[^\s{}\[\]"]+)',
    re.DOTALL,
)


class ScriptError(Exception):
    """What can't be read, and on which line."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


@dataclass(frozen=True)
class Token:
    """`kind` is text (quoted; `value` without the quotes), word, or the mark itself."""

    kind: str
    value: str
    line: int


def tokens(text: str) -> Iterator[Token]:
    """ScriptError for a quote that is never closed."""
    position, line = 0, 1
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ScriptError(line, "a quote is opened and never closed")
        kind, written = str(match.lastgroup), match[0]
        if kind == "text":
            yield Token("text", _unescaped(written[1:-1]), line)
        elif kind != "space":
            yield Token(written if kind == "mark" else "word", written, line)
        line += written.count("\n")
        position = match.end()


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), text, flags=re.DOTALL)
