"""Settings read from the parameters of a node: defaults, every choice, and what can't be used."""

from __future__ import annotations

import math

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.houdini.interface import (
    NODES,
    BoxSettings,
    EncodeSettings,
    LoadSettings,
    SpecSettings,
    TransferSettings,
)
from cosmos_houdini.houdini.interface.spec_settings import Weight

SETTINGS = {
    "cosmosencode": EncodeSettings,
    "cosmosspec": SpecSettings,
    "cosmostransfer": TransferSettings,
    "cosmosload": LoadSettings,
    "cosmosgpubox": BoxSettings,
}


def read(name, **changed):
    """The settings of a new node with some parameters changed."""
    node = NODES[name]
    assert set(changed) <= {field.name for field in node.fields()}
    values = {field.name: field.default for field in node.fields() if field.has_value} | changed
    return SETTINGS[name].read(values.__getitem__)


def encode(**changed):
    return read("cosmosencode", **changed)


def spec(**changed):
    return read("cosmosspec", **{"prompt": "a city at night", **changed})


def refused(call, *args, **kwargs):
    with pytest.raises(BadInputError) as caught:
        call(*args, **kwargs)
    error = caught.value
    assert error.what.endswith(".")
    assert error.fix
    return str(error)


def test_a_node_of_each_kind_has_settings():
    assert set(SETTINGS) == set(NODES)


@pytest.mark.parametrize("name", NODES)
def test_every_parameter_with_a_value_is_read(name):
    node = NODES[name]
    everything_on = {f.name: 1 for f in node.own_fields() if f.kind == "toggle"}
    branches = {
        "cosmosencode": {"framesource": "pattern", "depthrange": "manual", "rate": "custom"},
        "cosmosspec": {"setsource": "folder", "setfolder": "/sets/a", "weights": "own"},
        "cosmosload": {"runsource": "run"},
    }
    asked = set()
    values = {f.name: f.default for f in node.own_fields()} | everything_on | branches.get(name, {})

    def evaluate(parm):
        asked.add(parm)
        return values[parm]

    SETTINGS[name].read(evaluate)
    assert asked == {f.name for f in node.own_fields()}


def test_a_new_encode_takes_everything_from_upstream_and_the_project():
    settings = encode()
    assert settings.frames is None
    assert settings.controls == ("color", "vis", "edge", "depth", "seg")
    assert settings.as_params(24.0) == {
        "controls": list(settings.controls),
        "fps": 24,
        "seg_source": "auto",
    }


@pytest.mark.parametrize(
    ("rate", "scene", "fps"),
    [
        ("scene", 23.976, 24),
        ("scene", 30.0, 30),
        ("scene", 0.2, 1),
        ("custom", 25.0, 12),
        ("project", 25.0, None),
    ],
)
def test_the_rate_is_the_scenes_the_projects_or_ones_own(rate, scene, fps):
    assert encode(rate=rate, fps=12).as_params(scene).get("fps") == fps


def test_what_is_chosen_is_handed_on_as_the_bridge_takes_it():
    settings = encode(
        framesource="pattern",
        frames=" render/a.####.exr ",
        depth_frames="render/z.####.exr",
        id_plane="Op_Id",
        make_seg=0,
        size="640x352",
        fit="crop",
        userange=1,
        first=5,
        last=9,
        step=2,
        depthrange="manual",
        near=0.5,
        far=20.0,
        edge_source="both",
        canny_threshold="low",
        blur_strength="high",
        view="Film",
        use_exposure=1,
        exposure=1.5,
        lossless=1,
        force=1,
        missing="fail",
    )
    assert settings.frames == "render/a.####.exr"
    assert settings.must_make
    assert settings.as_params(24.0) == {
        "controls": ["color", "vis", "edge", "depth"],
        "sources": {"depth": "render/z.####.exr"},
        "planes": {"id": "Op_Id"},
        "range": [5, 9],
        "size": "640x352",
        "fit": "crop",
        "fps": 24,
        "step": 2,
        "near": 0.5,
        "far": 20.0,
        "edge_source": "both",
        "seg_source": "auto",
        "canny_threshold": "low",
        "blur_strength": "high",
        "view": "Film",
        "exposure": 1.5,
        "lossless": True,
        "force": True,
    }


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"framesource": "pattern", "frames": " "}, "Frames of Cosmos Encode is empty"),
        ({"setname": ""}, "Control Set of Cosmos Encode is empty"),
        ({f"make_{it}": 0 for it in ("color", "vis", "edge", "depth", "seg")}, "every control is off"),
        ({"size": "640"}, "Exact Size of Cosmos Encode is '640'"),
        ({"size": "641x352"}, "both even"),
        ({"size": "0x352"}, "Exact Size"),
        ({"userange": 1, "first": 9, "last": 5}, "goes from 9 to 5"),
        ({"depthrange": "manual", "near": 5.0, "far": 5.0}, "Near and Far"),
        ({"depthrange": "manual", "near": 0.0}, "Near is above 0"),
        ({"fit": "stretch"}, "Fit of Cosmos Encode is 'stretch'"),
        ({"engine": "transfer"}, "Did you mean 'transfer1'?"),
        ({"rate": "custom", "fps": 0}, "Frames a Second of Cosmos Encode is 0"),
        ({"rate": "custom", "fps": 23.976}, "It is a whole number"),
        ({"use_exposure": 1, "exposure": 51.0}, "from -50 to 50"),
        ({"use_exposure": 1, "exposure": math.nan}, "Exposure of Cosmos Encode is nan"),
        ({"userange": 1, "step": 0}, "Step of Cosmos Encode is 0"),
        ({"userange": 1, "first": "one"}, "First, Last, Step of Cosmos Encode is one"),
    ],
)
def test_an_encode_that_cant_be_done_is_explained(changed, said):
    assert said in refused(encode, **changed)


