"""A scene with a shot in it, in the stand-in for hython. What is rendered is real, and what cooks, cooks."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cosmos_houdini.environment import ROOT_VARIABLE, RUNTIME_VARIABLE
from cosmos_houdini.houdini.network.build import Network, Wishes, build
from cosmos_houdini.houdini.network.factory_code import code, settings_in
from cosmos_houdini.records.store import Store
from support.bridges import close_bridge
from support.shots import write_video

__all__ = ["close_bridge"]

ROOT = Path(__file__).parents[2]
FRAMES = (1, 3)
PATIENCE = 300.0  # seconds; what takes longer hangs


@pytest.fixture(autouse=True)
def _package(monkeypatch):
    """As package.json sets Houdini up: our types on its path, the runtime known."""
    monkeypatch.setenv("HOUDINI_PATH", f"{ROOT}{os.pathsep}&")
    monkeypatch.setenv(ROOT_VARIABLE, str(ROOT))
    monkeypatch.setenv(RUNTIME_VARIABLE, sys.executable)


class Scene:
    """A session with a shot: a camera, a ROP, a project folder beside the scene."""

    def __init__(self, session, hip: Path) -> None:
        self.session, self.hou, self.hip = session, session.hou, hip
        self.project = hip.parent / "cosmos"
        self.store = Store(self.project)

    def furnish(self) -> None:
        self.hou.node("/obj").createNode("cam", "cam1")
        rop = self.hou.node("/out").createNode("ifd", "passes")
        rop.parm("camera").set("/obj/cam1")
        rop.parm("vm_picture").set("$HIP/render/shot.$F4.exr")
        self.hou.playbar.setFrameRange(*FRAMES)
        self.hou.hipFile.save()

    def shot_on_disk(self, frames: int, route: str = "types", where: Any = None) -> Network:
        """A shot whose frames are there as a video: nothing is rendered."""
        return self.shot_of(str(write_video(self.project / "source" / "beauty.mp4", frames)), route, where)

    def shot_of(self, pattern: str, route: str = "types", where: Any = None) -> Network:
        """A shot whose frames are on the disk; `pattern` as it is typed into Cosmos Encode."""
        shot = Wishes(set_name="city", engine="preview", prompt="Rain on a street")
        network = build(where, shot, nodes=route)
        for fetch in ("passes", "passes_done"):
            network.nodes[fetch].destroy()
        encode = network.nodes["encode"]
        on_disk = {"framesource": "pattern", "frames": pattern, "make_edge": 0}
        if route == "types":
            encode.setParms(on_disk)
        else:
            script = encode.parm("generate")
            said = {**settings_in(script.unexpandedString()), **on_disk}
            script.set(code("encode", "Cosmos Encode", said, ROOT))
        return network

    def save(self) -> Path:
        self.hou.hipFile.save()
        return self.hip


@pytest.fixture
def open_scene(hython, tmp_path, close_bridge):
    """Opens the same scene in another Houdini; the first time it is new, with a shot in it."""
    folder = tmp_path / "my shöt"
    folder.mkdir()
    hip = folder / "shot.hip"

    def opened(version="21.0", **settings):
        session = hython(version=version, plugins=[ROOT], **settings)
        scene = Scene(session, hip)
        if hip.exists():
            session.hou.hipFile.load(hip.as_posix())
        else:
            session.hou.hipFile.save(hip.as_posix())
            scene.furnish()
        return scene

    return opened


@pytest.fixture
def scene(open_scene):
    return open_scene()


def items(node):
    return list(node.getPDGNode().workItems)


def states(node):
    return [item.state.name for item in items(node)]


def log_of(node):
    return "\n".join(item.logMessages for item in items(node))


def messages(*nodes):
    return "\n".join(text for node in nodes for text in (*node.errors(), *node.warnings()))


def attribute(node, name):
    return [item.stringAttribValue(name) for item in items(node)]


def wait_until(condition, what, patience=PATIENCE):
    deadline = time.monotonic() + patience
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)
    return value


@pytest.fixture
def look():
    """What tests ask of nodes that have cooked."""
    return SimpleNamespace(
        items=items, states=states, log=log_of, messages=messages, attribute=attribute, wait_until=wait_until
    )
