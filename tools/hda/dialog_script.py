"""A node's table as the DialogScript of its digital asset: tabs, menus, file choosers, buttons, rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cosmos_houdini.houdini.interface import Field, Folder, NodeInterface

TYPES = {
    "string": "string",
    "text": "string",
    "menu": "string",
    "choice": "ordinal",
    "node": "oppath",
    "file": "file",
    "directory": "directory",
    "integer": "integer",
    "float": "float",
    "toggle": "toggle",
    "button": "button",
    "separator": "separator",
}
BLOCKS = {"tab": "group", "group": "groupsimple", "collapsible": "groupcollapsible"}
STEP = "    "


def dialog_script(node: NodeInterface) -> str:
    """The text of the section, one field a line as Houdini writes it."""
    lines = [
        f"# Dialog script of {node.name}, written by tools/build_hdas.py",
        "",
        "{",
        f"{STEP}name    {node.name}",
        f"{STEP}script  {node.name}",
        f"{STEP}label   {quoted(node.label)}",
        "",
        f"{STEP}help {{",
        f'{STEP * 2}""',
        f"{STEP}}}",
        "",
    ]
    for number, label in enumerate(node.inputs, 1):
        lines.append(f"{STEP}inputlabel {number} {quoted(label)}")
    names = _FolderNames()
    for tab, folder in enumerate(node.folders):
        lines += [STEP + line if line else "" for line in _folder(folder, names, tab)]
    lines.append("}")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Text as DialogScript and TypePropertiesOptions take it: no line break is let through."""
    flat = re.sub(r"\s*\n\s*", " ", text)
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'


def plain(help_text: str) -> str:
    """Help without its wiki marks, for the tooltip of a parameter."""
    return re.sub(r"[`]|(?<!\w)_(?=\w)|(?<=\w)_(?!\w)", "", help_text)


class _FolderNames:
    """Neighbouring tabs share a base name with _1, _2 behind it; each other folder has its own."""

    def __init__(self) -> None:
        self._groups = 0

    def name(self, folder: Folder, tab: int) -> str:
        if folder.look == "tab":
            return f"tabs_{tab}" if tab else "tabs"
        self._groups += 1
        return f"part{self._groups}"


def _folder(folder: Folder, names: _FolderNames, tab: int = 0) -> Iterator[str]:
    yield f"{BLOCKS[folder.look]} {{"
    yield f'{STEP}name    "{names.name(folder, tab)}"'
    yield f"{STEP}label   {quoted(folder.label)}"
    if folder.hide_when:
        yield f"{STEP}hidewhen {quoted(folder.hide_when)}"
    if folder.look != "tab":
        kind = "simple" if folder.look == "group" else "collapsible"
        yield f'{STEP}grouptag {{ "group_type" "{kind}" }}'
    yield ""
    for item in folder.fields:
        block = _folder(item, names) if isinstance(item, Folder) else _parm(item)
        for line in block:
            yield STEP + line if line else ""
    yield "}"
    yield ""


def _parm(field: Field) -> Iterator[str]:
    yield "parm {"
    for line in _parm_lines(field):
        yield STEP + line
    yield "}"


def _parm_lines(field: Field) -> Iterator[str]:
    yield f'name    "{field.name}"'
    yield f"label   {quoted(field.label)}"
    yield f"type    {TYPES[field.kind]}"
    if field.joined:
        yield "joinnext"
    if field.bare:
        yield "nolabel"
    if field.kind != "separator":
        yield f"default {{ {_default(field)} }}"
    if field.help:
        yield f"help    {quoted(plain(field.help))}"
    if field.menu:
        yield "menu {"
        for token, label in field.menu:
            yield f"{STEP}{quoted(token)} {quoted(label)}"
        yield "}"
    if field.hide_when:
        yield f"hidewhen {quoted(field.hide_when)}"
    if field.disable_when:
        yield f"disablewhen {quoted(field.disable_when)}"
    if field.range is not None:
        low, high = (f"{end:g}" + ("!" if strict else "") for end, strict in zip(field.range, field.strict))
        yield f"range   {{ {low} {high} }}"
    for key, value in _tags(field):
        yield f"parmtag {{ {quoted(key)} {quoted(value)} }}"


def _default(field: Field) -> str:
    if field.expression:
        return f"[ {quoted(field.expression)} hscript-expr ]"
    if field.kind == "button":
        return '"0"'
    if isinstance(field.default, str):
        return quoted(field.default)
    return f'"{field.default:g}"'


def _tags(field: Field) -> Iterator[tuple[str, str]]:
    if field.kind == "text":
        yield "editor", "1"
    if field.kind in ("file", "directory"):
        yield "filechooser_mode", "read"
    if field.pattern:
        yield "filechooser_pattern", field.pattern
    if field.callback:
        yield "script_callback", f"hou.phm().{field.callback}(kwargs)"
        yield "script_callback_language", "python"
    yield from field.tags
