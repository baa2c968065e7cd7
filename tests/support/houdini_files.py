"""What is wrong with the files that Houdini reads at its start: shelves, panels, the package."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from hda.python_names import compile_errors, defined, undefined, unresolved

SHELF_CHILDREN = {
    "shelfDocument": {"toolshelf", "tool"},
    "toolshelf": {"memberTool"},
    "tool": {"helpText", "helpURL", "script", "toolMenuContext", "toolSubmenu", "hotkey"},
}
PANEL_CHILDREN = {
    "pythonPanelDocument": {"interface"},
    "interface": {"script", "includeInPaneTabMenu", "includeInToolbarMenu", "help"},
}
PACKAGE_KEYS = {"enable", "load_package_once", "env", "hpath", "version", "show", "requires", "recommends"}
METHODS = {"prepend", "append", "replace", "default"}
# houdini_version >= '19.5' and houdini_os == 'linux' …
CONDITION = re.compile(
    r"houdini_(?:version|os|python|platform_build) (?:==|!=|<|>|<=|>=) '[\w.]+'"
    r"(?: (?:and|or) houdini_(?:version|os|python|platform_build) (?:==|!=|<|>|<=|>=) '[\w.]+')*"
)
OWN_ROOTS = ("$COSMOS_HOUDINI", "$HOUDINI_PACKAGE_PATH")


def shelf_errors(file: Path, root: Path) -> list[str]:
    """`root` is the checkout: its Python names are looked up, and its icons."""
    return _located(file, _shelf_errors, root)


def panel_errors(file: Path, root: Path) -> list[str]:
    return _located(file, _panel_errors, root)


def package_errors(file: Path, root: Path) -> list[str]:
    return [f"{file.name}: {said}" for said in _package_errors(file, root)]


def _located(file: Path, errors_of, root: Path) -> list[str]:
    try:
        tree = ET.fromstring(file.read_bytes())
    except ET.ParseError as error:
        return [f"{file.name}:{error.position[0]}: it is no XML: {error}"]
    return [f"{file.name}: {said}" for said in errors_of(tree, root)]


def _unknown(element: ET.Element, children: dict[str, set[str]]) -> Iterator[str]:
    for child in element:
        if element.tag in children and child.tag not in children[element.tag]:
            yield f"{element.tag} holds no {child.tag}"
        yield from _unknown(child, children)


def _shelf_errors(shelf: ET.Element, root: Path) -> Iterator[str]:
    if shelf.tag != "shelfDocument":
        yield f"it is a {shelf.tag} and no shelfDocument"
    yield from _unknown(shelf, SHELF_CHILDREN)
    tools = [tool.get("name", "") for tool in shelf.findall("tool")]
    yield from (f"there are two tools called {name}" for name in {n for n in tools if tools.count(n) > 1})
    for row in shelf.findall("toolshelf"):
        members = [member.get("name", "") for member in row.findall("memberTool")]
        yield from (f"the shelf holds {name}, which is no tool" for name in members if name not in tools)
        yield from _lacking(row, "name", "label")
        if not members:
            yield f"the shelf {row.get('name')} is empty"
    if not tools:
        yield "it holds no tool"
    for tool in shelf.findall("tool"):
        yield from _lacking(tool, "name", "label", "icon")
        icon = tool.get("icon", "")
        for start in OWN_ROOTS:
            if icon.startswith(start) and not (root / icon[len(start) + 1 :]).is_file():
                yield f"the icon of {tool.get('name')} is not there: {icon}"
        if not (tool.findtext("helpText") or "").strip():
            yield f"{tool.get('name')} has no help"
        yield from _script_errors(tool, str(tool.get("name")), root, "python")


def _panel_errors(panel: ET.Element, root: Path) -> Iterator[str]:
    if panel.tag != "pythonPanelDocument":
        yield f"it is a {panel.tag} and no pythonPanelDocument"
    yield from _unknown(panel, PANEL_CHILDREN)
    if panel.find("interface") is None:
        yield "it holds no interface"
    for interface in panel.findall("interface"):
        yield from _lacking(interface, "name", "label", "icon")
        wrong = list(_script_errors(interface, str(interface.get("name")), root, None))
        yield from wrong
        script = interface.findtext("script") or ""
        if not wrong and "onCreateInterface" not in defined(script):
            yield f"the script of {interface.get('name')} has no onCreateInterface"


def _lacking(element: ET.Element, *names: str) -> Iterator[str]:
    for name in names:
        if not element.get(name):
            yield f"{element.tag} has no {name}"


def _script_errors(element: ET.Element, name: str, root: Path, kind: str | None) -> Iterator[str]:
    script = element.find("script")
    if script is None or not (script.text or "").strip():
        yield f"{name} has no script"
        return
    if kind is not None and script.get("scriptType") != kind:
        yield f"the script of {name} is not said to be {kind}"
    text = script.text or ""
    wrong = compile_errors(text) or [*unresolved(text, root / "python3.10libs"), *undefined(text)]
    yield from (f"the script of {name}, line {line}: {said}" for line, said in wrong)


def _package_errors(file: Path, root: Path) -> Iterator[str]:
    try:
        package = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        yield f"it is no JSON: {error}"
        return
    for key in set(package) - PACKAGE_KEYS:
        yield f"'{key}' is no key of a package"  # Houdini would take it for a variable
    if "hpath" not in package:
        yield "it adds nothing to HOUDINI_PATH"
    enable = package.get("enable", True)
    if not isinstance(enable, bool) and not CONDITION.fullmatch(str(enable)):
        yield f"enable can't be read: {enable}"
    values = [package["hpath"]] if isinstance(package.get("hpath"), str) else package.get("hpath", [])
    for variable in package.get("env", []):
        if not isinstance(variable, dict) or len(variable) != 1:
            yield f"env holds one variable an object: {variable}"
            continue
        [value] = variable.values()
        if isinstance(value, dict):
            if set(value) != {"value", "method"} or value["method"] not in METHODS:
                yield f"env says how in a way that isn't known: {variable}"
                continue
            value = value["value"]
        values = [*values, *(value if isinstance(value, list) else [value])]
    for value in values:
        for start in OWN_ROOTS:
            if value.startswith(f"{start}/") and not (root / value[len(start) + 1 :]).exists():
                yield f"there is no {value}"
