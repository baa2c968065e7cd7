"""Things that no source of ours does."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [
    *sorted((ROOT / "python3.10libs").rglob("*.py")),
    *sorted((ROOT / "scripts").rglob("*.py")),
    *sorted((ROOT / "examples").rglob("*.py")),
]


def habits(text: str) -> list[str]:
    """What is wrong with a source, each with its line."""
    found = []
    for node in ast.walk(ast.parse(text)):
        wrong = _wrong(node)
        if wrong:
            found.append(f"line {node.lineno}: {wrong}")
    return found


def _wrong(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        if name in ("eval", "exec", "compile", "builtins.eval", "builtins.exec"):
            return f"calls {name}"
        if re.fullmatch(r"os\.(system|popen)|subprocess\.(getoutput|getstatusoutput)|commands\.\w+", name):
            return f"hands text to a shell by {name}"
        if name.endswith("exec_command") and not all(_is_constant(argument) for argument in node.args):
            return "hands a made-up command to a shell of the box"
        if any(
            keyword.arg == "shell"
            and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
            for keyword in node.keywords
        ):
            return "runs a command through a shell"
        if name.endswith("suppress") and any(_catches_everything(argument) for argument in node.args):
            return "swallows every exception"
    if isinstance(node, ast.ExceptHandler) and _catches_everything(node.type) and _does_nothing(node.body):
        return "swallows every exception"
    return ""


def _is_constant(argument: ast.expr) -> bool:
    """A literal, or a name that is written as a constant."""
    return isinstance(argument, ast.Constant) or (isinstance(argument, ast.Name) and argument.id.isupper())


def _catches_everything(kind: ast.expr | None) -> bool:
    if kind is None:
        return True
    if isinstance(kind, ast.Tuple):
        return any(_catches_everything(item) for item in kind.elts)
    return isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException")


def _does_nothing(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(step, (ast.Pass, ast.Continue, ast.Break))
        or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
        or (isinstance(step, ast.Return) and (step.value is None or isinstance(step.value, ast.Constant)))
        for step in body
    )


@pytest.mark.parametrize("file", SOURCES, ids=[str(file.relative_to(ROOT)) for file in SOURCES])
def test_no_source_has_a_forbidden_habit(file):
    assert habits(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "import subprocess\nsubprocess.run('ls', shell=True)",
        "run(x, shell=flag)",
        "import os\nos.system('ls')",
        "import os\nos.popen('ls')",
        "channel.exec_command(f'ls {path}')",
        "channel.exec_command('ls ' + path)",
        "channel.exec_command(command)",
        "eval('1')",
        "exec('1')",
        "try:\n    x()\nexcept Exception:\n    pass",
        "try:\n    x()\nexcept BaseException as e:\n    ...",
        "try:\n    x()\nexcept:\n    pass",
        "try:\n    x()\nexcept (OSError, Exception):\n    pass",
        "def f():\n    try:\n        x()\n    except Exception:\n        return None",
        "for i in x:\n    try:\n        y()\n    except Exception:\n        continue",
        "with contextlib.suppress(Exception):\n    x()",
    ],
)
def test_each_habit_is_found(text):
    assert len(habits(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "run(x, shell=False)",
        "channel.exec_command('ls')",
        "channel.exec_command(COMMAND)",
        "'''shell=True, eval(x)'''",
        "model.eval()",
        "re.compile('x')",
        "try:\n    x()\nexcept OSError:\n    pass",
        "try:\n    x()\nexcept Exception as error:\n    raise RuntimeError from error",
        "try:\n    x()\nexcept BaseException:\n    clean()\n    raise",
        "with suppress(OSError):\n    x()",
    ],
)
def test_honest_code_is_let_be(text):
    assert habits(text) == []
