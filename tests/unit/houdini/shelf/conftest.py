"""An artist at a Houdini with a window: presses tools, answers dialogs, lets the event loop turn."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import pytest

from cosmos_houdini.houdini.bridge_client.client import Bridge
from cosmos_houdini.records.store import Store
from hython_harness.session import Session
from support.bridges import close_bridge, runtime_of_the_tests
from support.houdini_scene import Scene
from support.window import Window, no_waiting

__all__ = ["close_bridge", "no_waiting", "runtime_of_the_tests"]

PATIENCE = 120.0  # seconds until a test gives up, far beyond what anything takes
SHOT = (1001, 1003)  # frames: a shot that doesn't begin with frame 1
SMALL = (160, 88)  # pixels of what is rendered, which takes its time


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A folder with a scene's project: rendered passes, control videos, a run that succeeded."""
    folder = tmp_path_factory.mktemp("finished") / "my shöt"
    folder.mkdir()
    session = Session("21.0", hip=folder / "city.hip")
    with session.installed():
        scene = Scene(session, folder)
        scene.camera()
        files = render_passes(scene)
    project = str(folder / "cosmos")
    bridge = Bridge(lambda: [sys.executable, "-m", "cosmos_houdini.bridge"])
    try:
        pattern = files[0].replace(f"{SHOT[0]}", "####")
        made = bridge.call("passes.encode", {"project": project, "frames": pattern, "name": "city"})
        prompt = bridge.call(
            "prompt.create",
            {"project": project, "name": "city", "prompt": "a wet street", "controls": made["folder"]},
        )
        run = bridge.call(
            "run.create",
            {"project": project, "prompt_spec_id": prompt["id"], "name": "city", "engine": "preview"},
        )
        bridge.call("run.submit", {"project": project, "run": run["id"]})
        bridge.call("run.follow", {"project": project, "runs": [run["id"]]})
        result = Path(project) / "outputs" / run["id"] / "result.json"
        wait_for(lambda: Store(Path(project)).run(run["id"]).execution_status.final and result.is_file())
    finally:
        bridge.close()
    return folder


def render_passes(scene):
    """A few small frames of all passes; returns the files."""
    from cosmos_houdini.houdini.rops.render import render
    from cosmos_houdini.houdini.rops.set_up import set_up
    from cosmos_houdini.houdini.rops.wishes import PassWishes

    scene.hou.playbar.setFrameRange(*SHOT)
    [rop] = set_up(PassWishes(renderer="mantra")).rops
    rop.parmTuple("res_override").set(SMALL)
    return render(rop, SHOT, lambda done, total: None)


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


class Desk(Scene, Window):
    """What the artist sees and does."""

    def press(self, tool, *answers, **kwargs):
        """Then lets the event loop turn until it comes to rest."""
        super().press(tool, *answers, **kwargs)
        self.settle()

    def settle(self):
        deadline = time.monotonic() + PATIENCE
        while self.screen.event_loop or self.screen.posted:
            assert time.monotonic() < deadline, "the event loop never comes to rest"
            self.held(self.screen.turn)
            time.sleep(0.01)

    def last(self):
        """The last dialog, its help and details included."""
        shown = self.screen.shown[-1]
        return "\n".join(text for text in (shown.text, shown.details, shown.help) if text)

    @property
    def store(self):
        return Store(self.project)


@pytest.fixture
def open_desk(hython, tmp_path, close_bridge, no_waiting):
    def opened(version="21.0", project=None, **settings):
        folder = tmp_path / "my shöt"
        if project is not None:
            shutil.copytree(project, folder)
        folder.mkdir(exist_ok=True)
        settings = {"hip": folder / "city.hip", "ui": True, **settings}
        desk = Desk(hython(version=version, **settings), folder)
        desk.hou.playbar.setFrameRange(*SHOT)
        desk.hou.objNodeTypeCategory().nodeTypes()  # the stand-in reads its facts: no time of a tool's
        return desk

    return opened


@pytest.fixture
def desk(open_desk):
    return open_desk()


@pytest.fixture
def done(open_desk, finished):
    """A desk whose project has a result."""
    return open_desk(project=finished)
