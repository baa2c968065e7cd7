"""Finding the runtime, and where its logs go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.houdini import runtime

CHECKOUT = Path(__file__).parents[3]
INSIDE = Path("Scripts", "python.exe") if os.name == "nt" else Path("bin", "python")


def test_the_root_is_the_installation_unless_the_package_file_says_another(tmp_path):
    assert runtime.root({}) == CHECKOUT
    assert runtime.root({"COSMOS_HOUDINI": str(tmp_path)}) == tmp_path


def test_the_runtime_lies_in_the_root(tmp_path):
    program = tmp_path / ".runtime" / INSIDE
    program.parent.mkdir(parents=True)
    program.touch()
    assert runtime.python({"COSMOS_HOUDINI": str(tmp_path)}) == program


def test_a_python_that_is_named_goes_before_it(tmp_path):
    program = tmp_path / "other python"
    program.touch()
    assert runtime.python({"COSMOS_HOUDINI": "/nowhere", "COSMOS_RUNTIME_PYTHON": str(program)}) == program


@pytest.mark.parametrize("named", [{}, {"COSMOS_RUNTIME_PYTHON": "/nowhere/python"}])
def test_a_missing_runtime_says_what_to_do(tmp_path, named):
    with pytest.raises(BadInputError) as failed:
        runtime.python({"COSMOS_HOUDINI": str(tmp_path), **named})
    assert failed.value.what == "The runtime of Cosmos Houdini is missing."
    assert "cosmos-houdini install" in failed.value.fix
    assert all(name in failed.value.why for name in named)


def test_logs_go_to_the_users_cache_also_where_nobody_has_a_home(tmp_path):
    named = {"XDG_CACHE_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}
    assert runtime.log_folder(named).name == "logs"
    assert runtime.log_folder({}).name == "logs"


def test_the_library_path_is_where_the_package_is():
    assert (runtime.library_path() / "cosmos_houdini" / "errors.py").is_file()
