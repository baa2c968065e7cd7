"""The whole TOP network, cooked: real frames, the real runtime, the local box, the preview engine."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from cosmos_houdini.houdini.network.build import Wedge, Wishes, build
from cosmos_houdini.passes.video import probe
from cosmos_houdini.records.enums import Status

pytestmark = [pytest.mark.slow, pytest.mark.cook]
SHOT = Wishes(
    rops=("/out/passes",),
    frames=(1, 3),
    frames_per_batch=2,
    set_name="city",
    engine="preview",
    prompt='It\'s a "wet" street; 100 % fog & 街',
    seed=3,
)


def cooked(network):
    network.nodes["load"].cookWorkItems(block=True)
    return network


@pytest.mark.parametrize(("route", "version"), [("types", "20.0"), ("types", "21.0"), ("factory", "20.5")])
def test_from_the_rop_to_the_cops(open_scene, look, route, version):
    scene = open_scene(version)
    network = cooked(build(wishes=SHOT, nodes=route))
    assert network.route == route
    said = look.messages(*network.nodes.values())
    for role in ("passes", "passes_done", "encode", "spec", "transfer", "runs_done", "load"):
        assert set(look.states(network.nodes[role])) <= {"CookedSuccess", "CookedCache"}, (role, said)
        assert look.states(network.nodes[role]), role
    assert said == "", "each callback did its part"
    [run] = scene.store.runs()
    assert run.status == "SUCCESS"
    record = scene.store.run(run.id)
    assert scene.store.prompt_of(record).prompt == SHOT.prompt
    assert record.parameters.seed == 3
    transfer = network.nodes["transfer"]
    assert look.attribute(transfer, "cosmos_run_id") == [run.id]
    [item] = look.items(transfer)
    files = {file.tag: file.path for file in item.outputFiles}
    assert files["file/video"] == str(scene.store.paths.output(run.id).video)
    assert files["file/image"] == str(scene.store.paths.output(run.id).sheet)
    assert item.cookPercent == 100 or item.customState
    frames = [file.path for file in look.items(network.nodes["load"])[0].outputFiles]
    assert sum(path.endswith(".png") for path in frames) == 3


def test_cooking_again_in_a_new_houdini_makes_nothing_twice(open_scene, look):
    scene = open_scene()
    network = cooked(build(wishes=SHOT))
    [run] = scene.store.runs()
    ended = scene.store.run(run.id).execution.ended_at
    scene.save()
    again = open_scene()
    network = build()
    assert network.told().endswith("is up to date.")
    cooked(network)
    assert [one.id for one in again.store.runs()] == [run.id]
    assert again.store.run(run.id).execution.ended_at == ended
    assert look.attribute(network.nodes["transfer"], "cosmos_run_id") == [run.id]


def test_a_wedge_becomes_as_many_runs(open_scene, look):
    scene = open_scene()
    wedge = Wedge(prompts=("rain", "snow"), seeds=(1, 2))
    network = build(wishes=SHOT)
    network = build(wishes=Wishes(wedge=wedge))
    cooked(network)
    runs = [scene.store.run(run.id) for run in scene.store.runs()]
    assert {run.execution_status for run in runs} == {Status.SUCCESS}
    found = {(scene.store.prompt_of(run).prompt, run.parameters.seed) for run in runs}
    assert found == {("rain", 1), ("rain", 2), ("snow", 1), ("snow", 2)}
    assert len(look.items(network.nodes["load"])) == 1


@pytest.mark.parametrize("route", ["types", "factory"])
@pytest.mark.parametrize(
    ("typed", "prompts"),
    [
        ("a $5 bill, `neon signs`", {"a $5 bill, `neon signs`"}),
        ("$HIPNAME with seed `@seed`", {"shot with seed 4", "shot with seed 7"}),
    ],
)
def test_a_prompt_comes_as_typed_but_for_what_houdini_fills_in(open_scene, route, typed, prompts):
    scene = open_scene()
    network = scene.shot_on_disk(3, route)
    network = build(network.topnet, Wishes(prompt=typed, wedge=Wedge(seeds=(4, 7))), nodes=route)
    for fetch in ("passes", "passes_done"):
        network.nodes[fetch].destroy()
    network.nodes["spec"].cookWorkItems(block=True)
    runs = [scene.store.run(run.id) for run in scene.store.runs()]
    assert {run.parameters.seed for run in runs} == {4, 7}
    assert {scene.store.prompt_of(run).prompt for run in runs} == prompts


@pytest.mark.parametrize("route", ["types", "factory"])
def test_a_sequence_named_with_houdinis_frame_variable_is_taken_whole(scene, look, route):
    folder = scene.hip.parent / "frames"
    folder.mkdir()
    for number in range(1, 6):
        cv2.imwrite(str(folder / f"beauty.{number:04d}.png"), np.full((72, 128, 3), 40 * number, np.uint8))
    network = scene.shot_of("$HIP/frames/beauty.$F4.png", route)
    network.nodes["encode"].cookWorkItems(block=True)
    assert look.states(network.nodes["encode"]) == ["CookedSuccess"], look.log(network.nodes["encode"])
    assert probe(scene.store.paths.videos("city") / "vis.mp4").frames == 5


def test_a_sequence_may_be_named_by_an_attribute_too(scene, look):
    folder = scene.hip.parent / "frames"
    folder.mkdir()
    for number in (1, 2):
        cv2.imwrite(str(folder / f"rainy.{number:04d}.png"), np.full((72, 128, 3), 40 * number, np.uint8))
    network = scene.shot_of("$HIP/frames/`@weather`.$F4.png")
    weather = network.topnet.createNode("attributecreate", "weather")
    weather.setParms({"stringattribs": 1})
    weather.setParms({"stringname1": "weather", "stringvalue1": "rainy"})
    weather.setInput(0, network.topnet.createNode("genericgenerator", "shot"))
    network.nodes["encode"].setInput(0, weather)
    network.nodes["encode"].cookWorkItems(block=True)
    assert look.states(network.nodes["encode"]) == ["CookedSuccess"], look.log(network.nodes["encode"])
    assert probe(scene.store.paths.videos("city") / "vis.mp4").frames == 2
