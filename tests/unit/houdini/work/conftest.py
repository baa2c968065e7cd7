from __future__ import annotations

import sys

import pytest


@pytest.fixture
def houdini(hython, tmp_path, monkeypatch):
    """A scene beside which the project goes, and a runtime to name in commands."""
    monkeypatch.setenv("COSMOS_RUNTIME_PYTHON", sys.executable)
    return hython(hip=tmp_path / "my shot" / "shot.hip")
