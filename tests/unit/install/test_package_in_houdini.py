"""The package file, read as Houdini reads it, leads each of its versions to our code."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from cosmos_houdini.install.package_file import package_text
from cosmos_houdini.install.preferences import BEYOND, OLDEST
from cosmos_houdini.install.root import own_root
from support.houdini_package import PYTHONS, environment_after, is_enabled, sys_path_of
from support.pythons import find_python

ROOT = own_root()
LIBRARIES = str(ROOT / "python3.10libs")
OUTSIDE = ["17.5", "18.5", "19.0", "19.4.999", "23.0", "23.0.100", "100.0"]


@pytest.fixture(params=["in the checkout", "in the preferences"])
def package_file(request, tmp_path):
    """The one that HOUDINI_PACKAGE_DIR leads to, and the one that is installed."""
    if request.param == "in the checkout":
        return ROOT / "package.json"
    file = tmp_path / "houdini20.5" / "packages" / "cosmos_houdini.json"
    file.parent.mkdir(parents=True)
    file.write_text(package_text(ROOT, None), encoding="utf-8")
    return file


@pytest.mark.parametrize("version", PYTHONS)
@pytest.mark.parametrize("build", ["", ".278"])
def test_every_supported_version_finds_the_code(package_file, version, build):
    variables = environment_after(package_file, version + build)
    assert variables is not None
    assert variables["COSMOS_HOUDINI"] == variables["HOUDINI_PATH"] == str(ROOT)
    assert set(sys_path_of(variables, PYTHONS[version])) == {LIBRARIES}


def test_only_20_0_would_find_it_without_pythonpath(package_file):
    variables = environment_after(package_file, "20.0")
    del variables["PYTHONPATH"]
    alone = [version for version, python in PYTHONS.items() if sys_path_of(variables, python)]
    assert alone == ["20.0"]


@pytest.mark.parametrize("version", OUTSIDE)
def test_other_versions_are_left_alone(package_file, version):
    assert environment_after(package_file, version) is None


def test_the_guard_of_the_file_and_of_the_installation_are_one():
    enable = json.loads((ROOT / "package.json").read_text())["enable"]
    for version in [*PYTHONS, *(name for name in OUTSIDE if name.count(".") == 1)]:
        major, minor = map(int, version.split("."))
        assert is_enabled(enable, {"houdini_version": version}) is (OLDEST <= (major, minor) < BEYOND)


@pytest.mark.parametrize("version", PYTHONS)
def test_the_guard_holds_too_where_versions_are_compared_as_text(version):
    """How Houdini compares is not documented; for the versions that exist both ways agree."""
    assert "19.5" <= version < "23.0"


@pytest.mark.parametrize(("version", "python"), PYTHONS.items())
def test_the_python_of_that_version_imports_the_records(package_file, version, python):
    program = find_python(python)
    if program is None:
        pytest.skip(f"there is no python{python} here")
    path = sys_path_of(environment_after(package_file, version), python)
    done = subprocess.run(
        [program, "-S", "-c", "import cosmos_houdini.records.store as s; print(s.__file__)"],
        env={"PYTHONPATH": os.pathsep.join(path), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()) == ROOT / "python3.10libs" / "cosmos_houdini" / "records" / "store.py"


def test_a_runtime_elsewhere_is_handed_to_houdini(tmp_path):
    file = tmp_path / "cosmos_houdini.json"
    file.write_text(package_text(ROOT, Path("/fast disk/runtime/bin/python")))
    assert environment_after(file, "20.5")["COSMOS_RUNTIME_PYTHON"] == "/fast disk/runtime/bin/python"
