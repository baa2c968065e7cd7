"""A shot by the tools of the shelf alone: passes, network, cook, COPs; the window turns all along."""

from __future__ import annotations

import pytest

from cosmos_houdini.records.enums import Status
from support.window import LONGEST, Window, no_waiting

pytestmark = [pytest.mark.slow, pytest.mark.cook]
MANTRA = 1  # the button of Set Up Passes
__all__ = ["no_waiting"]


class Artist(Window):
    """Presses tools, and lets the event loop turn while waiting for what comes of it."""

    def __init__(self, scene):
        self.session = scene.session

    def wait(self, look, condition, what):
        def turned():
            self.held(self.screen.turn)
            return condition()

        look.wait_until(turned, what)


@pytest.mark.parametrize("version", ["20.0", "21.0"])
def test_a_shot_from_the_camera_to_the_cops(open_scene, look, no_waiting, version):
    scene = open_scene(version, ui=True)
    hou = scene.hou
    artist = Artist(scene)
    artist.press("set_up_passes", MANTRA)
    rop = hou.node("/out/cosmos_cam1_mantra")
    rop.parmTuple("res_override").set((160, 88))  # a full size takes its time
    artist.press("build_network")
    topnet = hou.node("/obj/cosmos_topnet")
    topnet.node("cosmos_passes").parm("framesperbatch").set(3)
    topnet.node("cosmos_encode").parm("engine").set("preview")
    topnet.node("cosmos_spec").setParms({"prompt": "a wet street", "engine": "preview"})
    hou.hipFile.save()
    artist.press("submit")
    artist.wait(look, lambda: look.states(topnet.node("cosmos_load")) != [], "work items of Cosmos Load")
    ended = {"CookedSuccess", "CookedFail", "CookedCancel"}
    load = topnet.node("cosmos_load")
    artist.wait(look, lambda: set(look.states(load)) <= ended and look.states(load), "the end of the cook")
    assert look.states(load) == ["CookedSuccess"], look.log(load)
    [run] = scene.store.runs()
    assert run.status == Status.SUCCESS
    comp = hou.node("/obj/cosmos_comp")
    roles = {"result", "beauty", "depth", "edge", "seg", "vis", "compare"}
    assert {child.name().rpartition("_")[2] for child in comp.children()} == roles
    for child in comp.children():
        child.cook()
    made = len(comp.children())
    artist.press("load_result")
    artist.wait(look, lambda: not artist.screen.event_loop, "the answers of the bridge")
    assert "all is there already" in artist.screen.shown[-1].text
    assert len(comp.children()) == made
    assert artist.longest < LONGEST
