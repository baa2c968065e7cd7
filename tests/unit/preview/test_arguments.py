from __future__ import annotations

import pytest

from cosmos_houdini.preview.arguments import parser, read_request
from cosmos_houdini.preview.refusal import RefusalError

# source: transfer1 transfer.py, its add_argument calls
DEFAULTS = {
    "input_video_path": "",
    "num_input_frames": 1,
    "sigma_max": 70.0,
    "blur_strength": "medium",
    "canny_threshold": "medium",
    "is_av_sample": False,
    "checkpoint_dir": "checkpoints",
    "tokenizer_dir": "Cosmos-Tokenize1-CV8x8x8-720p",
    "video_save_name": "output",
    "video_save_folder": "outputs/",
    "batch_input_path": None,
    "batch_size": 1,
    "num_steps": 35,
    "guidance": 5,
    "fps": 24,
    "seed": 1,
    "num_gpus": 1,
    "offload_diffusion_transformer": False,
    "offload_text_encoder_model": False,
    "offload_guardrail_models": False,
    "upsample_prompt": False,
    "offload_prompt_upsampler": False,
    "use_distilled": False,
    "save_input_noise": False,
    "benchmark": False,
}


def test_the_flags_and_defaults_are_those_of_the_model():
    parsed = vars(parser().parse_args(["--controlnet_specs", "s.json"]))
    own_words = {"controlnet_specs", "prompt", "negative_prompt"}
    assert {key: value for key, value in parsed.items() if key not in own_words} == DEFAULTS
    assert parsed["prompt"]
    assert parsed["negative_prompt"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--controlnet_specs", "s.json", "--blur_strength", "none"],
        ["--controlnet_specs", "s.json", "--num_input_frames", "9"],
        ["--controlnet_specs", "s.json", "--seed", "one"],
        ["--controlnet_specs", "s.json", "--height", "704"],
    ],
)
def test_arguments_that_the_parser_refuses_end_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        read_request(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_the_spec_overrides_defaults_and_two_tokens_override_the_spec(stage):
    spec = str(stage.spec(seed=7, fps=30, prompt="from the spec"))
    arguments = read_request(["--controlnet_specs", spec, "--seed", "3"]).arguments
    assert (arguments.seed, arguments.fps, arguments.prompt) == (3, 30, "from the spec")


@pytest.mark.parametrize("spelling", [["--prompt=from the line"], ["--promp", "from the line"]])
def test_other_spellings_lose_to_the_spec(stage, spelling):
    spec = str(stage.spec(prompt="from the spec"))
    assert read_request(["--controlnet_specs", spec, *spelling]).arguments.prompt == "from the spec"


def test_values_of_the_spec_are_not_checked_by_the_parser(stage):
    spec = str(stage.spec(canny_threshold="extreme", num_input_frames=9, promt="typo", guidance="high"))
    arguments = read_request(["--controlnet_specs", spec]).arguments
    assert arguments.canny_threshold == "extreme"
    assert arguments.guidance == "high"


def test_controls_keep_the_order_of_the_spec(stage):
    spec = str(stage.spec(seg={}, depth={}, vis={}))
    assert [control.hint for control in read_request(["--controlnet_specs", spec]).controls] == [
        "seg",
        "depth",
        "vis",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "AttributeError"),
        ('{"depht": {}}', "Invalid hint_key: depht. Must be one of"),
        ('{"depth": {},}', "JSONDecodeError"),
        ('{"depth": 3}', "depth"),
        ("", "JSONDecodeError"),
    ],
)
def test_a_spec_that_is_none_is_refused(stage, text, said):
    spec = stage.folder / "bad.json"
    spec.write_text(text)
    with pytest.raises(RefusalError) as refused:
        read_request(["--controlnet_specs", str(spec)])
    assert said in str(refused.value)


def test_a_missing_spec_is_a_missing_file(stage):
    with pytest.raises(RefusalError, match="No such file or directory") as refused:
        read_request(["--controlnet_specs", str(stage.folder / "none.json")])
    assert refused.value.kind == "FileNotFoundError"
