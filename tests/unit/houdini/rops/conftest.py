"""Houdini of each version, with a scene that is saved."""

from __future__ import annotations

import pytest

from hython_harness.facts import VERSIONS
from support.houdini_scene import Scene


@pytest.fixture
def open_scene(hython, tmp_path):
    folder = tmp_path / "my shöt"
    folder.mkdir()

    def opened(version="21.0", **settings):
        settings.setdefault("hip", folder / "city.hip")
        scene = Scene(hython(version=version, **settings), folder)
        scene.hou.playbar.setFrameRange(1, 121)
        return scene

    return opened


@pytest.fixture(params=VERSIONS)
def scene(open_scene, request):
    return open_scene(request.param)
