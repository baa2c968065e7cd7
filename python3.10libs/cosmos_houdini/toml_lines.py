"""On which line of a TOML text a section or key stands, for messages: the parser doesn't keep it."""

from __future__ import annotations

import re
from typing import Optional


def line_of(text: str, section: str, key: Optional[str]) -> int:
    """The first line that writes `section` or, in it, `key`, counted from 1; 1 where it can't be told."""
    lines = text.splitlines()
    at_section = next((n for n, line in enumerate(lines, 1) if re.match(_header(section), line)), None)
    if key is None:
        return at_section or _first(lines, rf"\s*{_spelled(section)}\s*[.=]") or 1
    inside = False
    for number, line in enumerate(lines, start=1):
        if re.match(r"\s*\[", line):
            if re.match(_header(section, key), line):
                return number
            inside = re.match(_header(section), line) is not None
        elif inside and re.match(rf"\s*{_spelled(key)}\s*[.=]", line):
            return number
    dotted = rf"\s*{_spelled(section)}\s*\.\s*{_spelled(key)}\s*[.=]"
    return _first(lines, dotted) or _first(lines, rf"\s*{_spelled(section)}\s*=") or at_section or 1


def line_told(text: str, message: str) -> int:
    """The line that a parser's message speaks of; the last one with something on it, where it names none."""
    named = re.search(r"\bat line (\d+)", message)
    return int(named[1]) if named else max(1, len(text.rstrip().splitlines()))


def key_on(text: str, line: int) -> Optional[str]:
    """The key that a line, counted from 1, gives a value to; None where there is none."""
    lines = text.splitlines()
    found = re.match(r"\s*([\w.\"'-]+)\s*=", lines[line - 1]) if line <= len(lines) else None
    return found[1].strip("\"'") if found else None


def _first(lines: list[str], pattern: str) -> Optional[int]:
    return next((number for number, line in enumerate(lines, 1) if re.match(pattern, line)), None)


def _header(*names: str) -> str:
    return r"\s*\[{1,2}\s*" + r"\s*\.\s*".join(_spelled(name) for name in names) + r"\s*\]"


def _spelled(name: str) -> str:
    return rf"[\"']?{re.escape(name)}[\"']?"
