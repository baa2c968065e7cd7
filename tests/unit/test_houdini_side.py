"""What Houdini's own Python loads: standard library and 3.9 syntax, so no library of ours meets its own."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import cosmos_houdini
from support.pythons import find_python

PACKAGE = Path(cosmos_houdini.__file__).parent
MODULES = [
    "cosmos_houdini",
    *(f"cosmos_houdini.{name}" for name in ("errors", "progress")),
    *sorted(
        ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts)
        for file in (PACKAGE / "records").glob("*.py")
        if file.stem != "__init__"
    ),
]
FORBIDDEN = ["numpy", "av", "cv2", "OpenImageIO", "paramiko", "click", "PIL", "tqdm", "tomli"]

CHILD = """
import importlib, importlib.abc, json, sys

class Wall(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in set(json.loads(sys.argv[2])):
            raise ImportError(name + " is forbidden here")
        return None

sys.meta_path.insert(0, Wall())
sys.path.insert(0, sys.argv[1])
before = set(sys.modules)
for name in json.loads(sys.argv[3]):
    importlib.import_module(name)
third_party = sorted(
    name for name in set(sys.modules) - before
    if "site-packages" in (getattr(sys.modules[name], "__file__", None) or "")
)

import dataclasses
from pathlib import Path
from cosmos_houdini.errors import BadInputError, UsageError
from cosmos_houdini.progress import Meter
from cosmos_houdini.records.enums import Control, Status
from cosmos_houdini.records.prompt_spec import ControlInput, PromptSpec
from cosmos_houdini.records.run_spec import ControlWeight, RunSpec
from cosmos_houdini.records.store import Store, timestamp

store = Store(Path(sys.argv[4]))
prompt, _ = store.add_prompt(PromptSpec(
    "shot", "night", timestamp(), control_inputs={Control.DEPTH: ControlInput("inputs/depth.mp4", "0")}
))
weights = {Control.DEPTH: ControlWeight(1)}
run, file = store.add_run(RunSpec("shot", prompt.id, "preview", timestamp(), weights))
store.update_run(run.id, lambda r: dataclasses.replace(r, execution_status=Status.RUNNING))
assert store.run("last").execution_status is Status.RUNNING
assert store.prompt(prompt.id[:10]) == prompt
assert [line.status for line in store.runs()] == ["RUNNING"]
try:
    store.run("rs_nothing")
except UsageError as error:
    assert error.fix
file.write_text(file.read_text().replace("night", "day").replace("preview", "preveiw"))
try:
    store.run(run.id)
except BadInputError as error:
    assert "edited" in str(error)
else:
    raise AssertionError("an edited record was read")
steps = []
Meter(steps.append, "x", 1, "frames").advance()
assert steps[-1].fraction == 1.0
print(json.dumps({"version": list(sys.version_info[:2]), "third_party": third_party}))
"""


def use_records_with(python: str, project: Path) -> dict:
    """Imports everything, creates and updates records in a bare child process; returns what it said."""
    lists = (json.dumps(FORBIDDEN), json.dumps(MODULES))
    command = [python, "-I", "-c", CHILD, str(PACKAGE.parent), *lists, str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_records_work_with_every_library_of_the_runtime_blocked(tmp_path):
    assert use_records_with(sys.executable, tmp_path)["third_party"] == []


@pytest.mark.parametrize("name", ["3.9", "3.10", "3.12", "3.13"])
def test_records_work_in_the_pythons_of_houdini(tmp_path, name):
    python = find_python(name)
    if python is None:
        pytest.skip(f"there is no python{name} here")
    said = use_records_with(python, tmp_path)
    assert said == {"version": [int(part) for part in name.split(".")], "third_party": []}


@pytest.mark.parametrize("module", MODULES)
def test_the_syntax_is_that_of_python_3_9_and_the_imports_are_of_the_standard_library(module):
    path = PACKAGE.parent.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    tree = ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 9))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            tops = {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            tops = {str(node.module).split(".")[0]}
        else:
            continue
        assert tops <= sys.stdlib_module_names, f"{module}, line {node.lineno}"
