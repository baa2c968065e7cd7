"""Whether Python text compiles, and whether the names of ours in it exist: told by reading, not running."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

# What tools, callbacks and scripts of events find there (public shelves and assets).
GIVEN = ("hou", "kwargs")
Finding = tuple[int, str]  # the line in the text, and what is wrong there


def compile_errors(text: str, python: tuple[int, int] = (3, 9)) -> list[Finding]:
    """The syntax error in `text` as Python of that version, if there is one."""
    try:
        ast.parse(text, feature_version=python)
    except SyntaxError as error:
        return [(error.lineno or 1, f"no Python {python[0]}.{python[1]}: {error.msg}")]
    return []


def undefined(text: str) -> list[Finding]:
    """The names in `text` that nothing in it defines: Houdini comes upon them only when it runs that line."""
    nodes = list(ast.walk(ast.parse(text)))
    known = {*dir(builtins), *GIVEN}
    for node in nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            known.add(node.id)
        elif isinstance(node, ast.arg):
            known.add(node.arg)
        elif isinstance(node, ast.ExceptHandler):
            known.add(node.name or "")
        elif isinstance(node, ast.stmt):
            known.update(_names_of(node))
    if "*" in known:
        return []
    loads = [node for node in nodes if isinstance(node, ast.Name) and node.id not in known]
    return sorted((node.lineno, f"nothing defines '{node.id}'") for node in loads)


def defined(text: str) -> frozenset[str]:
    """The names that the top level of a module defines, imports included."""
    names: set[str] = set()
    for node in ast.parse(text).body:
        names.update(_names_of(node))
    return frozenset(names)


def _names_of(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            yield alias.asname or alias.name.split(".")[0]
    elif isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            yield from (name.id for name in ast.walk(target) if isinstance(name, ast.Name))
    elif isinstance(node, (ast.If, ast.Try)):
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.stmt):
                yield from _names_of(part)
            elif isinstance(part, ast.ExceptHandler):
                for inside in part.body:
                    yield from _names_of(inside)


def unresolved(text: str, libraries: Path) -> list[Finding]:
    """The names of `cosmos_houdini` in `text` that no module below `libraries` defines."""
    found: list[Finding] = []
    tree = ast.parse(text)
    modules: dict[str, str] = {}  # local name -> our module
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and _ours(node.module):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                if _module_file(inner, libraries) is not None:
                    modules[alias.asname or alias.name] = inner
                elif not _has(str(node.module), alias.name, libraries):
                    found.append((node.lineno, f"there is no '{alias.name}' in {node.module}"))
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if not _ours(alias.name):
                    continue
                if _module_file(alias.name, libraries) is None:
                    found.append((node.lineno, f"there is no module {alias.name}"))
                elif alias.asname:
                    modules[alias.asname] = alias.name
                else:
                    modules["cosmos_houdini"] = "cosmos_houdini"
    for outermost in _attributes(tree):
        found += _look_up(outermost, modules, libraries)
    return sorted(set(found))


def _look_up(node: ast.Attribute, modules: dict[str, str], libraries: Path) -> list[Finding]:
    """Follows `shelf.submit` or `cosmos_houdini.houdini.shelf.submit` from module to module to a name."""
    words = ast.unparse(node).split(".")
    module = modules.get(words[0])
    if module is None:
        return []
    for word in words[1:]:
        inner = f"{module}.{word}"
        if _module_file(inner, libraries) is not None:
            module = inner
        elif _has(module, word, libraries):
            return []
        else:
            return [(node.lineno, f"there is no '{word}' in {module}")]
    return []


def _attributes(tree: ast.AST) -> Iterator[ast.Attribute]:
    """The longest dotted names."""
    inner = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node not in inner and _is_dotted(node):
            yield node


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _ours(module: Optional[str]) -> bool:
    return module is not None and module.split(".")[0] == "cosmos_houdini"


def _module_file(module: str, libraries: Path) -> Optional[Path]:
    place = libraries.joinpath(*module.split("."))
    for file in (place.with_suffix(".py"), place / "__init__.py"):
        if file.is_file():
            return file
    return None


def _has(module: str, name: str, libraries: Path) -> bool:
    file = _module_file(module, libraries)
    return file is not None and name in defined(file.read_text(encoding="utf-8"))
