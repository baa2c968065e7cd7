"""A module imports only from layers below its own, and each layer stays able to live without those above."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import cosmos_houdini

PACKAGE = Path(cosmos_houdini.__file__).parent
# Lowest first. Names of one level don't know each other, save in the first, which is one ground for all.
LEVELS = [
    {"errors", "progress", "environment", "records", "config", "toml_lines"},
    {"engines", "passes", "box", "install"},
    {"preview", "preflight", "report", "authoring"},
    {"workflow"},
    {"cli", "bridge"},
    {"__main__"},
]
# What Houdini's own Python loads knows nothing else of ours.
HOUDINI_SIDE = {"houdini": {"errors", "progress", "environment", "records"}}


def violations(package: Path) -> list[str]:
    """One line for each forbidden import below `package`: file, line and import."""
    return [
        f"{file.relative_to(package.parent).as_posix()}:{line} imports {name}: {wrong}"
        for file in sorted(package.rglob("*.py"))
        for line, name in imports_of(file, package)
        if (wrong := what_is_wrong(top_of(file, package), name.split(".")[1]))
    ]


def imports_of(file: Path, package: Path) -> list[tuple[int, str]]:
    """Line and dotted name of each import of our own modules, those inside functions included."""
    found = []
    folder = file.relative_to(package.parent).parent.parts
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(folder[: len(folder) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            # `from . import x` names the module x, `from .x import y` the module x.
            names = [f"{module}.{alias.name}" for alias in node.names]
        found += [(node.lineno, name) for name in names if name.startswith(f"{package.name}.")]
    return found


def top_of(file: Path, package: Path) -> str:
    first = file.relative_to(package).parts[0]
    return first.removesuffix(".py")


def what_is_wrong(importer: str, imported: str) -> str:
    if imported in ("__version__", importer):
        return ""
    if importer in HOUDINI_SIDE:
        allowed = HOUDINI_SIDE[importer]
        return "" if imported in allowed else f"{importer} may import only {', '.join(sorted(allowed))}"
    low, high = level_of(imported), level_of(importer)
    if importer == "__init__":
        return "the package itself imports nothing"
    if low is None or high is None:
        return f"{imported if low is None else importer} belongs to no layer; give it one in this test"
    if low > high:
        return f"{imported} is a layer above {importer}"
    if low == high and low != 0:
        return f"{imported} and {importer} are siblings"
    return ""


def level_of(top: str) -> int | None:
    return next((number for number, names in enumerate(LEVELS) if top in names), None)


def test_no_module_imports_from_its_own_level_or_above():
    assert violations(PACKAGE) == []


def test_every_module_has_a_layer():
    tops = {top_of(file, PACKAGE) for file in PACKAGE.rglob("*.py")} - {"__init__"}
    assert tops <= set().union(*LEVELS, HOUDINI_SIDE)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("records/a.py", "from ..engines.base import x", "engines is a layer above records"),
        ("errors.py", "from .workflow import x", "workflow is a layer above errors"),
        ("passes/a.py", "def f():\n    from ..box import agent", "box and passes are siblings"),
        ("passes/a.py", "import cosmos_houdini.engines.base", "engines and passes are siblings"),
        ("preview/a.py", "from cosmos_houdini.preflight import x", "preflight and preview are siblings"),
        ("box/deep/a.py", "from ...cli import app", "cli is a layer above box"),
        ("config.py", "from . import cli", "cli is a layer above config"),
        (
            "houdini/a.py",
            "from ..config import load_config",
            "houdini may import only environment, errors, progress, records",
        ),
        ("newcomer.py", "from .errors import x", "newcomer belongs to no layer"),
        ("records/a.py", "from ..newcomer import x", "newcomer belongs to no layer"),
        ("__init__.py", "from .errors import CosmosError", "imports nothing"),
    ],
)
def test_a_violation_names_file_and_import(tmp_path, file, text, said):
    source = tmp_path / "cosmos_houdini" / file
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text)
    [line] = violations(tmp_path / "cosmos_houdini")
    assert line.startswith(f"cosmos_houdini/{file}:")
    assert said in line
    assert " imports cosmos_houdini." in line


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("records/a.py", "import json\nfrom . import b\nfrom .b import c\nfrom ..errors import x"),
        ("config.py", "from .records.enums import x"),
        (
            "cli/a.py",
            "from ..workflow import x\nfrom .. import __version__\nfrom ..records.store import Store",
        ),
        ("cli/commands/a.py", "from ..session import x\nfrom ...engines import y"),
        ("preview/a.py", "from ..engines import x\nfrom ..passes import y"),
        ("houdini/a.py", "import hou\nfrom ..records.store import Store"),
    ],
)
def test_imports_from_below_are_let_be(tmp_path, file, text):
    source = tmp_path / "cosmos_houdini" / file
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text)
    assert violations(tmp_path / "cosmos_houdini") == []
