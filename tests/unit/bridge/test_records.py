"""prompt.create and run.create: the same order asked for again is the same record."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cosmos_houdini.errors import BadInputError, UsageError
from cosmos_houdini.houdini.bridge_client.client import Bridge
from cosmos_houdini.records.enums import Status
from cosmos_houdini.workflow.notes import note
from support import dying_bridge
from support.bridges import Asker
from support.shots import make_run, write_video

DEPTH = "inputs/videos/x/depth.mp4"


@pytest.fixture
def video(store):
    return write_video(store.paths.root / DEPTH)


@pytest.fixture
def prompt_id(ask, video):
    return ask("prompt.create", name="city", prompt="night", controls={"depth": DEPTH})["id"]


def prompts(store):
    return [spec.id for spec in store.prompts()]


def test_a_prompt_is_recorded_with_what_it_names(ask, store, video):
    made = ask(
        "prompt.create",
        name="Straße 7",
        prompt="night\nrain",
        negative_prompt="day",
        input_video=str(video),
        controls={"depth": DEPTH, "edge": None},
        metadata={"shot": "sh010"},
        regions=[{"where": "0,0,0.5,1", "prompt": "a tree"}, {"where": "find:the car", "prompt": "red"}],
    )
    spec = store.prompt(made["id"])
    assert (spec.name, spec.prompt, spec.negative_prompt) == ("Straße 7", "night\nrain", "day")
    assert spec.input_video_path == DEPTH
    assert {str(control): source.path for control, source in spec.control_inputs.items()} == {
        "depth": DEPTH,
        "edge": None,
    }
    assert [region.prompt for region in spec.regional_prompts] == ["a tree", "red"]
    assert spec.metadata == {"shot": "sh010"}
    assert made["control_inputs"] == spec.as_json()["control_inputs"]


def test_the_same_prompt_is_one_record_and_another_word_makes_another(ask, store, prompt_id):
    order = {"name": "city", "prompt": "night", "controls": {"depth": DEPTH}}
    assert ask("prompt.create", **order)["id"] == prompt_id
    assert ask("prompt.create", **{**order, "prompt": "day"})["id"] != prompt_id
    assert len(prompts(store)) == 2


def test_a_video_that_has_changed_makes_another_prompt(ask, store, prompt_id):
    write_video(store.paths.root / DEPTH, frames=4)
    assert ask("prompt.create", name="city", prompt="night", controls={"depth": DEPTH})["id"] != prompt_id


def test_a_time_of_its_own_makes_a_record_of_its_own_once(ask, store, prompt_id):
    order = {"name": "city", "prompt": "night", "controls": {"depth": DEPTH}}
    moments = ["2026-01-01T00:00:00.000001+00:00", "2026-01-01T00:00:00.000002+00:00"]
    ids = [ask("prompt.create", **order, created_at=moment)["id"] for moment in (*moments, *moments)]
    assert ids[:2] == ids[2:]
    assert len({prompt_id, *ids}) == 3
    runs = [
        ask("run.create", prompt_spec_id=prompt_id, created_at=moment)["id"]
        for moment in (*moments, *moments)
    ]
    assert runs[:2] == runs[2:]
    assert len(store.runs()) == 2


def test_a_run_takes_engine_weights_and_parameters(ask, store, prompt_id):
    made = ask(
        "run.create",
        prompt_spec_id=prompt_id,
        engine="preview",
        weights={"depth": {"inside": 0.5, "outside": 0.25, "mask": DEPTH}},
        parameters={"seed": 7, "guidance": 5, "blur_strength": "low", "fps": None},
    )
    run = store.run(made["id"])
    assert made["record"] == run.as_json()
    assert run.as_json()["control_weights"]["depth"]["outside"] == 0.25
    assert run.parameters.as_json() == {"seed": 7, "guidance": 5.0, "blur_strength": "low"}


def test_weights_are_numbers_masks_a_row_of_four_or_equal_parts(ask, store, prompt_id):
    def weight(**order):
        run = store.run(ask("run.create", prompt_spec_id=prompt_id, **order)["id"])
        return run.as_json()["control_weights"]["depth"]

    assert weight() == 1.0
    assert weight(weights={"depth": 0.25}) == 0.25
    assert weight(weights=[0, 0, 0.75, 0]) == 0.75
    assert weight(weights={"depth": DEPTH})["inside"] == 1.0


def test_settings_stand_behind_what_is_asked_for(ask, store, prompt_id):
    store.paths.config_file.write_text("[engine]\nseed = 3\nnum_steps = 9\n")
    run = store.run(ask("run.create", prompt_spec_id=prompt_id, parameters={"seed": 5})["id"])
    assert (run.parameters.seed, run.parameters.num_steps) == (5, 9)
    store.paths.config_file.write_text("[engine]\nseed = 3\nnum_steps = 11\n")
    run = store.run(ask("run.create", prompt_spec_id=prompt_id)["id"])
    assert (run.parameters.seed, run.parameters.num_steps) == (3, 11)
    told = ask("run.create", prompt_spec_id=prompt_id, settings={"engine.seed": "8"})
    assert store.run(told["id"]).parameters.seed == 8


def test_a_run_like_another_has_its_weights_and_parameters(ask, store, prompt_id):
    first = ask("run.create", prompt_spec_id=prompt_id, weights={"depth": 0.5}, parameters={"seed": 7})["id"]
    other = ask("run.create", prompt_spec_id=prompt_id, like=first, parameters={"num_steps": 3})["id"]
    run = store.run(other)
    assert run.control_weights == store.run(first).control_weights
    assert run.parameters.as_json() == {"seed": 7, "num_steps": 3}


@pytest.mark.parametrize(("status", "same"), [("RUNNING", True), ("SUCCESS", True), ("FAILED", False)])
def test_an_equal_run_is_taken_unless_it_came_to_nothing(ask, store, prompt_id, status, same):
    first = ask("run.create", prompt_spec_id=prompt_id)["id"]
    note(store, first, Status(status))
    again = ask("run.create", prompt_spec_id=prompt_id)
    assert (again["id"] == first) is same
    assert again["status"] == (status if same else "PENDING")
    assert ask("run.create", prompt_spec_id=prompt_id)["id"] == again["id"]


def test_records_of_the_command_line_are_known_too(ask, store):
    run = make_run(store)
    same = ask(
        "run.create",
        prompt_spec_id=run.prompt_spec_id,
        engine="preview",
        weights={"depth": 1},
    )
    assert same["id"] == run.id


def test_a_damaged_record_is_equal_to_none(ask, store, prompt_id):
    first = ask("run.create", prompt_spec_id=prompt_id)
    Path(first["file"]).write_text("[]")
    assert ask("run.create", prompt_spec_id=prompt_id)["id"] != first["id"]


@pytest.mark.parametrize("method", ["prompt.create", "run.create"])
def test_a_bridge_that_dies_before_it_says_so_makes_no_second_record(store, video, tmp_path, method):
    words = [sys.executable, dying_bridge.__file__, method, str(tmp_path / "died")]
    bridge = Bridge(lambda: words)
    ask = Asker(bridge, store)
    prompt = ask("prompt.create", name="city", prompt="night", controls={"depth": DEPTH})["id"]
    run = ask("run.create", prompt_spec_id=prompt)["id"]
    bridge.close()
    assert (tmp_path / "died").exists()
    assert prompts(store) == [prompt]
    assert [row.id for row in store.runs()] == [run]


def test_many_who_ask_at_once_from_several_bridges_get_one_record(store, video):
    bridges = [Bridge() for _ in range(3)]
    order = {"name": "city", "prompt": "night", "controls": {"depth": DEPTH}}
    with ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(Asker(bridge, store), "prompt.create", **order) for bridge in bridges * 4]
        ids = {one.result()["id"] for one in asked}
    for bridge in bridges:
        bridge.close()
    assert prompts(store) == list(ids)


@pytest.mark.parametrize(
    ("order", "said", "fix"),
    [
        ({"name": "x"}, "lacks the key 'prompt'", ""),
        ({"name": "x", "prompt": "y", "controls": {"dept": DEPTH}}, "'dept'", "depth"),
        ({"name": "x", "prompt": "y", "controls": {"depth": 7}}, "'depth' should be text", ""),
        ({"name": "x", "prompt": "y", "controls": 7}, "'controls' should be a folder", ""),
        ({"name": "x", "prompt": "y", "controls": "nowhere"}, "no passes.json", "encode"),
        ({"name": "x", "prompt": "y", "controls": {"depth": "nowhere.mp4"}}, "does not exist", "path"),
        ({"name": "x", "prompt": "y", "controls": {"depth": "/etc/passwd"}}, "outside the project", ""),
        ({"name": "x", "prompt": "y", "regions": [{"wher": "0,0,1,1", "prompt": "z"}]}, "'where'", ""),
        ({"name": "x", "prompt": "y", "metadata": {"shot": 7}}, "'shot' should be text", ""),
        ({"name": "x", "prompt": "y", "created_at": "yesterday"}, "yesterday", ""),
    ],
)
def test_a_wrong_prompt_is_refused_and_leaves_nothing(ask, store, order, said, fix):
    with pytest.raises((UsageError, BadInputError)) as refused:
        ask("prompt.create", **order)
    assert said in f"{refused.value.what} {refused.value.why}"
    assert fix in refused.value.fix
    assert prompts(store) == []


@pytest.mark.parametrize(
    ("order", "said", "fix"),
    [
        ({"parameters": {"sed": 7}}, "unknown key 'sed'", "'seed'"),
        ({"parameters": {"seed": "7"}}, "'seed' should be a whole number", ""),
        ({"parameters": {"blur_strength": "lo"}}, "'lo'", "low"),
        ({"weights": {"depht": 1}}, "'depht'", "depth"),
        ({"weights": {"depth": True}}, "'depth' should be a number", ""),
        ({"weights": [1, 2]}, "takes 4 numbers", ""),
        ({"weights": {"depth": {"mask": DEPTH, "insid": 1}}}, "unknown key 'insid'", "'inside'"),
        ({"weights": {"depth": "nowhere.mp4"}}, "does not exist", ""),
        ({"engine": "transfr1"}, "transfr1", "transfer1"),
        ({"prompt_spec_id": "ps_00"}, "ps_00", ""),
    ],
)
def test_a_wrong_run_is_refused_and_leaves_nothing(ask, store, prompt_id, order, said, fix):
    with pytest.raises((UsageError, BadInputError)) as refused:
        ask("run.create", **{"prompt_spec_id": prompt_id, **order})
    assert said in f"{refused.value.what} {refused.value.why}"
    assert fix in refused.value.fix
    assert store.runs() == []
