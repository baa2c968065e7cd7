"""The commands as they are typed, on a machine where nothing is installed yet as well."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cosmos_houdini.install.root import own_root
from support.pythons import find_python

ROOT = own_root()
PROGRAM = ROOT / "python3.10libs" / "cosmos_houdini"
BARE = [sys.executable, "-I", "-S", str(PROGRAM)]  # nothing but the standard library
FULL = [sys.executable, "-m", "cosmos_houdini.cli"]
FILE = Path("houdini20.5", "packages", "cosmos_houdini.json")


@pytest.fixture
def type_in(home):
    """Types a command as the owner of `home`, whose runtime is the one that the tests run in."""
    (home / "houdini20.5").mkdir()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("HOUDINI", "COSMOS", "XDG"))}
    environment |= {"HOME": str(home), "USERPROFILE": str(home), "COSMOS_RUNTIME_PYTHON": sys.executable}

    def call(*command: str, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*map(str, command)],
            env=environment | variables,
            cwd=home,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return call


@pytest.mark.parametrize("way", [BARE, FULL], ids=["bare Python", "runtime"])
def test_both_ways_in_do_the_same(type_in, home, way):
    told = json.loads(type_in(*way, "install", "--json").stdout)
    assert [entry["file"] for entry in told["packages"]] == [str(home / FILE)]
    assert json.loads((home / FILE).read_text(encoding="utf-8"))["hpath"] == "$COSMOS_HOUDINI"
    assert str(home / FILE) in type_in(*way, "uninstall").stdout
    assert not (home / FILE).exists()


@pytest.mark.parametrize("way", [BARE, FULL], ids=["bare Python", "runtime"])
def test_both_ways_in_refuse_the_same(type_in, home, way):
    assert "--hodini-prefs" in type_in(*way, "install", "--hodini-prefs", "x", code=2).stderr
    said = json.loads(type_in(*way, "install", "--json", "--houdini-prefs", "nowhere", code=3).stdout)
    assert (said["event"], said["error"]) == ("error", "BadInputError")
    type_in(*way, "install", "--all", "--houdini-prefs", "houdini20.5", code=2)
    assert "Example: cosmos-houdini uninstall" in type_in(*way, "uninstall", "--help").stdout


def test_other_commands_say_what_to_do_while_there_is_no_runtime(type_in):
    for arguments in (["list"], ["--help"], []):
        said = type_in(*BARE, *arguments, code=3).stderr
        assert "runtime of Cosmos Houdini is missing" in said
        assert "cosmos_houdini install" in said


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.8", "3.9"])
def test_a_python_that_is_too_old_says_so(type_in, version):
    python = find_python(version)
    if python is None:
        pytest.skip(f"there is no python{version} here")
    said = type_in(python, str(PROGRAM), "install", code=3).stderr
    assert said.startswith("error: Cosmos Houdini needs Python 3.10 or newer.")
    assert f"This is Python {version}" in said


@pytest.mark.parametrize("version", ["3.10", "3.12", "3.13"])
def test_every_python_from_3_10_on_installs(type_in, home, version):
    python = find_python(version)
    if python is None:
        pytest.skip(f"there is no python{version} here")
    type_in(python, "-I", "-S", str(PROGRAM), "install")
    assert (home / FILE).exists()


def test_a_terminal_that_lacks_letters_gets_escapes(type_in):
    said = type_in(*BARE[:1], "-S", str(PROGRAM), "install", PYTHONIOENCODING="ascii", PYTHONUTF8="0").stdout
    assert "j\\xf6 doe" in said


@pytest.mark.slow
def test_the_runtime_is_made_where_there_is_none(type_in, home, tmp_path):
    """A whole installation, as on a new machine; it works, is left alone, and mended where it was cut."""
    root = tmp_path / "my röot's"
    for name in ("package.json", "requirements", "config", "python3.10libs"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        root.mkdir(exist_ok=True)
        copy(source, root / name)
    program = [*BARE[:-1], str(root / "python3.10libs" / "cosmos_houdini")]
    said = type_in(*program, "install", COSMOS_RUNTIME_PYTHON="").stdout
    assert f"making the runtime in {root / '.runtime'}" in said
    installed = root / ".runtime" / "bin" / "cosmos-houdini"
    assert type_in(installed, "--version").stdout.startswith("cosmos-houdini")
    again = type_in(installed, "install", COSMOS_RUNTIME_PYTHON="").stdout
    assert "making" not in again
    assert "is there" in again

    [library] = (root / ".runtime").glob("lib/python*/site-packages/tqdm")
    shutil.rmtree(library)
    [told] = (root / ".runtime").glob("lib/python*/site-packages/tqdm-*")
    shutil.rmtree(told)
    mended = type_in(*program, "install", COSMOS_RUNTIME_PYTHON="").stdout
    assert "  tqdm " in mended
    assert (library / "__init__.py").exists()
