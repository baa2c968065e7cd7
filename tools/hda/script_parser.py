"""Reads a DialogScript by its grammar, strictly: unknown words and shapes are errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Optional

from .script_tokens import ScriptError, Token, tokens
from .script_words import (
    BLOCKS,
    EXPRESSION_LANGUAGES,
    FLAGS,
    MENU_FLAGS,
    MENUS,
    ROOT_VALUES,
    RULES,
    VALUES,
)


@dataclass
class Entry:
    """A parameter, a folder, or the script itself (`kind` root), with what was said of it.

    `values` maps a word to its values in order, `rules` a rule to its condition; both hold the line too.
    """

    kind: str
    line: int
    values: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    rules: dict[str, tuple[int, str]] = field(default_factory=dict)
    tags: dict[str, tuple[int, str]] = field(default_factory=dict)
    menu: Optional[tuple[int, tuple[tuple[str, str], ...]]] = None
    menu_kind: str = ""
    scripted_menu: Optional[str] = None
    flags: set[str] = field(default_factory=set)
    inside: list[Entry] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.values["name"][1][0] if "name" in self.values else ""

    @property
    def type(self) -> str:
        return self.values["type"][1][0] if "type" in self.values else ""

    def all_inside(self) -> list[Entry]:
        """Every entry below, in order."""
        return [entry for child in self.inside for entry in (child, *child.all_inside())]


def parse(text: str) -> Entry:
    """ScriptError with the line of the first thing that is wrong."""
    return _Parser(list(tokens(text))).script()


class _Parser:
    def __init__(self, found: Sequence[Token]) -> None:
        self._tokens = found
        self._next = 0

    def script(self) -> Entry:
        opening = self._take("{", "the script has to begin with {")
        root = self._body("root", opening.line)
        rest = self._peek()
        if rest is not None:
            raise ScriptError(rest.line, f"'{rest.value}' stands behind the end of the script")
        return root

    def _body(self, kind: str, line: int) -> Entry:
        entry = Entry(kind, line)
        while True:
            token = self._peek()
            if token is None:
                raise ScriptError(line, f"the {kind} that begins here is never closed")
            self._next += 1
            if token.kind == "}":
                return entry
            if token.kind != "word":
                raise ScriptError(token.line, f"'{token.value}' stands where a word should begin a line")
            self._word(entry, token)

    def _word(self, entry: Entry, token: Token) -> None:
        word, shapes = token.value, ROOT_VALUES if entry.kind == "root" else VALUES
        if word == "parm" or word in BLOCKS:
            if entry.kind == "parm":
                raise ScriptError(token.line, f"a {word} stands inside of a parm")
            self._take("{", f"{word} needs a {{ behind it", token)
            entry.inside.append(self._body(word, token.line))
        elif entry.kind != "root" and word in MENUS:
            self._menu(entry, token)
        elif entry.kind != "root" and word in FLAGS:
            entry.flags.add(word)
        elif entry.kind != "root" and word in RULES:
            entry.rules[word] = (token.line, self._text(token))
        elif word in ("parmtag", "grouptag"):
            key, value = self._pair(token)
            entry.tags[key] = (token.line, value)
        elif entry.kind == "root" and word == "bindhandle":
            self._handle(token)
        elif word in shapes:
            self._values(entry, token, shapes[word])
        else:
            raise ScriptError(token.line, f"'{word}' is no word of a {entry.kind}")

    def _values(self, entry: Entry, token: Token, count: Optional[int]) -> None:
        # A multiparm's default is a bare number, a parameter's stands in braces.
        braced = count is None and not (token.value == "default" and self._is("word"))
        values = self._braced(token) if braced else tuple(self._text(token) for _ in range(count or 1))
        if token.value in entry.values and token.value not in ("inputlabel", "outputlabel"):
            raise ScriptError(token.line, f"'{token.value}' is said twice")
        entry.values[token.value] = (token.line, values)

    def _handle(self, token: Token) -> None:
        """A handle of the viewport: some words on the line, and perhaps pairs in braces."""
        while (self._is("word") or self._is("text")) and self._tokens[self._next].line == token.line:
            self._next += 1
        if self._is("{"):
            self._braced(token)

    def _menu(self, entry: Entry, token: Token) -> None:
        entry.menu_kind = token.value
        while self._is("word") and self._tokens[self._next].value in MENU_FLAGS:
            self._next += 1
        self._take("{", f"{token.value} needs a {{ behind it", token)
        if self._is("["):
            entry.scripted_menu = self._script_lines(token)
            return
        found = self._until("}", token)
        if len(found) % 2:
            raise ScriptError(token.line, "the menu has a token without a label")
        entry.menu = (token.line, tuple(zip(found[::2], found[1::2])))

    def _script_lines(self, token: Token) -> str:
        lines = []
        while self._is("["):
            self._next += 1
            lines += self._until("]", token)
        while self._is("word") and self._tokens[self._next].value in MENU_FLAGS:
            self._next += 1
        self._take("}", "the menu's script is never closed", token)
        return "\n".join(lines)

    def _braced(self, token: Token) -> tuple[str, ...]:
        self._take("{", f"{token.value} needs a {{ behind it", token)
        values: list[str] = []
        while not self._is("}"):
            if self._is("["):
                self._next += 1
                inside = self._until("]", token)
                if len(inside) != 2 or inside[1] not in EXPRESSION_LANGUAGES:
                    raise ScriptError(token.line, f"[ {' '.join(inside)} ] is no expression and its language")
                values.append(inside[0])
            else:
                values.append(self._text(token))
        self._next += 1
        return tuple(values)

    def _pair(self, token: Token) -> tuple[str, str]:
        values = self._braced(token)
        if len(values) != 2:
            raise ScriptError(token.line, f"{token.value} needs two texts and has {len(values)}")
        return values[0], values[1]

    def _until(self, closing: str, token: Token) -> list[str]:
        found = []
        while not self._is(closing):
            found.append(self._text(token))
        self._next += 1
        return found

    def _text(self, token: Token) -> str:
        """The next value, a quoted text or a bare word."""
        value = self._peek()
        if value is None:
            raise ScriptError(token.line, f"{token.value} is never closed")
        if value.kind not in ("text", "word"):
            raise ScriptError(value.line, f"{token.value} needs a value, and '{value.value}' follows")
        self._next += 1
        return value.value

    def _take(self, kind: str, wrong: str, after: Optional[Token] = None) -> Token:
        token = self._peek()
        if token is None or token.kind != kind:
            line = token.line if token is not None else after.line if after is not None else 1
            raise ScriptError(line, wrong)
        self._next += 1
        return token

    def _is(self, kind: str) -> bool:
        token = self._peek()
        return token is not None and token.kind == kind

    def _peek(self) -> Optional[Token]:
        return self._tokens[self._next] if self._next < len(self._tokens) else None
