"""Reads a package file as Houdini does, strictly, as far as SideFX docs ref/plugins tell.

`houdini_version` is compared part by part; `method` is append, prepend or replace; a key that isn't known
would become a variable, so it is an error here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Optional

KNOWN = {"enable", "env", "hpath", "load_package_once"}
# Houdini -> the Python in it (documentation of SideFX, folders that public packages ship).
PYTHONS = {"19.5": "3.9", "20.0": "3.10", "20.5": "3.11", "21.0": "3.11", "22.0": "3.13"}


def environment_after(file: Path, houdini_version: str) -> Optional[dict[str, str]]:
    """The variables that the package sets, HOUDINI_PATH among them; None where it disables itself."""
    package = json.loads(file.read_text(encoding="utf-8"))
    assert set(package) <= KNOWN, "Houdini would take these for variables"
    assert isinstance(package["load_package_once"], bool)
    if not is_enabled(package["enable"], {"houdini_version": houdini_version}):
        return None
    variables = {"HOUDINI_PACKAGE_PATH": str(file.parent)}
    for entry in package["env"]:
        [(name, value)] = entry.items()
        method, value = (value["method"], value["value"]) if isinstance(value, dict) else ("replace", value)
        variables[name] = _joined(method, variables.get(name, ""), _expanded(value, variables))
    variables["HOUDINI_PATH"] = _expanded(package["hpath"], variables)
    return variables


def sys_path_of(variables: dict[str, str], python: str) -> list[str]:
    """What Houdini puts on sys.path: PYTHONPATH, and the pythonX.Ylibs of its own version in HOUDINI_PATH."""
    places = [part for part in variables.get("PYTHONPATH", "").split(":") if part]
    libraries = [Path(part) / f"python{python}libs" for part in variables["HOUDINI_PATH"].split(":")]
    return places + [str(folder) for folder in libraries if folder.is_dir()]


def is_enabled(expression: Any, words: dict[str, str]) -> bool:
    if isinstance(expression, bool):
        return expression
    return any(
        all(_holds(term, words) for term in either.split(" and ")) for either in expression.split(" or ")
    )


def _holds(term: str, words: dict[str, str]) -> bool:
    match = re.fullmatch(r"\s*(\w+)\s*(==|!=|>=|<=|>|<)\s*'([^']*)'\s*", term)
    assert match, f"no expression of Houdini's: {term}"
    left, right = _parts(words[match[1]]), _parts(match[3])
    return {
        "==": left == right,
        "!=": left != right,
        ">=": left >= right,
        "<=": left <= right,
        ">": left > right,
        "<": left < right,
    }[match[2]]


def _parts(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _expanded(text: str, variables: dict[str, str]) -> str:
    return re.sub(r"\$(\w+)", lambda match: variables[match[1]], text)


def _joined(method: str, old: str, new: str) -> str:
    if method == "replace" or not old:
        return new
    return f"{new}:{old}" if {"prepend": True, "append": False}[method] else f"{old}:{new}"
