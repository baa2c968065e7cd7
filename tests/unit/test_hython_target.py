"""`make test-hython` hands the tests to the hython that is named, and says so where there is none."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Stands in for the program only: it notes how it was called.
HYTHON = """#!/bin/sh
for word in "$@"; do printf '[%s]' "$word" >> "$NOTES"; done
printf ' %s %s\\n' "$HYTHON_HARNESS" "$HOUDINI_PACKAGE_DIR" >> "$NOTES"
case "$*" in *pytest*) exit "$PYTEST_ENDS_WITH" ;; esac
"""


@pytest.fixture
def make(tmp_path):
    """Runs the target in a checkout whose runtime is there."""
    checkout = tmp_path / "checkout"
    (checkout / ".runtime" / "bin").mkdir(parents=True)
    shutil.copytree(ROOT / "requirements", checkout / "requirements")
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, checkout)
    (checkout / ".runtime" / "bin" / "python").touch()
    (checkout / ".runtime" / ".installed").touch()

    def call(*words, ends_with=0):
        return subprocess.run(
            ["make", "-C", str(checkout), "test-hython", *words],
            env={
                "PATH": "/usr/local/bin:/usr/bin:/bin",
                "NOTES": str(tmp_path / "notes"),
                "PYTEST_ENDS_WITH": str(ends_with),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    return call


@pytest.fixture
def hfs(tmp_path):
    folder = tmp_path / "my houdini"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "hython").write_text(HYTHON)
    (folder / "bin" / "hython").chmod(0o755)
    return folder


def test_without_a_houdini_it_says_how_to_name_one(make):
    done = make()
    assert done.returncode == 2
    assert "make test-hython HFS=" in done.stdout


def test_a_folder_without_hython_is_named(make, tmp_path):
    done = make(f"HFS={tmp_path}")
    assert done.returncode == 2
    assert f"There is no {tmp_path}/bin/hython" in done.stdout


def test_hython_gets_pytest_once_and_then_the_tests(make, hfs, tmp_path):
    for _ in range(2):
        done = make(f"HFS={hfs}")
        assert done.returncode == 0, done.stdout + done.stderr
    install, *tests = (tmp_path / "notes").read_text().splitlines()
    assert install.startswith("[-m][pip][install]")
    assert "[--require-hashes]" in install
    assert tests == [f"[-m][pytest][-p][no:cacheprovider][tests/houdini] off {tmp_path / 'checkout'}"] * 2


def test_failed_tests_fail_the_target(make, hfs):
    assert make(f"HFS={hfs}", ends_with=1).returncode != 0


def test_pytest_is_the_one_of_the_other_tests():
    def pinned(name):
        lines = (ROOT / "requirements" / name).read_text().splitlines()
        return [line.split()[0] for line in lines if line.startswith("pytest==")]

    assert pinned("hython.txt") == pinned("dev.txt")
