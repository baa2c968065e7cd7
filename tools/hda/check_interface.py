"""The interface of an expanded asset: its DialogScript, and the Python that its buttons call."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from .conditions import wrong_with
from .names import unescape
from .python_names import Finding, compile_errors, defined, undefined, unresolved
from .script_parser import Entry, parse
from .script_tokens import ScriptError
from .script_words import BLOCKS, FILE_CHOOSER_MODES, SIZES, TAGS, TYPES

Located = tuple[str, int, str]
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
NUMERIC = frozenset(["integer", "int", "float", "toggle", "angle", "log", "intlog"])
EXPRESSION = re.compile(r"[$(#]")  # a variable, a function, the number of a multiparm's entry
TOGGLED = ("0", "1", "on", "off")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_#]*")
CALLED = re.compile(r"\bhou\.(?:phm\(\)|pwd\(\)\.hdaModule\(\)|pwd\(\)\.hm\(\))\.(\w+)")
HOU = re.compile(r"\bhou\.(\w+)")
HOU_IN_CALLBACKS = {"phm", "pwd", "node", "parent", "parm", "ui"}
# What PDG reads of a node by name, whatever its type; a component of a vector has a suffix.
SUFFIXES = ("x", "y", "z", "w", "r", "g", "b", "a", "u", "v", "1", "2", "3", "4")


def interface_errors(folder: Path, libraries: Path) -> Iterator[Located]:
    """`libraries` is where the modules are that the asset's Python imports from."""
    module = folder / "PythonModule"
    functions: frozenset[str] = frozenset()
    if module.is_file():
        text = module.read_text(encoding="utf-8")
        if not compile_errors(text):
            functions = defined(text)
            for line, said in (*unresolved(text, libraries), *undefined(text)):
                yield module.name, line, said
    script = folder / "DialogScript"
    table = (unescape(folder.name) or "").partition("/")[0].rpartition("::")[2]
    if not script.is_file() or table in ("Vop", "Shop"):  # whose scripts have words of their own
        return
    try:
        root = parse(script.read_text(encoding="utf-8"))
    except ScriptError as error:
        yield script.name, error.line, error.text
        return
    for line, said in (*_root_errors(root, folder), *_entries_errors(root, functions)):
        yield script.name, line, said


def _root_errors(root: Entry, folder: Path) -> Iterator[Finding]:
    for word in ("name", "script", "label"):
        if word not in root.values:
            yield root.line, f"the script has no {word}"
    namespace_table, _, name = (unescape(folder.name) or "").partition("/")
    namespace = namespace_table.rpartition("::")[0]
    operator = f"{namespace}::{name}" if namespace else name
    if root.name and root.name != operator:
        yield root.values["name"][0], f"the script's name is {root.name}, and the asset is {operator}"


def _entries_errors(root: Entry, functions: frozenset[str]) -> Iterator[Finding]:
    entries = root.all_inside()
    names = [entry.name for entry in entries]
    known = frozenset(names) | frozenset(name + end for name in names for end in SUFFIXES)
    menus = {entry.name: _said_by(entry) for entry in entries if entry.menu and entry.menu_kind == "menu"}
    seen: set[str] = set()
    for entry in entries:
        if not NAME.fullmatch(entry.name):
            yield entry.line, f"the {entry.kind} has no name that Houdini takes: '{entry.name}'"
        elif entry.name in seen:
            yield entry.line, f"the name {entry.name} is given twice"
        seen.add(entry.name)
        if "label" not in entry.values:
            yield entry.line, f"{entry.name} has no label"
        for line, rule in entry.rules.values():
            yield from ((line, said) for said in wrong_with(rule, known, menus))
        for key, (line, _) in entry.tags.items():
            if key not in TAGS:
                yield line, f"'{key}' is no tag that Houdini knows"
        if entry.kind in BLOCKS:
            yield from _folder_errors(entry)
        else:
            yield from _parm_errors(entry, functions)


def _said_by(entry: Entry) -> frozenset[str]:
    """What a menu can say in a rule: a token, or the place of one."""
    assert entry.menu is not None
    tokens = [token for token, _ in entry.menu[1]]
    return frozenset([*tokens, *(str(place) for place in range(len(tokens)))])


def _folder_errors(entry: Entry) -> Iterator[Finding]:
    kind = {"groupsimple": "simple", "groupcollapsible": "collapsible"}.get(entry.kind)
    line, tag = entry.tags.get("group_type", (entry.line, kind))
    if tag != kind and tag is not None:
        yield line, f"{entry.name} is a {entry.kind}, and its tag says {tag}"
    if not entry.inside:
        yield entry.line, f"the folder {entry.name} is empty"