def test_sequences_of_single_passes_are_frames_enough():
    settings = encode(framesource="pattern", frames="", beauty_frames="a.####.exr")
    assert settings.sources == {"beauty": "a.####.exr"}


def test_a_frame_range_counts_only_where_it_is_switched_on():
    settings = encode(first=9, last=5, step=3)
    assert (settings.first, settings.last, settings.step) == (None, None, 1)


def test_a_new_spec_leaves_weights_and_parameters_to_the_engine():
    settings = spec()
    assert settings.weights is None
    assert settings.weights_json() is None
    assert settings.parameters == {}
    assert settings.negative_prompt is None


def test_parameters_are_those_whose_toggle_is_on():
    chosen = spec(
        use_seed=1, seed=7, guidance=3.0, use_sigma_max=1, sigma_max=60.0, distilled=1, offload_text_encoder=1
    )
    assert chosen.parameters == {
        "seed": 7,
        "sigma_max": 60.0,
        "distilled": True,
        "offload_text_encoder": True,
    }


def test_own_weights_hold_masks_and_leave_out_what_is_switched_off():
    settings = spec(weights="own", use_vis=0, weight_depth=0.7, mask_depth="masks/a.mp4", outside_depth=0.1)
    assert settings.weights == {
        "edge": Weight(0.25),
        "depth": Weight(0.7, "masks/a.mp4", 0.1),
        "seg": Weight(0.25),
    }
    assert settings.weights_json() == {
        "edge": 0.25,
        "depth": {"mask": "masks/a.mp4", "inside": 0.7, "outside": 0.1},
        "seg": 0.25,
    }


def test_the_attributes_of_a_wedge_go_before_the_parameters():
    settings = spec(use_seed=1, seed=7, use_guidance=1, guidance=3.0)
    item = settings.for_item({"prompt": "fog", "seed": 9.0, "num_steps": "20", "unrelated": 3})
    assert item.prompt == "fog"
    assert item.parameters == {"seed": 9, "guidance": 3.0, "num_steps": 20}
    assert settings.parameters == {"seed": 7, "guidance": 3.0}


def test_the_first_attribute_that_is_there_counts():
    settings = spec()
    assert settings.for_item({"prompt": "fog", "cosmos_prompt": "rain"}).prompt == "rain"


def test_attributes_can_be_called_otherwise():
    settings = spec(attr_seed="take variation", attr_weight="w_")
    item = settings.for_item({"seed": 1, "variation": 4, "w_depth": 0.5, "weight_edge": 0.5})
    assert item.parameters == {"seed": 4}
    assert item.weights == {"depth": Weight(0.5)}


def test_no_attribute_counts_where_they_are_not_read():
    settings = spec(usewedges=0)
    assert settings.for_item({"prompt": "fog", "seed": 9, "weight_depth": 1.0}) == settings


def test_a_weight_of_a_wedge_keeps_the_mask_and_the_other_weights():
    settings = spec(weights="own", mask_depth="masks/a.mp4", use_seg=0)
    item = settings.for_item({"weight_depth": 0.9})
    assert item.weights == {
        "vis": Weight(0.25),
        "edge": Weight(0.25),
        "depth": Weight(0.9, "masks/a.mp4"),
    }


def test_weights_of_a_wedge_alone_count_where_the_parts_were_equal():
    assert spec().for_item({"weight_edge": 0.3, "weight_seg": 0.0}).weights == {
        "edge": Weight(0.3),
        "seg": Weight(0.0),
    }


def test_a_prompt_may_come_from_the_wedge_alone():
    settings = spec(prompt="")
    assert settings.for_item({"cosmos_prompt": " snow "}).prompt == "snow"
    assert "no attribute cosmos_prompt, prompt" in refused(settings.for_item, {})


