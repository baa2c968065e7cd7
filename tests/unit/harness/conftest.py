"""What the tests of the stand-in share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .thing import MODULE, SCRIPT

TESTS = Path(__file__).parents[2]


@pytest.fixture
def run_hython(tmp_path):
    """Runs the stand-in as another process, in the folder of the test; returns what came of it."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        settings = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(tmp_path)]), **environment}
        command = [sys.executable, "-m", "hython_harness", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False, timeout=300
        )

    return run


@pytest.fixture
def library(tmp_path):
    """An expanded library of one TOP asset; returns its folder."""
    folder = tmp_path / "my thing.hda"
    place = folder / "Top_1thing"
    place.mkdir(parents=True)
    (folder / "INDEX__SECTION").write_text(
        "Operator:      thing\nLabel:         A Thing\nPath:          oplib:/Top/thing?Top/thing\n"
        "Icon:          TOP_pythonprocessor\nTable:         Top\nLicense:       \n"
        "Extra:         pdgtype='node' subtype=thing\nUser:          \nInputs:        0 to 1\n"
        "Subnet:        false\nPython:        false\nEmpty:         false\n\n"
    )
    (folder / "Sections.list").write_text('""\nTop_1thing\tTop/thing\n')
    (folder / "houdini.hdalibrary").write_text("")
    sections = {
        "DialogScript": SCRIPT, "PythonModule": MODULE,
        "OnCreated": "kwargs['node'].setUserData('made', 'yes')",
    }  # fmt: skip
    (place / "Sections.list").write_text('""\n' + "".join(f"{name}\t{name}\n" for name in sections))
    for name, text in sections.items():
        (place / name).write_text(text)
    return folder