def _parm_errors(entry: Entry, functions: frozenset[str]) -> Iterator[Finding]:
    if entry.type not in TYPES:
        if "baseparm" not in entry.flags:
            yield entry.line, f"'{entry.type}' is no type of a parameter"
        return
    yield from _default_errors(entry)
    yield from _menu_errors(entry)
    yield from _range_errors(entry)
    yield from _callback_errors(entry, functions)
    mode = entry.tags.get("filechooser_mode")
    if mode is not None and mode[1] not in FILE_CHOOSER_MODES:
        yield mode[0], f"'{mode[1]}' is no mode of a file chooser"


def _default_errors(entry: Entry) -> Iterator[Finding]:
    if "default" not in entry.values:
        if entry.type not in ("separator", "button", "label", "image"):
            yield entry.line, f"{entry.name} has no default"
        return
    line, values = entry.values["default"]
    size = int(entry.values["size"][1][0]) if "size" in entry.values else SIZES.get(entry.type, 1)
    if entry.type != "label" and len(values) != size:
        yield line, f"{entry.name} has {len(values)} defaults and {size} components"
    if entry.type in NUMERIC and entry.name:
        for value in values:
            if not NUMBER.fullmatch(value) and value not in ("on", "off") and not EXPRESSION.search(value):
                yield line, f"the default of {entry.name} is '{value}' and no number"
    off = [value for value in values if value not in TOGGLED and not EXPRESSION.search(value)]
    if entry.type == "toggle" and off:
        yield line, f"the default of the toggle {entry.name} is '{values[0]}'"


def _menu_errors(entry: Entry) -> Iterator[Finding]:
    if entry.scripted_menu is not None:
        return
    if entry.menu is None:
        if entry.type == "ordinal":
            yield entry.line, f"{entry.name} is a menu without entries"
        return
    line, items = entry.menu
    tokens = [token for token, _ in items]
    if not items:
        yield line, f"the menu of {entry.name} is empty"
    if len(set(tokens)) != len(tokens):
        yield line, f"the menu of {entry.name} has a token twice"
    if any(not label.strip() for _, label in items):
        yield line, f"the menu of {entry.name} has an entry without a label"
    if "default" in entry.values:
        yield from _menu_default_errors(entry, tokens)


def _menu_default_errors(entry: Entry, tokens: list[str]) -> Iterator[Finding]:
    """A menu's default is one of its tokens, or for an ordinal also the place of one."""
    line, values = entry.values["default"]
    for default in values[:1]:
        if default in tokens or EXPRESSION.search(default) or entry.menu_kind != "menu":
            continue
        if entry.type != "ordinal" or not default.isdigit():
            yield line, f"the default of {entry.name} is '{default}', which is not in its menu"
        elif int(default) >= len(tokens):
            yield line, f"the default of {entry.name} is the entry {default} of {len(tokens)}"


def _range_errors(entry: Entry) -> Iterator[Finding]:
    if "range" not in entry.values:
        return
    line, values = entry.values["range"]
    ends = [value.rstrip("!") for value in values]
    if len(ends) != 2 or not all(NUMBER.fullmatch(end) for end in ends):
        yield line, f"the range of {entry.name} is not two numbers: {' '.join(values)}"
    elif float(ends[0]) >= float(ends[1]):
        yield line, f"the range of {entry.name} goes from {ends[0]} to {ends[1]}"


def _callback_errors(entry: Entry, functions: frozenset[str]) -> Iterator[Finding]:
    if "script_callback" not in entry.tags:
        if entry.type == "button" and "baseparm" not in entry.flags:
            yield entry.line, f"the button {entry.name} calls nothing"
        return
    line, script = entry.tags["script_callback"]
    language = entry.tags.get("script_callback_language", (line, "hscript"))
    if language[1] != "python":
        if language[1] != "hscript":
            yield language[0], f"'{language[1]}' is no language of a callback"
        return
    errors = compile_errors(script) or undefined(script)
    if errors:
        yield line, f"the callback of {entry.name} is {errors[0][1]}"
        return
    called = CALLED.findall(ast.unparse(ast.parse(script)))
    if not called and "phm" in HOU.findall(script):
        yield line, f"the callback of {entry.name} calls no function of PythonModule: {script}"
    for name in set(HOU.findall(script)) - HOU_IN_CALLBACKS:
        yield line, f"the callback of {entry.name} asks for hou.{name}"
    for name in called:
        if name not in functions:
            yield line, f"{entry.name} calls {name}(), which PythonModule does not define"
