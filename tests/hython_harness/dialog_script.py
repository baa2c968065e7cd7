"""Reads a DialogScript: the text that says which parms an asset has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Union

from .facts import ParmFact

TOKEN = re.compile(r'"((?:[^"\\\n]|\\.)*)"|([{}\[\]])|(\n)|([^\s"{}\[\]]+)|[ \t\r]+')
# Types of a parm as the catalogue calls them, and how Houdini names the components of each.
KINDS = {
    "integer": "int", "int": "int", "ordinal": "menu", "buttonstrip": "menu", "log": "float",
    "angle": "float",
    "intvector": "int", "intvector2": "int", "intvector4": "int", "vector": "float", "vector2": "float",
    "vector4": "float", "color": "float", "color4": "float", "direction": "float",
}  # fmt: skip
SUFFIXES = {
    "vector": "xyz", "vector2": "xy", "vector4": "xyzw", "intvector": "xyz", "intvector2": "xy",
    "intvector4": "xyzw", "color": "rgb", "color4": "rgba", "direction": "xyz",
}  # fmt: skip
PLAIN = {
    "string", "file", "directory", "oppath", "oplist", "image", "geometry", "toggle", "float", "button",
    "separator", "label", "data", "ramp_flt", "ramp_rgb",
}  # fmt: skip
FOLDERS = {"group", "groupsimple", "groupcollapsible", "groupradio"}
MULTIPARMS = {"multiparm", "multiscroll", "multiswitcher"}


@dataclass
class Statement:
    """`word argument { block }`: of the block either its statements or its plain tokens are of use."""

    word: str
    arguments: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    block: list[Statement] = field(default_factory=list)


@dataclass(frozen=True)
class Script:
    """What an asset's DialogScript says: name, label, parms in order, and the folder of each parm."""

    name: str
    label: str
    parms: tuple[ParmFact, ...]
    folders: dict[str, tuple[str, ...]]


class ScriptError(ValueError):
    """A DialogScript that Houdini would not read."""


def read_script(text: str) -> Script:
    """Raises ScriptError for braces that don't match, unknown types, names that come twice."""
    tokens = _tokens(text)
    body = _statements(tokens)
    if len(body) != 1 or body[0].word:
        raise ScriptError("a DialogScript is one block in braces")
    parms: list[ParmFact] = []
    folders: dict[str, tuple[str, ...]] = {}
    _read_block(body[0].block, (), "", parms, folders)
    names = [parm.name for parm in parms]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ScriptError(f"names come twice: {', '.join(sorted(twice))}")
    return Script(_first(body[0].block, "name"), _first(body[0].block, "label"), tuple(parms), folders)


Token = Union[str, tuple[str]]  # a tuple is quoted text


def _tokens(text: str) -> list[Token]:
    text = re.sub(r"^[ \t]*#.*$", "", text, flags=re.MULTILINE)
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise ScriptError(f"can't be read from here on: {text[place : place + 40]!r}")
        place = match.end()
        if match[1] is not None:
            found.append((re.sub(r"\\(.)", r"\1", match[1]),))
        elif match[2] or match[3] or match[4]:
            found.append(match[0])
    return found


def _statements(tokens: list[Token], depth: int = 0) -> list[Statement]:
    """Takes statements from the front, up to the brace that closes the block."""
    found: list[Statement] = []
    now: Statement | None = None
    while tokens:
        token = tokens.pop(0)
        if token == "\n":
            now = None
        elif token == "{":
            if now is None:
                now = Statement("")
                found.append(now)
            now.tokens = _plain(tokens)
            now.block = _statements(tokens, depth + 1)
        elif token == "}":
            if depth == 0:
                raise ScriptError("a brace too many")
            return found
        elif now is None:
            now = Statement(token if isinstance(token, str) else token[0])
            found.append(now)
        else:
            now.arguments.append(token if isinstance(token, str) else token[0])
    if depth:
        raise ScriptError("a brace is missing")
    return found


def _plain(tokens: list[Token]) -> list[str]:
    """The tokens of a block without taking them; quoted ones only, words too outside of brackets."""
    found, depth = [], 0
    for token in tokens:
        if token == "{":
            depth += 1
        elif token == "}":
            if depth == 0:
                return found
            depth -= 1
        elif token != "\n" and depth == 0:
            found.append(token if isinstance(token, str) else token[0])
    return found


def _read_block(
    block: list[Statement],
    folder: tuple[str, ...],
    parent: str,
    parms: list[ParmFact],
    folders: dict[str, tuple[str, ...]],
) -> None:
    for step in block:
        if step.word == "parm" or step.word in MULTIPARMS:
            parm = _parm(step, parent)
            parms.append(parm)
            folders[parm.name] = folder
            if step.word in MULTIPARMS:
                _read_block(step.block, folder, parm.name, parms, folders)
        elif step.word in FOLDERS:
            _read_block(step.block, (*folder, _first(step.block, "label")), parent, parms, folders)


def _parm(step: Statement, parent: str) -> ParmFact:
    told = {inner.word: inner for inner in step.block}
    name = _first(step.block, "name")
    if not name:
        raise ScriptError("a parm has no name")
    multi = step.word in MULTIPARMS
    kind = "multiparm" if multi else _first(step.block, "type")
    if not multi and kind not in PLAIN and kind not in KINDS and "baseparm" not in told:
        raise ScriptError(f"{name}: there is no type {kind!r}")
    size = int(_first(step.block, "size") or len(SUFFIXES.get(kind, "1")))
    menu = told.get("menu") or told.get("menureplace") or told.get("menutoggle") or told.get("menumini")
    scripted = menu is not None and "[" in menu.tokens
    default = told.get("default")
    values = (default.tokens or default.arguments) if default else None
    return ParmFact(
        name=name,
        kind=KINDS.get(kind, kind),
        size=size,
        suffix=None if size == 1 else SUFFIXES.get(kind, "1234")[:size],
        default=None if values is None else tuple(_defaults(values)),
        menu=None if menu is None or scripted else tuple(menu.tokens[::2]),
        labels=None if menu is None or scripted else tuple(menu.tokens[1::2]),
        script_menu=scripted,
        label=_first(step.block, "label"),
        hidden="invisible" in told,
        parent=parent,
        tags=_tags(step),
    )


def _defaults(tokens: list[str]) -> list[str]:
    """Default values; `[ "$FSTART" hscript-expr ]` stands for its expression."""
    found, inside = [], False
    for token in tokens:
        if token in "[]":
            inside = token == "["
            first = inside
        elif not inside or first:
            found.append(token)
            first = False
    return found


def _tags(step: Statement) -> dict[str, str]:
    tags = {inner.tokens[0]: inner.tokens[1] for inner in step.block if inner.word == "parmtag"}
    for word in ("hidewhen", "disablewhen", "help"):
        text = _first(step.block, word)
        if text:
            tags[word] = text
    return tags


def _first(block: list[Statement], word: str) -> str:
    for step in block:
        if step.word == word and step.arguments:
            return step.arguments[0]
    return ""
