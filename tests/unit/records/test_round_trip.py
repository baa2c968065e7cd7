"""What is written is what is read, whatever people type."""

from __future__ import annotations

import dataclasses
import json
import pickle
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.records.enums import BlurStrength, CannyThreshold, Control, Status
from cosmos_houdini.records.hashing import canonical_json, hash_json
from cosmos_houdini.records.json_files import load_json
from cosmos_houdini.records.prompt_spec import ControlInput, PromptSpec, RegionalPrompt
from cosmos_houdini.records.run_spec import (
    ControlWeight,
    Execution,
    ExpectedVideo,
    FailureNote,
    Parameters,
    RunSpec,
)
from cosmos_houdini.records.store import Store

NOON = "2024-05-17T12:00:00.000001+00:00"
GOLDEN = Path(__file__).parent / "golden"
HARD_TEXTS = [
    "",
    " ",
    "\"quotes\" and 'quotes' and `ticks`",
    "$(rm -rf /) ${HOME} %PATH% $HOME; exit 1 && true | cat",
    "two\nlines\r\nand\ttabs\\n\x00\x1b[31m",
    "🚗🏙️ 夜の街 Ünïcödé مدينة",
    "\u2028\u2029\ufeff\uffff",
    "{}[]:,null NaN",
    "../../etc/passwd",
    "long " * 4096,
]

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=200) | st.sampled_from(HARD_TEXTS)
finite = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**6), 10**6)
in_project = st.text("abcxyz019_- äö.", min_size=1, max_size=20).filter(lambda t: t not in (".", ".."))
optional_text = st.none() | anything
control_inputs = st.builds(ControlInput, st.none() | in_project, st.none() | anything, st.none() | anything)
corner = st.sampled_from([0, 0.25]) | st.floats(0, 0.4)
boxes = st.tuples(corner, corner, st.sampled_from([1, 0.5]), st.sampled_from([1, 1.0]))
regional_prompts = st.one_of(
    st.builds(RegionalPrompt, prompt=anything, box=boxes),
    st.builds(RegionalPrompt, prompt=anything, mask_path=in_project, mask_sha256=anything),
    st.builds(RegionalPrompt, prompt=anything, mask_prompt=anything),
)
json_values = st.recursive(
    st.none() | st.booleans() | finite | anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=6,
)
prompts = st.builds(
    PromptSpec,
    name=anything,
    prompt=anything,
    created_at=st.just(NOON),
    negative_prompt=optional_text,
    input_video_path=st.none() | in_project,
    input_video_sha256=optional_text,
    control_inputs=st.dictionaries(st.sampled_from(Control), control_inputs, max_size=3),
    regional_prompts=st.lists(regional_prompts, max_size=2).map(tuple),
    metadata=st.dictionaries(anything, json_values, max_size=3),
)
weights = st.builds(ControlWeight, finite) | st.builds(ControlWeight, finite, in_project, anything, finite)
optional_whole = st.none() | st.integers(-5, 2**63)
parameters = st.builds(
    Parameters,
    seed=optional_whole,
    num_steps=optional_whole,
    guidance=st.none() | finite,
    sigma_max=st.none() | finite,
    fps=optional_whole,
    blur_strength=st.none() | st.sampled_from(BlurStrength),
    canny_threshold=st.none() | st.sampled_from(CannyThreshold),
    **{item.name: st.booleans() for item in dataclasses.fields(Parameters) if item.default is False},
)
executions = st.builds(
    Execution,
    box=optional_text,
    phase=optional_text,
    num_gpus=st.integers(0, 8),
    cuda_devices=optional_text,
    seconds=st.none() | finite.map(float),
    output_path=st.none() | in_project,
    expected=st.none() | st.builds(ExpectedVideo, *[st.integers(1, 5000)] * 4),
    failure=st.none() | st.builds(FailureNote, anything, anything, anything, anything),
)
runs = st.builds(
    RunSpec,
    name=anything,
    prompt_spec_id=anything,
    engine=anything,
    created_at=st.just(NOON),
    control_weights=st.dictionaries(st.sampled_from(Control), weights, max_size=4),
    parameters=parameters,
    upscale_of=optional_text,
    execution_status=st.sampled_from(Status),
    execution=executions,
)
several = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@several
@given(prompts)
def test_any_prompt_spec_comes_back_from_disk_as_it_was(spec):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        written, file = store.add_prompt(spec)
        assert written == spec
        assert store.prompt(spec.id) == spec
        assert store.prompt(str(file)).id == spec.id


@several
@given(runs)
def test_any_run_spec_comes_back_from_disk_as_it_was(spec):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        pending = dataclasses.replace(spec, execution_status=Status.PENDING, execution=Execution())
        store.add_run(pending)
        assert store.run(spec.id) == pending
        store.update_run(spec.id, lambda _run: spec)
        assert store.run(spec.id) == spec
        [line] = store.runs()
        assert (line.id, line.name, line.status) == (spec.id, spec.name, str(spec.execution_status))


@pytest.mark.parametrize("text", HARD_TEXTS, ids=range(len(HARD_TEXTS)))
def test_hard_texts_survive_as_name_and_prompt(store, make_prompt, text):
    spec, file = store.add_prompt(make_prompt(name=text, prompt=text, negative_prompt=text))
    assert store.prompt("last") == spec
    assert spec.prompt == text
    assert file.parent.parent == store.paths.prompts


