"""The tables say what the runtime says: the same menus, the same defaults, the same limits, names for all."""

from __future__ import annotations

import dataclasses
import json
import re
import typing

import pytest

from cosmos_houdini.cli.commands.run import run
from cosmos_houdini.cli.running import PictureFormat
from cosmos_houdini.config import CHOICES, load_config
from cosmos_houdini.engines.registry import ENGINES, engine
from cosmos_houdini.engines.transfer1_sizes import MAX_SEED
from cosmos_houdini.houdini.interface import NODES, template_body
from cosmos_houdini.houdini.interface.encode import CONTROLS
from cosmos_houdini.houdini.interface.model import KINDS, SILENT
from cosmos_houdini.passes.planes import WRITTEN_NAMES
from cosmos_houdini.passes.request import LARGEST_EXPOSURE, EdgeSource, Fit, PassVideo, SegSource
from cosmos_houdini.records.enums import BlurStrength, CannyThreshold
from cosmos_houdini.records.run_spec import Parameters

ENCODE, SPEC, TRANSFER, LOAD, BOX = (
    NODES[f"cosmos{name}"] for name in ("encode", "spec", "transfer", "load", "gpubox")
)
FIELDS = [
    pytest.param(node, field, id=f"{node.name}-{field.name}")
    for node in NODES.values()
    for field in node.fields()
]


def words(kind):
    return [str(member) for member in kind]


@pytest.mark.parametrize(
    ("node", "name", "tokens"),
    [
        (ENCODE, "engine", ["", *ENGINES]),
        (SPEC, "engine", ["", *ENGINES]),
        (ENCODE, "fit", ["", *words(Fit)]),
        (ENCODE, "edge_source", ["", *words(EdgeSource)]),
        (ENCODE, "seg_source", words(SegSource)),
        (ENCODE, "blur_strength", ["", *words(BlurStrength)]),
        (ENCODE, "canny_threshold", ["", *words(CannyThreshold)]),
        (LOAD, "frames_format", list(typing.get_args(PictureFormat))),
        (TRANSFER, "frames_format", ["none", *typing.get_args(PictureFormat)]),
    ],
)
def test_a_menu_has_the_words_of_the_runtime(node, name, tokens):
    assert sorted(node.field(name).tokens) == sorted(tokens)


@pytest.mark.parametrize("node", [TRANSFER, BOX])
def test_a_run_goes_to_the_boxes_that_the_command_line_knows(node):
    choices = next(option for option in run.params if option.name == "box_choice").type.choices
    assert list(node.field("box").tokens) == ["", *choices]


@pytest.mark.parametrize("name", ["fit", "edge_source", "canny_threshold", "blur_strength"])
def test_what_the_settings_may_say_can_be_chosen_on_the_node(name):
    assert set(CHOICES[f"passes.{name}"]) == set(ENCODE.field(name).tokens) - {""}


@pytest.mark.parametrize("node", [ENCODE, SPEC])
def test_the_settings_choose_the_engine_where_the_node_does_not(node):
    assert node.field("engine").default == ""
    assert set(CHOICES["engine.name"]) == set(node.field("engine").tokens) - {""}


def test_what_a_toggle_uncovers_begins_with_the_default_of_the_settings(tmp_path):
    config = load_config(tmp_path, environment={})
    assert TRANSFER.field("num_gpus").default == config.engine.num_gpus
    assert BOX.field("patience_seconds").default == config.remote.patience_seconds
    assert ENCODE.field("fps").default == config.passes.fps
    assert ENCODE.field("exposure").default == config.passes.exposure
    assert ENCODE.field("lossless").default == config.passes.lossless


def test_what_a_toggle_uncovers_begins_with_the_default_of_the_model():
    model = engine("transfer1")
    assert SPEC.field("num_steps").default == model.default_steps
    assert SPEC.field("fps").default == model.default_fps
    assert SPEC.field("sigma_max").range == (0, model.full_noise)
    assert TRANSFER.field("num_gpus").range == (1, max(model.allowed_gpus))
    assert SPEC.field("seed").range[1] <= MAX_SEED


