"""The signatures of `hou`, read from the types-houdini stubs without running them.

`make dev` puts the stubs of 20.5 and 21 below `stubs/` of the runtime. Reading 90,000 lines takes seconds,
so what was found is kept beside the stub file. There are no stubs of Houdini 20.0: those of 20.5 stand for
it.
"""

from __future__ import annotations

import ast
import functools
import inspect
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import HarnessError

FOLDER = {"20.0": "20.5", "20.5": "20.5", "21.0": "21.0"}
KEPT = "signatures-1.json"  # another number when what is kept changes


def stub_folder(version: str) -> Path:
    return Path(sys.prefix) / "stubs" / FOLDER[version]


@dataclass(frozen=True)
class Call:
    """One function of the stubs: its parameters without `self`, and each one's annotation as text."""

    signature: inspect.Signature
    annotations: dict[str, str]


class Stubs:
    """All of `hou` of one version: classes with bases and methods, functions, enumerations."""

    def __init__(self, table: dict[str, Any]) -> None:
        self._table = table
        self.method = functools.cache(self._method)
        self.function = functools.cache(self._function)

    def has_class(self, name: str) -> bool:
        return name in self._table["classes"]

    def bases(self, name: str) -> list[str]:
        """The class and its bases, as far as the stubs define them, nearest first."""
        found = self._table["classes"].get(name)
        if found is None:
            return []
        return [name, *(base for parent in found["bases"] for base in self.bases(parent))]

    def enumerations(self) -> dict[str, list[str]]:
        """Each enumeration with its values."""
        return {name: found["values"] for name, found in self._table["classes"].items() if found["values"]}

    def _method(self, class_name: str, name: str) -> Call | None:
        for base in self.bases(class_name):
            found = self._table["classes"][base]["methods"].get(name)
            if found is not None:
                return _call(found)
        return None

    def _function(self, name: str) -> Call | None:
        found = self._table["functions"].get(name)
        return None if found is None else _call(found)


@functools.cache
def stubs(version: str) -> Stubs:
    """The stubs for Houdini `version`. Raises HarnessError where they aren't installed."""
    folder = stub_folder(version)
    source = folder / "hou-stubs" / "__init__.pyi"
    if not source.is_file():
        raise HarnessError(f"The types-houdini stubs for {version} are missing at {folder}. Run `make dev`.")
    kept = folder / KEPT
    if kept.is_file() and kept.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return Stubs(json.loads(kept.read_text(encoding="utf-8")))
    table = read(source.read_text(encoding="utf-8"))
    part = kept.with_suffix(f".{os.getpid()}")
    part.write_text(json.dumps(table), encoding="utf-8")
    part.replace(kept)
    return Stubs(table)


def read(text: str) -> dict[str, Any]:
    """The table of a stub file: {"classes": {name: {bases, methods, values}}, "functions": {name:
    parameters}}.
    """
    classes: dict[str, Any] = {}
    functions: dict[str, Any] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            functions[node.name] = _parameters(node, skip=0)
        elif isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "Incomplete":
            functions[ast.unparse(node.target)] = None  # known by name only: `hou.expandString`
        elif isinstance(node, ast.ClassDef):
            classes[node.name] = _class(node)
    return {"classes": classes, "functions": {name: told for name, told in functions.items() if told}}


def _class(node: ast.ClassDef) -> dict[str, Any]:
    methods, values = {}, []
    for step in node.body:
        if isinstance(step, ast.FunctionDef):
            static = any(ast.unparse(mark) == "staticmethod" for mark in step.decorator_list)
            methods[step.name] = _parameters(step, skip=0 if static else 1)
        elif isinstance(step, ast.AnnAssign) and ast.unparse(step.annotation) == "EnumValue":
            values.append(ast.unparse(step.target))
    return {"bases": [ast.unparse(base) for base in node.bases], "methods": methods, "values": values}


def _parameters(node: ast.FunctionDef, skip: int) -> list[list[Any]]:
    """[name, kind, whether it may be left out, annotation] of each parameter, after the first `skip`."""
    told = node.args
    plain = [*told.posonlyargs, *told.args]
    first_default = len(plain) - len(told.defaults)
    found = [[a.arg, "plain", n >= first_default, _text(a)] for n, a in enumerate(plain)][skip:]
    if told.vararg:
        found.append([told.vararg.arg, "all", True, _text(told.vararg)])
    found += [
        [a.arg, "keyword", default is not None, _text(a)]
        for a, default in zip(told.kwonlyargs, told.kw_defaults)
    ]
    if told.kwarg:
        found.append([told.kwarg.arg, "keywords", True, _text(told.kwarg)])
    return found or [["", "none", True, ""]]


def _text(argument: ast.arg) -> str:
    return ast.unparse(argument.annotation) if argument.annotation else ""


KINDS = {
    "plain": inspect.Parameter.POSITIONAL_OR_KEYWORD,
    "all": inspect.Parameter.VAR_POSITIONAL,
    "keyword": inspect.Parameter.KEYWORD_ONLY,
    "keywords": inspect.Parameter.VAR_KEYWORD,
}


def _call(parameters: list[list[Any]]) -> Call:
    told = [row for row in parameters if row[1] != "none"]
    made = [
        inspect.Parameter(
            name,
            KINDS[kind],
            default=None if optional and kind in ("plain", "keyword") else inspect.Parameter.empty,
        )
        for name, kind, optional, _ in told
    ]
    return Call(inspect.Signature(made), {name: annotation for name, _, _, annotation in told})
