"""What Transfer1 is given where the records leave it open, and what can't be given at all."""

from __future__ import annotations

import pytest

from cosmos_houdini.engines.registry import ENGINES, engine
from cosmos_houdini.errors import BadInputError
from cosmos_houdini.records.enums import BlurStrength, Control
from cosmos_houdini.records.geometry import Resolution

DEPTH, EDGE, SEG, VIS = Control.DEPTH, Control.EDGE, Control.SEG, Control.VIS
TRANSFER1 = engine("transfer1")


@pytest.mark.parametrize(
    ("frames", "chunks"),
    [(2, 1), (49, 1), (121, 1), (122, 2), (241, 2), (242, 3), (361, 3), (5000, 42), (6000, 42)],
)
def test_chunks_are_counted_as_the_model_does(frames, chunks):
    assert TRANSFER1.chunks(frames) == chunks


@pytest.mark.parametrize(
    ("given", "size", "upscaled"),
    [
        ("1920x1080", "1280x704", "3840x2112"),
        ("640x480", "960x704", "2880x2112"),
        ("2048x858", "1280x704", "3840x2112"),
        ("1500x1000", "960x704", "2880x2112"),
        ("1000x1000", "960x960", "2880x2880"),
        ("600x800", "704x960", "2112x2880"),
        ("1080x1920", "704x1280", "2112x3840"),
    ],
)
def test_the_result_has_the_size_of_the_nearest_bucket(given, size, upscaled):
    assert str(TRANSFER1.output_size(Resolution.parse(given))) == size
    assert str(TRANSFER1.output_size(Resolution.parse(given), upscale=True)) == upscaled


def test_more_than_5000_frames_are_not_read():
    assert TRANSFER1.output_frames(5001) == 5000
    assert TRANSFER1.output_frames(60) == 60


def test_the_gpus_divide_sixteen():
    assert TRANSFER1.allowed_gpus == {1, 2, 4, 8, 16}


def test_without_an_input_video_sigma_max_is_raised_to_full_noise(order):
    assert TRANSFER1.build(order((DEPTH,), input_video=False)).spec["sigma_max"] == 80.0
    assert "sigma_max" not in TRANSFER1.build(order((DEPTH,))).spec
    # A chosen value is written as chosen; pre-flight refuses one that is too low.
    assert TRANSFER1.build(order((DEPTH,), input_video=False, sigma_max=90)).spec["sigma_max"] == 90.0


def test_a_negative_prompt_is_written_only_where_there_is_one(order):
    assert "negative_prompt" not in TRANSFER1.build(order()).spec
    assert TRANSFER1.build(order(negative="blurry")).spec["negative_prompt"] == "blurry"


def test_a_single_weight_above_one_counts_as_one(order):
    assert TRANSFER1.build(order((DEPTH,), {DEPTH: 2})).spec["depth"]["control_weight"] == 1.0


def test_numbers_beside_a_weight_map_are_left_as_they_are(order, mask):
    spec = TRANSFER1.build(order((VIS, EDGE, DEPTH), {VIS: mask(0.8), EDGE: 0.9, DEPTH: 0.6})).spec
    assert (spec["edge"]["control_weight"], spec["depth"]["control_weight"]) == (0.9, 0.6)
    assert spec["vis"]["control_weight"].endswith(".pt")


def test_a_map_that_is_zero_inside_and_out_leaves_the_control_out(order, mask):
    assert "vis" not in TRANSFER1.build(order((VIS, EDGE), {VIS: mask(0.0), EDGE: 0.9})).spec
    assert "vis" in TRANSFER1.build(order((VIS, EDGE), {VIS: mask(0.0, 0.5), EDGE: 0.9})).spec


def test_the_words_for_segmentation_go_only_with_a_control_that_is_computed(order):
    computed = TRANSFER1.build(order((), {SEG: 1}, computed=(SEG,), seg_prompt="car . tree")).spec["seg"]
    assert computed == {"input_control_prompt": "car . tree", "control_weight": 1.0}
    assert set(TRANSFER1.build(order((SEG,))).spec["seg"]) == {"input_control", "control_weight"}


def test_presets_are_written_only_for_controls_that_are_computed(order):
    given = TRANSFER1.build(order((VIS,), blur_strength=BlurStrength.HIGH)).spec
    computed = TRANSFER1.build(order((), {VIS: 1}, computed=(VIS,), blur_strength=BlurStrength.HIGH)).spec
    assert "blur_strength" not in given
    assert computed["blur_strength"] == "high"


def test_torchrun_is_needed_for_several_gpus_and_for_the_prompt_upsampler(order):
    assert not TRANSFER1.build(order()).needs_torchrun
    assert TRANSFER1.build(order(num_gpus=2)).needs_torchrun
    assert TRANSFER1.build(order((EDGE,), upsample_prompt=True)).needs_torchrun


def test_lidar_alone_chooses_the_driving_model(order):
    assert "--is_av_sample" in TRANSFER1.build(order((Control.LIDAR,))).arguments
    assert "--is_av_sample" not in TRANSFER1.build(order((DEPTH,))).arguments
    assert "--is_av_sample" in TRANSFER1.build(order((DEPTH,), av_sample=True)).arguments


def test_upscaling_keeps_chosen_steps_and_takes_no_other_control(order):
    built = TRANSFER1.build(order((DEPTH,), {Control.UPSCALE: 0.5}, upscale_of="rs_1", num_steps=12))
    assert built.spec["num_steps"] == 12
    assert [key for key, value in built.spec.items() if isinstance(value, dict)] == ["upscale"]


@pytest.mark.parametrize(
    ("arguments", "settings", "told"),
    [
        (((DEPTH,), {}), {}, "no control"),
        (((DEPTH,), {DEPTH: 0}), {}, "no control"),
        (((DEPTH,), {EDGE: 1}), {}, "no edge control in the prompt spec"),
        (((), {EDGE: 1}), {"computed": (EDGE,), "input_video": False}, "can't be computed"),
        (((), {Control.HDMAP: 1}), {"computed": (Control.HDMAP,)}, "can't be computed"),
        (((DEPTH,), {DEPTH: 1, Control.UPSCALE: 0.5}), {}, "upscales no result"),
        (((), {Control.UPSCALE: 0.5}), {"upscale_of": "rs_1", "input_video": False}, "no video to upscale"),
        (((), {VIS: 1}), {"computed": (VIS,), "blur_strength": BlurStrength.NONE}, "'none'"),
    ],
)
def test_what_cannot_be_written_is_explained(order, arguments, settings, told):
    with pytest.raises(BadInputError, match=told) as caught:
        TRANSFER1.build(order(*arguments, **settings))
    assert caught.value.fix


@pytest.mark.parametrize("place", ["spec_path", "output_folder", "input_video"])
def test_a_relative_path_is_never_sent(order, replaced, place):
    with pytest.raises(ValueError, match="not an absolute path"):
        TRANSFER1.build(replaced(order(), **{place: "in/x.mp4"}))


def test_engines_start_differently_and_are_found_by_name():
    assert set(ENGINES) == {"transfer1", "preview"}
    assert engine("transfer1").entry == ("cosmos_transfer1/diffusion/inference/transfer.py",)
    assert engine("preview").entry == ("-m", "cosmos_houdini.preview")


def test_an_unknown_engine_names_the_nearest_one():
    with pytest.raises(BadInputError, match="no engine called 'Transfer-1'") as caught:
        engine("Transfer-1")
    assert "transfer1" in caught.value.fix
