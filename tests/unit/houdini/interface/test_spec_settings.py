"""Settings of Cosmos Spec, by its parameters and by the attributes of a wedge."""

from __future__ import annotations

import math

import pytest

from cosmos_houdini.houdini.interface.spec_settings import Weight
from support.node_settings import read, refused


def spec(**changed):
    return read("cosmosspec", **{"prompt": "a city at night", **changed})


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
        ({"prompt": " "}, "The attribute prompt is empty"),
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
