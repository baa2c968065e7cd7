"""The files of an expanded asset, its interface apart: sections, options, the icon, the TAB menu's tool."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from .python_names import Finding, compile_errors, undefined
from .script_words import words
from .sections_list import section_rows

Located = tuple[str, int, str]  # file, line, what is wrong

NEEDED_SECTIONS = ("DialogScript", "CreateScript", "TypePropertiesOptions", "Tools.shelf")
SCRIPT_SECTIONS = words(
    "PythonModule OnCreated OnLoaded OnUpdated OnDeleted OnNameChanged OnInputChanged PreFirstCreate "
    "SyncNodeVersion"
)
SECTIONS = SCRIPT_SECTIONS.union(NEEDED_SECTIONS) | words(
    "Help IconSVG IconImage ExtraFileOptions InternalFileOptions EditableNodes MessageNodes "
    "DescriptiveParmName DefaultState DiveTarget FunctionName HelpUrl Version VHDA VexCode VflCode "
    "PythonCook Presets ViewerStateModule ViewerStateInstall ViewerStateUninstall ViewerHandleModule "
    "Vertex Geometry Fragment Contents.gz"
)
TYPE_OPTIONS = words(
    "CheckExternal ContentsCompressionType ForbidOutsideParms GzipContents LockContents MakeDefault "
    "ParmsFromVfl PrefixDroppedParmLabel PrefixDroppedParmName SaveCachedCode SaveIcon SaveSpareParms "
    "UnlockOnCreate UseDSParms"
)
FILE_OPTIONS = {
    "IsPython": ("bool", bool),
    "IsScript": ("bool", bool),
    "IsExpr": ("bool", bool),
    "IsViewerState": ("bool", bool),
    "Source": ("string", str),
    "Cursor": ("intarray", list),
}
NETWORKS = words("TOP ROP OBJ SOP LOP COP2 COP VOP DOP CHOP SHOP")
GENERIC_TOOL = re.compile(r"\b(?:top|driver|object|cop2|sop|lop|vop|dop)toolutils\.genericTool\(kwargs, ")
TOOL_VARIABLES = {"name": "$HDA_DEFAULT_TOOL", "label": "$HDA_LABEL", "icon": "$HDA_ICON"}


def asset_errors(folder: Path) -> Iterator[Located]:
    """What is wrong with the files of one asset, its interface apart."""
    if not (folder / "Sections.list").is_file():
        yield "Sections.list", 1, "it is missing"
        return
    there = {path.name for path in folder.iterdir() if path.name not in ("Sections.list", "Contents.dir")}
    yield from (("Sections.list", line, said) for line, said in _list_errors(folder, there))
    for name in NEEDED_SECTIONS:
        if name not in there:
            yield name, 1, "it is missing, and an asset needs it"
    options, wrong = _options(folder, there)
    yield from wrong
    for name in sorted(there & SCRIPT_SECTIONS):
        if options.get(f"{name}/IsPython") is not True:
            yield "ExtraFileOptions", 1, f"it doesn't say that {name} is Python"
        text = (folder / name).read_text(encoding="utf-8")
        for line, said in compile_errors(text) or undefined(text):
            yield name, line, said
    if "TypePropertiesOptions" in there:
        yield from _type_option_errors(folder / "TypePropertiesOptions")
    for name in ("Tools.shelf", "IconSVG"):
        if name in there:
            yield from _xml_errors(folder / name)


def _list_errors(folder: Path, there: set[str]) -> Iterator[Finding]:
    rows, wrong = section_rows(folder / "Sections.list")
    yield from wrong
    for disk in sorted(there - set(rows)):
        yield 1, f"{disk} is there and not listed"
    for disk in rows:
        if disk not in there and not (disk == "Contents.gz" and (folder / "Contents.dir").is_dir()):
            yield 1, f"{disk} is listed and not there"
        if disk not in SECTIONS and "." not in disk:  # files with an extension may be embedded at will
            yield 1, f"{disk} is no section that Houdini knows"


def _options(folder: Path, there: set[str]) -> tuple[dict[str, object], list[Located]]:
    """Option -> value, of those that are right, and what is wrong with the others."""
    name = "ExtraFileOptions"
    values: dict[str, object] = {}
    wrong: list[Located] = []
    if name not in there:
        return values, wrong
    try:
        options = json.loads((folder / name).read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        return values, [(name, error.lineno, f"it is no JSON: {error}")]
    if not isinstance(options, dict):
        return values, [(name, 1, "it is no JSON object")]
    for key, option in options.items():
        section, _, what = key.rpartition("/")
        if what == "CodeGenInput":  # Houdini writes it for viewer states that an asset may well lack
            continue
        if section not in there:
            wrong.append((name, 1, f"'{key}' is about a section that isn't there"))
        if what not in FILE_OPTIONS:
            wrong.append((name, 1, f"'{key}' is no option that Houdini knows"))
        elif not _is_option(option, *FILE_OPTIONS[what]):
            wrong.append((name, 1, f"'{key}' should be a {FILE_OPTIONS[what][0]}"))
        else:
            values[key] = option["value"]
    return values, wrong


def _is_option(option: object, kind: str, of: type) -> bool:
    return isinstance(option, dict) and option.get("type") == kind and isinstance(option.get("value"), of)


def _type_option_errors(file: Path) -> Iterator[Located]:
    found = set()
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        match = re.fullmatch(r"(\w+) := (\d+);", line)
        if match is None:
            yield file.name, number, f"'{line}' is not written as KEY := NUMBER;"
        elif match[1] not in TYPE_OPTIONS:
            yield file.name, number, f"'{match[1]}' is no option of a type"
        else:
            found.add(match[1])
    for key in sorted(TYPE_OPTIONS - found):
        yield file.name, 1, f"{key} is missing"


def _xml_errors(file: Path) -> Iterator[Located]:
    try:
        root = ET.fromstring(file.read_bytes())  # noqa: S314  (files of our own checkout)
    except ET.ParseError as error:
        yield file.name, error.position[0], f"it is no XML: {error}"
        return
    if file.name == "Tools.shelf":
        yield from ((file.name, 1, text) for text in _tool_errors(root))
    elif not root.tag.endswith("svg"):
        yield file.name, 1, f"it is a {root.tag} and no SVG picture"


def _tool_errors(root: ET.Element) -> Iterator[str]:
    tool = root.find("tool")
    if root.tag != "shelfDocument" or tool is None:
        yield "it holds no tool, so the node is not in the TAB menu"
        return
    for key, variable in TOOL_VARIABLES.items():
        if tool.get(key) != variable:
            yield f"the tool's {key} is '{tool.get(key)}' and not {variable}"
    for network in tool.iter("contextNetType"):
        if network.text not in NETWORKS:
            yield f"'{network.text}' is no kind of network"
    contexts = {context.get("name") for context in tool.findall("toolMenuContext")}
    if "network" not in contexts:
        yield "the tool has no network context, so the node is not in the TAB menu"
    if not (tool.findtext("toolSubmenu") or "").strip():
        yield "the tool names no submenu"
    script = tool.find("script")
    if script is None or script.get("scriptType") != "python":
        yield "the tool has no Python script"
        return
    for line, said in compile_errors(script.text or "") or undefined(script.text or ""):
        yield f"the tool's script, line {line}: {said}"
    if not GENERIC_TOOL.search(script.text or ""):
        yield "the tool's script makes no node: it calls no genericTool() of Houdini's"
    if "$HDA_NAME" not in (script.text or ""):
        yield "the tool's script doesn't name the asset"
