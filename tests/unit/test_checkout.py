"""What a person finds in the checkout besides the code."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_every_package_of_the_runtime_is_explained():
    explained = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    runtime = explained.partition("for development only")[0]
    locked = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    build = re.findall(r'requires = \["([\w-]+)==', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = re.findall(r"^([\w.-]+)==", locked, re.MULTILINE)
    assert len(names) > 5
    assert build
    rows = re.findall(r"^\| ([^|]+?) \|", runtime, re.MULTILINE)
    told = {name.split(" (")[0] for row in rows for name in row.split(", ")}
    assert [name for name in names + build if name.lower() not in told] == []


@pytest.fixture
def checkout(tmp_path):
    """A repository that holds what `make hooks` needs, with a commit to make worktrees of."""
    folder = tmp_path / "check out"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copy(ROOT / "scripts" / "pre-push", folder / "scripts")
    _call(folder, "git", "init", "--quiet")
    _call(folder, "git", "add", ".")
    _call(folder, "git", "commit", "--quiet", "-m", "All of it")
    return folder


def _call(folder, *command):
    """Runs a command with git as it comes: a hook that runs these tests sets GIT_DIR."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for who in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{who}_NAME": "T", f"GIT_{who}_EMAIL": "t@example.com"}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)


def test_the_hook_is_installed_where_git_looks_for_it(checkout):
    shutil.rmtree(checkout / ".git" / "hooks")
    _call(checkout, "make", "hooks")
    assert os.access(checkout / ".git" / "hooks" / "pre-push", os.X_OK)


def test_the_hook_is_installed_from_a_worktree(checkout):
    _call(checkout, "git", "worktree", "add", "--quiet", "../tree")
    _call(checkout.parent / "tree", "make", "hooks")
    assert os.access(checkout / ".git" / "hooks" / "pre-push", os.X_OK)


def test_the_hook_is_installed_in_a_folder_of_ones_own(checkout):
    _call(checkout, "git", "config", "core.hooksPath", "my hooks")
    _call(checkout, "make", "hooks")
    assert os.access(checkout / "my hooks" / "pre-push", os.X_OK)
