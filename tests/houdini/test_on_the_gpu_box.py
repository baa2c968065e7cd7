"""The whole network, from the ROP to the COPs, with the model's own command line on a real GPU box."""

from __future__ import annotations

import pytest

from box.conftest import _running_box, box_parts, gpu_box
from cosmos_houdini.houdini.network.build import Wishes, build
from cosmos_houdini.passes.video import probe
from cosmos_houdini.records.geometry import Resolution

__all__ = ["_running_box", "box_parts", "gpu_box"]

pytestmark = [pytest.mark.slow, pytest.mark.box, pytest.mark.cook]
FRAMES = 3
SHOT = Wishes(
    rops=("/out/passes",),
    frames=(1, FRAMES),
    frames_per_batch=FRAMES,
    set_name="city",
    engine="transfer1",
    prompt="A street at night, after the rain",
    seed=3,
    box="remote",
    num_gpus=2,
)


@pytest.fixture
def scene_with_a_box(gpu_box, open_scene, tmp_path, monkeypatch):
    """A scene of somebody who knows the box, whose project sends its runs there."""
    for name, value in gpu_box.write_person(tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    scene = open_scene()
    gpu_box.write_project(scene.project, remote__gpus='"0,1"')
    return scene


def test_a_cook_brings_a_verified_video_from_the_gpu_box_into_cops(gpu_box, scene_with_a_box, look):
    scene = scene_with_a_box
    network = build(wishes=SHOT, nodes="types")
    network.nodes["load"].cookWorkItems(block=True)
    assert set(look.states(network.nodes["load"])) == {"CookedSuccess"}, look.messages(
        *network.nodes.values()
    ) + look.log(network.nodes["transfer"])
    [run] = scene.store.runs()
    assert look.attribute(network.nodes["transfer"], "cosmos_run_id") == [run.id]
    places = scene.store.paths.output(run.id)
    video = probe(places.video)
    assert (video.frames, video.resolution) == (FRAMES, Resolution(1280, 704))
    assert len(gpu_box.containers_ever(run.id)) == 1
    log = places.log.read_text()
    assert log.count("rank 0 of 2") == log.count("rank 1 of 2") == 1
    in_cops = [node for node in scene.hou.node("/").allSubChildren() if node.type().name() == "copnet"]
    assert in_cops
    shown = {node.evalParm("filename") for node in in_cops[0].children() if node.parm("filename")}
    assert any(run.id in file for file in shown), shown
