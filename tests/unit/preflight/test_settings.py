"""Weights, controls, prompts and numbers of a run."""

from __future__ import annotations

import dataclasses

import pytest

from cosmos_houdini.preflight.problem import Severity
from cosmos_houdini.records.enums import BlurStrength, CannyThreshold, Control
from cosmos_houdini.records.run_spec import ControlWeight, Parameters

ERROR, WARNING = Severity.ERROR, Severity.WARNING


def test_a_prompt_spec_without_controls_is_an_error(shot, found):
    (problem,) = found("controls_present", shot(controls=()))
    assert (problem.severity, problem.what) == (ERROR, "The prompt spec has no control.")


@pytest.mark.parametrize("weights", [{"depth": 0}, {}])
def test_a_run_that_follows_nothing_is_an_error(shot, found, weights):
    (problem,) = found("controls_present", shot(weights=weights))
    assert (problem.severity, problem.what) == (ERROR, "Every control has the weight 0, or none.")


def test_all_weights_zero_offers_no_fix_that_leaves_nothing(shot, found):
    assert not found("weight_zero", shot(weights={"depth": 0}))


def test_a_weight_of_zero_is_told_and_can_be_dropped(shot, found):
    (problem,) = found("weight_zero", shot(("depth", "edge"), weights={"depth": 0.5, "edge": 0}))
    assert problem.what == "edge has the weight 0 and will not be sent."
    assert problem.fixable


def test_a_control_of_weight_zero_is_not_looked_at(shot, found):
    made = shot(("depth", "edge"), weights={"depth": 0.5, "edge": 0}, videos={"edge": {"frames": 3}})
    assert not found("frame_count", made)


def test_negative_weights_are_an_error(shot, found):
    (problem,) = found("weight_range", shot(weights={"depth": -0.5}))
    assert (problem.severity, problem.what) == (ERROR, "The weight of depth is -0.5.")


def test_a_weight_above_one_is_a_warning(shot, found):
    (problem,) = found("weight_range", shot(weights={"depth": 2}))
    assert (problem.severity, problem.what) == (WARNING, "The weight of depth is 2, and is sent as 1.")


def test_weights_above_one_together_tell_what_they_count_as(shot, found):
    (problem,) = found("weight_range", shot(("depth", "edge"), weights={"depth": 0.9, "edge": 0.3}))
    assert problem.severity is WARNING
    assert "add up to 1.2" in problem.what
    assert "depth 0.75 and edge 0.25" in problem.what


def test_weights_far_above_one_are_told_once_with_what_is_sent(shot, found):
    names = ("vis", "edge", "depth", "seg")
    (problem,) = found("weight_range", shot(names, weights=dict.fromkeys(names, 5)))
    assert problem.severity is WARNING
    assert problem.what == (
        "The weights add up to 20 (5 + 5 + 5 + 5), and are sent as "
        "vis 0.25, edge 0.25, depth 0.25 and seg 0.25."
    )


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_are_none_are_errors_that_name_the_setting(shot, found, number):
    made = shot()
    bad = dataclasses.replace(
        made.run,
        control_weights={Control.DEPTH: ControlWeight(number)},
        parameters=Parameters(guidance=number, sigma_max=number),
    )
    made = dataclasses.replace(made, run=bad)
    assert [it.what for it in found("weight_range", made)] == [f"The weight of depth is {number:g}."]
    assert [it.what for it in found("settings", made)] == [
        f"guidance is {number:g}.",
        f"sigma_max is {number:g}.",
    ]


def test_a_preset_of_a_control_that_is_a_video_has_no_effect(shot, found):
    made = shot(("vis", "edge"), blur_strength=BlurStrength.HIGH, canny_threshold=CannyThreshold.LOW)
    problems = found("presets_unused", made)
    assert [(it.severity, it.what) for it in problems] == [
        (WARNING, "blur_strength is 'high' and has no effect: the vis control is given as a video."),
        (WARNING, "canny_threshold is 'low' and has no effect: the edge control is given as a video."),
    ]
    assert not found("presets_unused", shot(("vis", "edge")))
    assert not found("presets_unused", shot(controls=(), computed=("vis",), blur_strength=BlurStrength.HIGH))


def test_a_weight_without_a_control_names_what_there_is(shot, found):
    (problem,) = found("control_supported", shot(weights={"depth": 0.5, "edge": 0.5}))
    assert problem.severity is ERROR
    assert "no edge control" in problem.what
    assert "It has depth." in problem.why


def test_upscale_is_no_control_of_a_usual_run(shot, found):
    (problem,) = found("control_supported", shot(weights={"depth": 0.5, "upscale": 0.5}))
    assert problem.severity is ERROR
    assert "upscale RUN" in problem.fix


def test_a_control_without_a_weight_is_told(shot, found):
    (problem,) = found("unused_controls", shot(("depth", "edge", "seg"), weights={"depth": 1}))
    assert problem.severity is WARNING
    assert problem.what.startswith("Edge and seg are in the prompt spec, but have no weight")


@pytest.mark.parametrize("control", ["hdmap", "lidar"])
def test_maps_of_a_drive_cannot_be_computed(shot, found, control):
    (problem,) = found("computed_controls", shot(controls=(), computed=(control,)))
    assert (problem.severity, problem.what) == (ERROR, f"The {control} control has no video.")


