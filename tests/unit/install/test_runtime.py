"""The runtime: which one it is, whether it will do, and what is said where it will not."""

from __future__ import annotations

import dataclasses
import os
import re
import sys
from pathlib import Path

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.install import runtime as make
from cosmos_houdini.install.root import own_root
from cosmos_houdini.install.runtime import (
    MARK,
    Runtime,
    check_base_python,
    find_runtime,
    make_runtime,
    suggested_python,
)
from cosmos_houdini.install.runtime_check import (
    BUILT_IN_FROM,
    LIBRARIES,
    locked_versions,
    look_at,
    outdated,
    problems,
)
from support.pythons import find_python

ROOT = own_root()


@pytest.fixture(scope="module")
def contents():
    """What the runtime says that these tests run in."""
    return look_at(Runtime(Path(sys.executable), named=True))


@pytest.mark.parametrize(
    ("platform", "inside"),
    [("linux", "bin/python"), ("darwin", "bin/python"), ("win32", "Scripts/python.exe")],
)
def test_the_runtime_is_beside_the_package(platform, inside):
    runtime = find_runtime(Path("/r"), {}, platform)
    assert runtime == Runtime(Path("/r/.runtime") / inside)
    assert runtime.is_ours


def test_a_named_python_wins(tmp_path):
    runtime = find_runtime(Path("/r"), {"COSMOS_RUNTIME_PYTHON": f"{tmp_path}/x/../env/bin/python"})
    assert runtime == Runtime(tmp_path / "env" / "bin" / "python", named=True)


def test_a_named_environment_is_ours_only_where_we_made_it_or_will(tmp_path):
    runtime = Runtime(tmp_path / "env" / "bin" / "python", named=True)
    assert runtime.is_ours
    (tmp_path / "env").mkdir()
    assert not runtime.is_ours
    (tmp_path / "env" / MARK).touch()
    assert runtime.is_ours
    assert not Runtime(tmp_path / "new" / "python3.11", named=True).is_ours


def test_the_runtime_of_the_tests_will_do(contents):
    assert problems(contents, ROOT) == []
    assert outdated(contents, ROOT) == []
    assert contents.python == sys.version_info[:3]


def test_the_libraries_that_are_looked_for_are_those_that_are_asked_for():
    asked = (ROOT / "requirements" / "runtime.in").read_text(encoding="utf-8")
    assert set(LIBRARIES) == set(re.findall(r"^([\w-]+)>=", asked, re.MULTILINE))
    for name, version in BUILT_IN_FROM.items():
        assert f'{name}>=2.2,<3 ; python_version < "{version[0]}.{version[1]}"' in asked


def test_a_library_that_is_missing_or_broken_is_named(contents):
    libraries = {name: version for name, version in contents.libraries.items() if name != "av"}
    broken = dataclasses.replace(contents, libraries=libraries, failed={"av": "libx264 is missing"})
    assert problems(broken, ROOT) == ["av can't be imported (libx264 is missing)."]


def test_an_old_python_and_a_missing_package_are_named(contents):
    old = dataclasses.replace(contents, python=(3, 9, 18), package="")
    assert len(problems(old, ROOT)) >= 2
    assert "3.9.18" in problems(old, ROOT)[0]


def test_the_runtime_of_another_copy_will_not_do(contents, tmp_path):
    other = dataclasses.replace(contents, package=str(tmp_path / "python3.10libs" / "cosmos_houdini"))
    assert problems(other, ROOT) == [f"It belongs to another copy of Cosmos Houdini, {tmp_path}."]


def test_versions_that_are_not_locked_are_outdated(contents):
    old = dataclasses.replace(contents, libraries={**contents.libraries, "numpy": "1.0", "av": "0.1"})
    assert sorted(outdated(old, ROOT)) == ["av 0.1", "numpy 1.0"]


def test_a_lock_file_may_allow_one_version_for_each_python():
    text = "av==15.1.0 \\\n    --hash=sha256:00\nNumPy==2.2.6 ; python_full_version < '3.11' \\\n"
    text += "numpy==2.4.6 ; python_full_version >= '3.11'\n"
    assert locked_versions(text) == {"av": {"15.1.0"}, "numpy": {"2.2.6", "2.4.6"}}


def test_a_bare_python_is_looked_at_without_its_neighbours(tmp_path, monkeypatch):
    """Neither the current folder nor PYTHONPATH may pass for what is installed."""
    (tmp_path / "av.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT / 'python3.10libs'}")
    python = find_python("3.9")
    if python is None:
        pytest.skip("there is no python3.9 here")
    found = problems(look_at(Runtime(Path(python), named=True)), ROOT)
    assert any(line.startswith("av can't be imported") for line in found)
    assert any("cosmos_houdini itself" in line for line in found)


def test_none_is_said_where_there_is_none(tmp_path):
    assert look_at(Runtime(tmp_path / ".runtime" / "bin" / "python")) is None