def test_an_empty_negative_prompt_of_a_wedge_is_the_engines_own():
    assert spec(negative_prompt="people").for_item({"negative_prompt": ""}).negative_prompt is None


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"seed": "many"}, "The attribute seed is many"),
        ({"seed": 1.5}, "a whole number"),
        ({"seed": -1}, "0 or more"),
        ({"num_steps": 0}, "The attribute num_steps is 0"),
        ({"sigma_max": 90.0}, "from 0 to 80"),
        ({"sigma_max": 0}, "Sigma Max is 0"),
        ({"guidance": math.inf}, "The attribute guidance is inf"),
        ({"weight_depth": -0.1}, "The attribute weight_depth is -0.1"),
        ({"weight_depth": 0}, "No control counts"),
        ({"prompt": " "}, "There is no prompt"),
    ],
)
def test_an_attribute_that_cant_be_used_is_explained(attributes, said):
    assert said in refused(spec().for_item, attributes)


def test_a_control_that_counts_outside_of_its_mask_counts():
    off = {f"use_{control}": 0 for control in ("vis", "edge", "seg")}
    settings = spec(weights="own", **off, weight_depth=0.0, mask_depth="m.mp4", outside_depth=0.5)
    assert settings.for_item({}).weights == {"depth": Weight(0.0, "m.mp4", 0.5)}
    assert "No control counts" in refused(spec(weights="own", **off, weight_depth=0.0).for_item, {})


def test_a_set_folder_that_is_not_named_is_explained():
    assert spec(setsource="folder", setfolder="/sets/a").set_folder == "/sets/a"
    assert "Set Folder of Cosmos Spec is empty" in refused(spec, setsource="folder")


def test_a_new_transfer_leaves_its_run_going_and_checks_first():
    settings = read("cosmostransfer")
    assert settings == TransferSettings("", None, None, None, True, False, None, None)


def test_a_transfer_reads_its_choices():
    settings = read(
        "cosmostransfer",
        box="remote",
        use_num_gpus=1,
        num_gpus=2,
        cuda_devices="0, 3",
        check=0,
        onstop="cancel",
        upscale=1,
        upscale_weight=0.7,
        frames_format="exr",
        project="/p",
    )
    assert settings == TransferSettings("/p", "remote", 2, "0, 3", False, True, 0.7, "exr")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"upscale": 1, "upscale_weight": 0.0}, "Upscale Weight of Cosmos Transfer is 0"),
        ({"upscale": 1, "upscale_weight": 1.5}, "from 0 to 1"),
        ({"cuda_devices": "0;1"}, "Which GPUs of Cosmos Transfer is '0;1'"),
        ({"cuda_devices": "1,1"}, "names a GPU twice"),
        ({"cuda_devices": "0,1", "use_num_gpus": 1, "num_gpus": 4}, "names 2 ('0,1'), and GPUs is 4"),
        ({"use_num_gpus": 1, "num_gpus": 0}, "GPUs of Cosmos Transfer is 0"),
        ({"box": "here"}, "Run On of Cosmos Transfer is 'here'"),
    ],
)
def test_a_transfer_that_cant_be_done_is_explained(changed, said):
    assert said in refused(read, "cosmostransfer", **changed)


def test_the_gpus_that_are_named_are_counted():
    assert read("cosmostransfer", cuda_devices="0,3").num_gpus == 2


def test_a_load_reads_its_choices():
    assert read("cosmosload").run is None
    settings = read("cosmosload", runsource="run", comparison="none", copnet="/obj/comp", load_controls=0)
    assert (settings.run, settings.comparison, settings.copnet) == ("last", None, "/obj/comp")
    assert (settings.result, settings.beauty, settings.controls) == (True, True, False)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"runsource": "run", "run": ""}, "Run of Cosmos Load is empty"),
        ({"load_result": 0, "load_beauty": 0, "load_controls": 0}, "is to load nothing"),
        ({"comparison": "split"}, "Compare By of Cosmos Load is 'split'"),
    ],
)
def test_a_load_that_cant_be_done_is_explained(changed, said):
    assert said in refused(read, "cosmosload", **changed)


@pytest.mark.parametrize(("token", "cancels"), [("node", None), ("leave", False), ("cancel", True)])
def test_the_scheduler_says_what_a_stopped_cook_does_or_leaves_it_to_the_node(token, cancels):
    assert read("cosmosgpubox", onstop=token).cancel_on_stop is cancels


def test_the_scheduler_leaves_its_patience_to_the_settings_until_it_is_switched_on():
    assert read("cosmosgpubox", patience_seconds=5.0).patience_seconds is None
    assert read("cosmosgpubox", use_patience_seconds=1, patience_seconds=5.0).patience_seconds == 5.0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"poll_seconds": 0.0}, "from 0.2 to 60"),
        ({"max_items": 0}, "Runs Under Way at Once of Cosmos GPU Box is 0"),
        ({"max_items": ""}, "Runs Under Way at Once of Cosmos GPU Box is empty"),
    ],
)
def test_a_scheduler_that_cant_work_so_is_explained(changed, said):
    assert said in refused(read, "cosmosgpubox", **changed)