def test_upscaling_begins_with_the_weight_of_the_command_line():
    option = next(option for option in run.params if option.name == "upscale_weight")
    assert TRANSFER.field("upscale_weight").default == option.default


def test_the_exposure_goes_as_far_as_the_runtime_takes_it():
    field = ENCODE.field("exposure")
    assert (field.range, field.strict) == ((-LARGEST_EXPOSURE, LARGEST_EXPOSURE), (True, True))


def test_every_video_of_a_set_has_a_switch():
    assert set(CONTROLS) == set(words(PassVideo))
    assert all(ENCODE.field(f"make_{control}").default == 1 for control in CONTROLS)


def test_every_plane_that_can_be_named_tells_the_names_that_are_known():
    for role, known in WRITTEN_NAMES.items():
        assert known in ENCODE.field(f"{role}_plane").help


def test_every_parameter_of_a_run_is_on_the_node_or_is_about_controls_that_the_engine_computes():
    computed = {"blur_strength", "canny_threshold", "av_sample"}
    names = {field.name for field in SPEC.fields()}
    assert {item.name for item in dataclasses.fields(Parameters)} - computed <= names


def test_every_control_of_a_set_has_a_weight():
    for control in set(CONTROLS) - {"color"}:
        assert SPEC.field(f"weight_{control}").strict[0]


@pytest.mark.parametrize(("node", "field"), FIELDS)
def test_a_parameter_is_complete(node, field):
    assert field.kind in KINDS
    assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
    assert field.label.isascii()
    assert field.help.endswith("."), "each parameter is explained, in whole sentences"
    assert bool(field.callback) == (field.kind == "button")
    assert (field.kind in ("menu", "choice")) == bool(field.menu)
    if field.menu:
        assert str(field.default) in field.tokens
    if field.kind == "choice":  # Houdini stores the place, the code that reads it compares the token
        assert field.tokens == tuple(str(place) for place in range(len(field.menu)))
    if field.has_value and field.kind in ("toggle", "integer", "choice"):
        assert isinstance(field.default, int)
    if field.kind == "float":
        assert isinstance(field.default, float)
    if field.range is not None:
        low, high = field.range
        assert low < high
        assert low <= field.default <= high or field.expression


@pytest.mark.parametrize("node", NODES.values(), ids=NODES)
def test_no_label_is_given_twice(node):
    # Errors name a parameter by its label, and without the digital asset there are no folders around it.
    labels = [field.label for field in node.own_fields()]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("node", NODES.values(), ids=NODES)
def test_no_name_is_given_twice(node):
    names = [field.name for field in node.fields()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("node", NODES.values(), ids=NODES)
def test_the_template_has_each_parameter_of_ours_that_holds_a_value(node):
    body = json.loads(template_body(node))
    assert (body["name"], body["dataType"]) == (node.name, "genericdata")
    listed = {parameter["name"]: parameter for parameter in body["parameters"]}
    assert set(listed) == {f.name for f in node.fields() if f.kind not in SILENT and not f.factory}
    for name, parameter in listed.items():
        kinds = {"String": str, "Integer": int, "Float": float}
        assert type(parameter["value"]) is kinds[parameter["type"]], name
        assert parameter["value"] == node.field(name).default


def test_the_template_has_no_parameter_that_houdini_gives_by_itself():
    assert "pdg_workitemgeneration" in {field.name for field in ENCODE.fields()}
    assert "pdg_workitemgeneration" not in template_body(ENCODE)
    assert "pdg_workingdir" not in template_body(BOX)


def test_only_a_name_that_is_there_can_be_asked_for():
    with pytest.raises(KeyError, match="cosmosload has no parameter 'seed'"):
        LOAD.field("seed")