def test_a_number_typed_as_whole_is_the_same_record_as_with_a_point(make_prompt, make_run):
    whole = make_prompt(regional_prompts=(RegionalPrompt("x", box=(0, 0, 1, 1)),))
    point = make_prompt(regional_prompts=(RegionalPrompt("x", box=(0.0, 0.0, 1.0, 1.0)),))
    assert whole.id == point.id
    assert make_run(parameters=Parameters(guidance=5)).id == make_run(parameters=Parameters(guidance=5.0)).id


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "bad \ud800"},
        {"prompt": "half a pair \udc80 of surrogates"},
        {"negative_prompt": "\udfff"},
        {"metadata": {"key": ["\ud800"]}},
        {"metadata": {"\ud800": 1}},
        {"control_inputs": {Control.SEG: ControlInput(prompt="\ud800")}},
    ],
    ids=["name", "prompt", "negative", "metadata", "metadata key", "control"],
)
def test_text_that_is_not_text_is_refused_and_nothing_is_written(store, make_prompt, changes):
    with pytest.raises(BadInputError) as caught:
        store.add_prompt(make_prompt(**changes))
    assert "not text" in caught.value.what
    assert caught.value.why
    assert caught.value.fix
    assert str(caught.value).encode("utf-8")
    assert not store.paths.root.exists()


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_json_lacks_is_refused_and_nothing_is_written(store, make_prompt, make_run, number):
    for add, spec in (
        (store.add_prompt, make_prompt(metadata={"x": number})),
        (store.add_run, make_run(parameters=Parameters(guidance=number))),
        (store.add_run, make_run(control_weights={Control.VIS: ControlWeight(number)})),
    ):
        with pytest.raises(BadInputError) as caught:
            add(spec)
        assert caught.value.fix
    assert not store.paths.root.exists()


def test_what_could_not_be_read_again_is_not_written(store, make_prompt):
    for spec in (
        make_prompt(control_inputs={Control.VIS: ControlInput("../outside.mp4", "0" * 64)}),
        make_prompt(input_video_path="/abs/color.mp4"),
        make_prompt(regional_prompts=(RegionalPrompt("nowhere"),)),
        make_prompt(metadata={"path": Path("x")}),
    ):
        with pytest.raises(BadInputError):
            store.add_prompt(spec)
    assert not store.paths.root.exists()


@pytest.mark.parametrize("kind", ["prompt_spec", "run_spec"])
def test_golden_records_keep_their_bytes_and_their_ids(store, make_prompt, make_run, kind):
    """If this fails, records that people have on disk change their identity: raise SCHEMA_VERSION instead."""
    spec = make_prompt() if kind == "prompt_spec" else make_run()
    golden = GOLDEN / f"{kind}.json"
    _, file = (store.add_prompt if kind == "prompt_spec" else store.add_run)(spec)
    assert file.read_bytes() == golden.read_bytes()
    assert spec.from_json(load_json(golden), golden.name) == spec
    assert json.loads(golden.read_bytes())["id"] == spec.id


def test_the_golden_ids_are_these(make_prompt, make_run):
    assert make_prompt().id == "ps_2c624f14b0f6171c"
    assert make_run().id == "rs_c9331f1b3a81c69c"


def test_canonical_json_is_one_text_for_one_value():
    assert canonical_json({"b": [1, 1.0, None], "a": {"é": True}}) == '{"a":{"é":true},"b":[1,1.0,null]}'
    assert hash_json({"a": 1, "b": 2}) == hash_json({"b": 2, "a": 1})
    assert hash_json({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))


def test_the_order_of_controls_does_not_change_the_id(make_prompt):
    controls = dict(make_prompt().control_inputs)
    backwards = dict(reversed(controls.items()))
    assert make_prompt(control_inputs=backwards).id == make_prompt().id


def test_execution_is_no_part_of_the_id_of_a_run(make_run):
    moved = make_run(execution_status=Status.FAILED, execution=Execution(box="gpu", phase="loading"))
    assert moved.id == make_run().id


def test_every_other_field_changes_the_id(make_prompt, make_run):
    prompt_changes = {
        "name": "n", "prompt": "p", "created_at": "2024-05-17T12:00:00.000002+00:00",
        "negative_prompt": None, "input_video_path": "x.mp4", "input_video_sha256": "9", "control_inputs": {},
        "regional_prompts": (), "metadata": {},
    }  # fmt: skip
    run_changes = {
        "name": "n", "prompt_spec_id": "ps_0", "engine": "preview", "created_at": "2024-05-17T12:00:00+00:00",
        "control_weights": {}, "parameters": Parameters(), "upscale_of": "rs_0",
    }  # fmt: skip
    for make, changes, same in (
        (make_prompt, prompt_changes, {"schema_version"}),
        (make_run, run_changes, {"schema_version", "execution", "execution_status"}),
    ):
        assert set(changes) | same == {item.name for item in dataclasses.fields(make())}
        ids = {make().id} | {make(**{key: value}).id for key, value in changes.items()}
        assert len(ids) == len(changes) + 1


def test_records_are_frozen_and_travel_between_processes(make_prompt, make_run):
    for spec in (make_prompt(), make_run()):
        with pytest.raises(dataclasses.FrozenInstanceError):
            spec.name = "other"
        assert pickle.loads(pickle.dumps(spec)) == spec


def test_a_record_is_made_for_people_to_read(store, make_prompt):
    _, file = store.add_prompt(make_prompt(prompt="夜の街"))
    text = file.read_text(encoding="utf-8")
    assert text.startswith('{\n  "id": "ps_')
    assert '"prompt": "夜の街"' in text
    assert text.endswith("}\n")


def test_files_lists_every_file_with_its_hash(make_prompt, make_run):
    assert make_prompt().files() == {
        "inputs/videos/city/color.mp4": "1" * 64,
        "inputs/videos/city/depth.mp4": "2" * 64,
        "inputs/masks/road.mp4": "3" * 64,
    }
    assert make_run().files() == {"inputs/masks/car.mp4": "4" * 64}
