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
ROOT = PACKAGE.parents[1]
OURS = [
    *(PACKAGE / f"{name}.py" for name in ("__init__", "errors", "progress", "environment")),
    *sorted((PACKAGE / "records").glob("*.py")),
    *sorted((PACKAGE / "houdini").rglob("*.py")),
]
TYPES = sorted((ROOT / "pdg" / "types").rglob("*.py"))  # loaded by PDG itself, not as part of our package
# What only a Houdini has.
HOUDINIS = {"hou", "pdg", "PySide2", "PySide6", "hdefereval", "toolutils", "soptoolutils", "loptoolutils"}


def imported(file: Path) -> set[str]:
    """The top names of all absolute imports in a source, those inside functions included."""
    tops = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file), feature_version=(3, 9))):
        if isinstance(node, ast.Import):
            tops |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            tops.add(str(node.module).split(".")[0])
    return tops


def rim(files: list[Path]) -> set[Path]:
    """Those that import what only a Houdini has, and those that import one of them."""
    found = {file for file in files if imported(file) & HOUDINIS}
    while more := {file for file in files if file not in found and own_imports(file) & found}:
        found |= more
    return found


def own_imports(file: Path) -> set[Path]:
    """The files of ours that a source imports at once, when it is loaded."""
    found = set()
    for node in ast.parse(file.read_text(encoding="utf-8"), str(file)).body:
        if isinstance(node, ast.ImportFrom) and node.level:
            base = file.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            found |= {base.with_suffix(".py"), *(base / f"{alias.name}.py" for alias in node.names)}
            found.add(base / "__init__.py")
    return found


def module_name(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = sorted(module_name(file) for file in OURS if file not in rim(OURS))
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


@pytest.mark.parametrize("file", [*OURS, *TYPES], ids=lambda file: str(file.relative_to(ROOT)))
def test_the_syntax_is_that_of_python_3_9_and_the_imports_are_of_the_standard_library(file):
    allowed = sys.stdlib_module_names | {"__future__"}
    if file in TYPES or file.is_relative_to(PACKAGE / "houdini"):
        allowed |= HOUDINIS | {"cosmos_houdini"}
    assert imported(file) <= allowed


@pytest.mark.parametrize("name", ["3.9", "3.10", "3.11", "3.13"])
def test_what_houdini_loads_compiles_in_its_pythons(name):
    python = find_python(name)
    if python is None:
        pytest.skip(f"there is no python{name} here")
    code = "import sys\nfor file in sys.argv[1:]: compile(open(file, encoding='utf-8').read(), file, 'exec')"
    done = subprocess.run(
        [python, "-I", "-c", code, *map(str, [*OURS, *TYPES])], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_client_of_the_runtime_is_among_what_is_loaded():
    assert {"cosmos_houdini.houdini.bridge_client.client", "cosmos_houdini.houdini.runtime"} <= set(MODULES)


def test_who_needs_a_houdini_is_told_from_who_does_not(tmp_path):
    for name, text in {
        "glue": "import hou",
        "late": "def f():\n    import pdg",
        "above": "from .glue import x",
        "beside": "from . import above",
        "free": "from .pure import x",
        "pure": "import json",
    }.items():
        (tmp_path / f"{name}.py").write_text(text)
    found = {file.stem for file in rim(sorted(tmp_path.glob("*.py")))}
    assert found == {"glue", "late", "above", "beside"}