@pytest.mark.skipif(os.name == "nt", reason="needs links and scripts")
@pytest.mark.parametrize("kind", ["link to a python that is gone", "says nothing", "fails"])
def test_one_that_does_not_start_is_an_error_that_says_what_to_delete(tmp_path, kind):
    python = tmp_path / ".runtime" / "bin" / "python"
    python.parent.mkdir(parents=True)
    if kind.startswith("link"):
        python.symlink_to(tmp_path / "gone" / "python3.11")
    else:
        python.write_text(
            "#!/bin/sh\n" + ("exit 0\n" if kind == "says nothing" else "echo oh no >&2; exit 1\n")
        )
        python.chmod(0o755)
    with pytest.raises(BadInputError) as error:
        look_at(Runtime(python))
    assert f"Delete the folder {tmp_path / '.runtime'}" in error.value.fix
    assert error.value.why == {"says nothing": "It ended with 0.", "fails": "oh no"}.get(
        kind, error.value.why
    )
    with pytest.raises(BadInputError) as error:
        look_at(Runtime(python, named=True))
    assert "COSMOS_RUNTIME_PYTHON" in error.value.fix
    assert "Delete" not in error.value.fix


def test_a_runtime_of_another_system_is_told_apart(tmp_path):
    other = "bin" if os.name == "nt" else "Scripts"
    (tmp_path / ".runtime" / other).mkdir(parents=True)
    (tmp_path / ".runtime" / "pyvenv.cfg").touch()
    with pytest.raises(BadInputError) as error:
        look_at(find_runtime(tmp_path, {}))
    assert "another system" in error.value.what
    assert "COSMOS_RUNTIME_PYTHON=" in error.value.fix


def test_where_the_root_can_not_hold_it_one_command_puts_it_elsewhere(tmp_path):
    (tmp_path / ".runtime").write_text("in the way")
    with pytest.raises(BadInputError) as error:
        make_runtime(find_runtime(tmp_path, {}), tmp_path, print)
    assert str(suggested_python(Path.home(), os.environ, sys.platform)) in error.value.fix
    assert str(tmp_path / "python3.10libs" / "cosmos_houdini") in error.value.fix


@pytest.mark.parametrize(
    ("platform", "place"),
    [
        ("linux", "h/.local/share/cosmos-houdini/runtime/bin/python"),
        ("darwin", "h/Library/Application Support/cosmos-houdini/runtime/bin/python"),
        ("win32", "h/AppData/Local/cosmos-houdini/runtime/Scripts/python.exe"),
    ],
)
def test_the_place_that_is_proposed_is_the_systems_own(platform, place):
    assert suggested_python(Path("h"), {}, platform) == Path(place)


@pytest.mark.parametrize("program", ["/opt/hfs20.5/bin/hython", "/opt/hfs20.5/python/bin/python3.11"])
def test_no_runtime_is_made_with_houdinis_own_python(monkeypatch, program):
    monkeypatch.setattr(sys, "executable", program)
    monkeypatch.setenv("HFS", "/opt/hfs20.5")
    with pytest.raises(BadInputError, match="Houdini's own Python"):
        check_base_python()


def test_a_python_that_runs_hou_is_houdinis_own(monkeypatch):
    monkeypatch.setitem(sys.modules, "hou", sys)
    with pytest.raises(BadInputError, match="Houdini's own Python"):
        check_base_python()


def test_a_python_without_ensurepip_says_what_to_install(monkeypatch):
    monkeypatch.delenv("HFS", raising=False)
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(BadInputError) as error:
        check_base_python()
    assert "python3-venv" in error.value.fix


@pytest.mark.skipif(os.name == "nt", reason="a program of one line is a script of a shell here")
def test_a_runtime_that_says_what_is_no_text_does_not_start(tmp_path):
    program = tmp_path / "bin" / "python"
    program.parent.mkdir()
    program.write_bytes(b"#!/bin/sh\nprintf '\\377\\n' >&2\nprintf '\\377\\n'\n")
    program.chmod(0o755)
    with pytest.raises(BadInputError, match="does not start") as error:
        look_at(Runtime(program, named=True))
    assert error.value.fix


def test_what_makes_the_runtime_sees_nothing_that_is_meant_for_houdini(monkeypatch):
    """It is started from a shell of Houdini's, too, whose libraries another Python can't load."""
    for name in ("QT_PLUGIN_PATH", "LD_LIBRARY_PATH", "PYTHONNOUSERSITE"):
        monkeypatch.setenv(name, "/opt/houdini")
    heard = []
    make._call([sys.executable, "-c", "import os; print(*os.environ)"], "It failed.", heard.append)
    seen = set("".join(heard).split())
    assert "PATH" in seen
    assert not seen & {"QT_PLUGIN_PATH", "LD_LIBRARY_PATH", "PYTHONNOUSERSITE"}