def test_nothing_can_be_computed_without_an_input_video(shot, found):
    (problem,) = found("computed_controls", shot(controls=(), computed=("depth",), input_video=False))
    assert problem.severity is ERROR


def test_edges_that_the_model_computes_are_random(shot, found):
    (problem,) = found("computed_controls", shot(controls=(), computed=("edge",)))
    assert problem.severity is WARNING
    assert "random thresholds" in problem.what


def test_a_preset_that_the_model_does_not_know_is_an_error(shot, found):
    made = shot(controls=(), computed=("vis",), blur_strength=BlurStrength.NONE)
    assert [problem.severity for problem in found("computed_controls", made)] == [ERROR]
    assert not found("computed_controls", shot(("vis",), blur_strength=BlurStrength.NONE))


def test_the_driving_model_was_not_trained_for_depth(shot, found):
    (problem,) = found("driving", shot(("depth", "lidar")))
    assert "depth, which it was not trained for" in problem.what
    assert not found("driving", shot(("hdmap", "lidar")))


@pytest.mark.parametrize("controls", [("depth",), ("edge", "depth")])
def test_the_distilled_model_takes_edge_alone(shot, found, controls):
    (problem,) = found("distilled", shot(controls, distilled=True))
    assert problem.severity is ERROR
    assert "takes the edge control alone" in problem.what


def test_the_distilled_model_tells_what_it_ignores(shot, found):
    made = shot(("edge",), distilled=True, num_steps=35, guidance=5, negative="cartoon")
    (problem,) = found("distilled", made)
    assert problem.severity is WARNING
    assert problem.what.startswith("num_steps, guidance and the negative prompt will have no effect")
    assert not found("distilled", shot(("edge",), distilled=True))


@pytest.mark.parametrize("weight", [0.2, 0.5, 0.75])
def test_the_distilled_model_wants_the_whole_weight(shot, found, weight):
    (problem,) = found("distilled", shot(("edge",), weights={"edge": weight}, distilled=True))
    assert problem.severity is WARNING
    assert problem.what == f"The weight of edge is {weight}; the distilled model is made for 1."
    assert "recommend the control_weight 1.0" in problem.why


@pytest.mark.parametrize("weight", [0.8, 0.9, 1, 2])
def test_the_distilled_model_is_content_near_the_whole_weight(shot, found, weight):
    assert not found("distilled", shot(("edge",), weights={"edge": weight}, distilled=True))


def test_there_is_no_distilled_driving_model(shot, found):
    problems = found("distilled", shot(("edge",), distilled=True, av_sample=True))
    assert [problem.severity for problem in problems] == [ERROR]


def test_the_prompt_upsampler_needs_a_video_that_is_there(shot, found):
    (problem,) = found("prompt_upsampling", shot(controls=(), computed=("depth",), upsample_prompt=True))
    assert problem.severity is ERROR
    assert not found("prompt_upsampling", shot(("depth",), upsample_prompt=True))


def test_the_prompt_upsampler_does_not_know_lidar(shot, found):
    (problem,) = found("prompt_upsampling", shot(("lidar",), upsample_prompt=True))
    assert problem.severity is WARNING


@pytest.mark.parametrize("prompt", ["", "  \n"])
def test_an_empty_prompt_is_an_error(shot, found, prompt):
    (problem,) = found("prompt_empty", shot(prompt=prompt))
    assert (problem.severity, problem.what) == (ERROR, "The prompt is empty.")


def test_an_empty_negative_prompt_is_an_error_and_none_is_fine(shot, found):
    (problem,) = found("negative_prompt", shot(negative=""))
    assert problem.severity is ERROR
    assert problem.fixable
    assert not found("negative_prompt", shot(negative=None))


def test_without_an_input_video_sigma_max_must_be_full_noise(shot, found):
    (problem,) = found("full_noise", shot(input_video=False, sigma_max=70))
    assert problem.severity is ERROR
    assert problem.fixable
    assert not found("full_noise", shot(input_video=False))
    assert not found("full_noise", shot(input_video=False, sigma_max=80))
    assert not found("full_noise", shot(sigma_max=70))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("seed", -1), ("seed", 2**32), ("num_steps", 0), ("guidance", -2), ("sigma_max", 0)),
        *(("fps", 0), ("fps", 1001), ("fps", 3_000_000_000)),
    ],
)
def test_numbers_that_the_model_fails_on_are_errors(shot, found, name, value):
    problems = found("settings", shot(**{name: value}))
    assert [problem.severity for problem in problems] == [ERROR]
    assert problems[0].what.startswith(f"{name} is ")


@pytest.mark.parametrize(("gpus", "offered"), [(3, 2), (6, 4), (32, 16)])
def test_gpus_that_do_not_divide_sixteen_are_an_error(shot, found, gpus, offered):
    (problem,) = found("gpu_count", shot(num_gpus=gpus))
    assert problem.severity is ERROR
    assert problem.fix == f"Use --num-gpu {offered}."


@pytest.mark.parametrize("gpus", [1, 2, 4, 8, 16])
def test_gpus_that_divide_sixteen_are_fine(shot, found, gpus):
    assert not found("gpu_count", shot(num_gpus=gpus))
