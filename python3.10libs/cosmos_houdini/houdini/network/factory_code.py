"""The Python on the factory nodes that stand in for ours: the settings, and a call into the package.

The settings stand on the node as a Python literal, to be read and changed there. Houdini must not expand
them, and whether it does differs by node and version: letters that could mean something to it are written as
`%24`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

_MEANS_SOMETHING = re.compile(r"[%$`\\\"'@{}\x00-\x1f]")
_HEAD = "# {label}. What is not named here is as on a new {label} node; $ is written as %24."
_CALLS = {
    "encode": "factory.generate_encode(settings, self, item_holder, upstream_items)",
    "spec": "factory.cook_spec(settings, work_item)",
    "transfer": "factory.generate_transfer(settings, self, item_holder, upstream_items)",
    "load": "factory.cook_load(settings, work_item)",
}


def code(role: str, label: str, settings: Mapping[str, Any], root: Path) -> str:
    """The script of the node that stands in for `label`; `root` is where the package is installed."""
    lines = [
        _HEAD.format(label=label),
        "settings = {",
        *(f'    "{name}": {_literal(value)},' for name, value in settings.items()),
        "}",
        "import os, sys",
        "from urllib.parse import unquote",
        f'root = os.environ.get("COSMOS_HOUDINI") or unquote({_literal(root.as_posix())})',
        'sys.path.append(os.path.join(root, "python3.10libs"))',
        "from cosmos_houdini.houdini.work import factory",
        _CALLS[role],
        "",
    ]
    return "\n".join(lines)


def settings_in(text: str) -> dict[str, Any]:
    """What the script of a node says, changed by hand or not; empty where it can't be read."""
    match = re.search(r"^settings = (\{.*?^\})", text, re.MULTILINE | re.DOTALL)
    if match is None:
        return {}
    try:
        found = ast.literal_eval(match[1])
    except (ValueError, SyntaxError):
        return {}
    return {name: decoded(value) for name, value in found.items()}


def decoded(value: Any) -> Any:
    return unquote(value) if isinstance(value, str) else value


def _literal(value: Any) -> str:
    if not isinstance(value, str):
        return repr(value)
    return '"' + _MEANS_SOMETHING.sub(lambda letter: f"%{ord(letter[0]):02X}", value) + '"'
