"""The fixture `hython`: what it puts where, and what it does when the test is over."""

from __future__ import annotations

import os
import subprocess
import sys
import types

import pytest

from .conftest import TESTS


def run_test_file(folder, text, **environment):
    """Runs pytest on a file of its own; returns what it said."""
    (folder / "test_mine.py").write_text(text)
    (folder / "conftest.py").write_text('pytest_plugins = ("hython_harness.plugin",)\n')
    settings = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(folder)]), **environment}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        cwd=folder, env=settings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout


def test_hou_is_the_session_s_module_for_the_length_of_the_test(hython):
    session = hython("20.5")
    import hou

    assert hou is session.hou
    again = hython("21.0")
    assert sys.modules["hou"] is again.hou
    assert hou.applicationVersion()[:2] == (20, 5)


def test_afterwards_there_is_no_hou(tmp_path):
    said = run_test_file(
        tmp_path,
        "import sys\n\ndef test_one(hython):\n    hython()\n\n"
        "def test_two():\n    assert 'hou' not in sys.modules\n",
    )
    assert "2 passed" in said


def test_an_oddity_that_is_left_fails_the_test(tmp_path):
    said = run_test_file(
        tmp_path,
        "def test_one(hython):\n    hython().hou.node('/out').createNode('karma').parm('f1').set(1)\n",
    )
    assert "they can't be meant" in said
    assert "deleteAllKeyframes() first" in said


FAKE_REAL = """
import types

class hipFile:
    names = []
    clear = staticmethod(lambda suppress_save_prompt: hipFile.names.append("clear"))
    load = staticmethod(lambda name, suppress_save_prompt: hipFile.names.append(name))
    setName = staticmethod(lambda name: hipFile.names.append(name))

applicationVersion = lambda: (20, 5, 487)
isUIAvailable = lambda: False
"""


def test_switched_off_it_is_the_houdini_that_runs(tmp_path):
    (tmp_path / "hou.py").write_text(FAKE_REAL)
    (tmp_path / "pdg.py").write_text("")
    said = run_test_file(
        tmp_path,
        "import hou\n\n"
        "def test_real(hython):\n    s = hython(hip='/x/a.hip')\n    assert s.hou is hou\n"
        "    assert hou.hipFile.names == ['clear', '/x/a.hip']\n\n"
        "def test_other_version(hython):\n    hython('21.0')\n\n"
        "def test_screen(hython):\n    hython(ui=True)\n",
        HYTHON_HARNESS="off",
    )
    assert "1 passed, 2 skipped" in said


def test_a_version_that_is_not_played_is_refused(hython):
    with pytest.raises(ValueError, match=r"plays Houdini 20\.0, 20\.5, 21\.0, not 19\.5"):
        hython("19.5")


def test_the_module_is_a_module(hython):
    assert isinstance(hython().hou, types.ModuleType)
