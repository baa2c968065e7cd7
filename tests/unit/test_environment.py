"""The environment that our own programs get, whoever starts them."""

from __future__ import annotations

import os

import pytest

from cosmos_houdini.environment import clean_environment


@pytest.mark.parametrize(
    "name",
    [
        "PYTHONPATH",
        "PYTHONHOME",
        "QT_PLUGIN_PATH",
        "QTDIR",
        "PYSIDE_DESIGNER_PLUGINS",
        "SHIBOKEN_X",
        "LD_LIBRARY_PATH",
        "LD_PRELOAD",
        "DYLD_INSERT_LIBRARIES",
        "HOUDINI_PYTHON_VERSION",
        "PythonPath",
    ],
)
def test_what_is_meant_for_houdini_is_taken_out(name):
    assert clean_environment({name: "x", "HOME": "/home/artist"}) == {"HOME": "/home/artist"}


@pytest.mark.parametrize(
    "name", ["COSMOS_REMOTE_HOST", "PATH", "HOUDINI_PATH", "SSH_AUTH_SOCK", "OCIO", "HFS"]
)
def test_everything_else_stays(name):
    assert clean_environment({name: "x"}) == {name: "x"}


def test_what_a_process_has_is_not_changed(monkeypatch):
    monkeypatch.setenv("QT_PLUGIN_PATH", "x")
    clean_environment(os.environ)
    assert os.environ["QT_PLUGIN_PATH"] == "x"
