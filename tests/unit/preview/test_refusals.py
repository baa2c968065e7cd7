"""What the model refuses, the preview refuses: in its order and words, and nothing is written."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

import cosmos_houdini.preview
from cosmos_houdini.box.box_run import Exit
from cosmos_houdini.box.failures import classify
from cosmos_houdini.preview.arguments import read_request
from cosmos_houdini.preview.generate import generate
from cosmos_houdini.preview.refusal import RefusalError
from cosmos_houdini.records.geometry import Resolution

ENDED = Exit(1, None, 1.0, 2.0, "boot", cancelled=False, lost=False, never_started=False)
INPUT = "input.mp4"  # stands for a video that is not looked at before the refusal


@pytest.mark.parametrize(
    ("keys", "kind", "said"),
    [
        ({"depth": {}}, "ValueError", "Must have 'input_video' specified if sigma_max < 80"),
        ({"depth": {}, "sigma_max": 80}, "ValueError", "depth controlnet must have 'input_control' video"),
        (
            {"depth": {}, "sigma_max": "80"},
            "TypeError",
            "'<' not supported between instances of 'str' and 'int'",
        ),
        (
            {"input_video_path": INPUT, "depth": {"control_weight": -1}},
            "ValueError",
            "Control weight for depth must be a valid non-negative float or a path to a .pt file.",
        ),
        (
            {"input_video_path": INPUT, "depth": {"control_weight": "map.npy"}},
            "ValueError",
            "path to a .pt file",
        ),
        ({"input_video_path": INPUT, "depth": {"control_weight": None}}, "TypeError", "NoneType"),
        (
            {"input_video_path": INPUT, "depth": {}, "use_distilled": True},
            "ValueError",
            "No default distilled checkpoint for depth",
        ),
        (
            {"input_video_path": INPUT, "edge": {}, "use_distilled": True, "is_av_sample": True},
            "AssertionError",
            "is_av_sample",
        ),
        ({"input_video_path": INPUT, "edge": {}, "upsample_prompt": True}, "KeyError", "'RANK'"),
        ({"input_video_path": INPUT, "edge": {}, "num_gpus": 2}, "RuntimeError", "WORLD_SIZE"),
        (
            {"input_video_path": INPUT, "edge": {}, "guidance": "high"},
            "TypeError",
            "'guidance' must be a number",
        ),
        ({"input_video_path": INPUT, "edge": {}, "fps": 0}, "ValueError", "'fps'"),
        ({"input_video_path": INPUT, "edge": {}, "fps": 1e-9}, "ValueError", "'fps'"),
        ({"input_video_path": INPUT, "edge": {}, "fps": 1e12}, "ValueError", "'fps'"),
        ({"input_video_path": INPUT, "edge": {}, "seed": -1}, "ValueError", "Seed must be between 0 and"),
        ({"input_video_path": INPUT, "edge": {}, "seed": 2**32}, "ValueError", "Seed must be between 0 and"),
        ({"input_video_path": INPUT, "edge": {}, "batch_input_path": 5}, "TypeError", "not int"),
        (
            {"input_video_path": INPUT, "edge": {}, "prompt": "\ud83c"},
            "UnicodeEncodeError",
            "surrogates not allowed",
        ),
        ({"input_video_path": INPUT, "edge": {}, "num_input_frames": 9}, "RuntimeError", "num_input_frames"),
        ({"input_video_path": INPUT, "edge": {}, "prompt": ""}, "TypeError", "NoneType object"),
        (
            {"input_video_path": INPUT, "edge": {}, "negative_prompt": ""},
            "TypeError",
            "negative prompt is empty",
        ),
        ({"input_video_path": INPUT}, "RuntimeError", "non-empty list"),
        ({"input_video_path": INPUT, "hdmap": {}}, "KeyError", "'hdmap'"),
        ({"input_video_path": INPUT, "upscale": {}, "edge": {}}, "RuntimeError", "upscale can't be combined"),
        (
            {"input_video_path": "none.mp4", "edge": {}},
            "FileNotFoundError",
            "No such file or directory: 'none.mp4'",
        ),
        ({"input_video_path": "/", "edge": {}}, "IsADirectoryError", "Is a directory"),
    ],
)
def test_the_model_s_refusals(stage, keys, kind, said):
    with pytest.raises(RefusalError) as refused:
        stage.make(stage.spec(**keys))
    assert refused.value.kind == kind
    assert said in str(refused.value)
    assert stage.results() == []


def test_the_first_thing_wrong_is_the_one_that_is_named(stage):
    keys = {"depth": {"control_weight": -1}, "sigma_max": 10, "prompt": ""}
    with pytest.raises(RefusalError, match="sigma_max < 80"):
        stage.make(stage.spec(**keys))


def test_controls_of_different_aspect_do_not_go_together(stage):
    square = stage.control("seg", size=Resolution(200, 200))
    with pytest.raises(RefusalError, match="Sizes of tensors must match except in dimension 0") as refused:
        stage.make(stage.without_input(**stage.control("depth"), **square))
    assert "seg is used at 960x960, depth at 1280x704" in str(refused.value)
    assert stage.results() == []


def test_a_control_of_another_aspect_than_the_input_is_refused(stage):
    spec = stage.spec(
        input_video_path=stage.video("color", size=Resolution(200, 200)), **stage.control("depth")
    )
    with pytest.raises(RefusalError, match="Sizes of tensors"):
        stage.make(spec)


def test_one_frame_is_no_video(stage):
    with pytest.raises(RefusalError, match="only one frame"):
        stage.make(stage.without_input(**stage.control("depth", frames=1)))


def test_a_picture_is_no_video(stage):
    picture = stage.folder / "depth.png"
    picture.write_bytes(b"\x89PNG")
    with pytest.raises(RefusalError, match="is a picture"):
        stage.make(stage.without_input(depth={"input_control": str(picture)}))


def test_a_text_file_is_no_video(stage):
    text = stage.folder / "depth.mp4"
    text.write_text("not a video")
    with pytest.raises(RefusalError, match="Failed to read video"):
        stage.make(stage.without_input(depth={"input_control": str(text)}))


def test_a_weight_map_that_is_missing_or_broken_is_refused(stage):
    broken = stage.folder / "broken.pt"
    broken.write_bytes(b"PK")
    for path, kind in ((stage.folder / "none.pt", "FileNotFoundError"), (broken, "_pickle.UnpicklingError")):
        with pytest.raises(RefusalError) as refused:
            stage.make(stage.without_input(**stage.control("depth", str(path))))
        assert refused.value.kind == kind


@pytest.mark.parametrize(
    ("regions", "said"),
    [
        ([{"prompt": "a", "region_definitions_path": [0, 0, 2, 1]}], "must be [x1, y1, x2, y2]"),
        ([{"prompt": "a", "region_definitions_path": [0.5, 0, 0.5, 1]}], "must be [x1, y1, x2, y2]"),
        ([{"prompt": "a", "region_definitions_path": "none.mp4"}], "No such file"),
        ([{"prompt": "a", "region_definitions_path": "none.json"}], "No such file"),
        ([{"prompt": "a"}], "must match"),
        ([{"region_definitions_path": [0, 0, 1, 1]}], "'prompt'"),
        ("a", "must be a list"),
    ],
)
def test_regions_that_the_model_would_fail_over(stage, regions, said):
    with pytest.raises(RefusalError) as refused:
        stage.make(stage.without_input(**stage.control("depth"), regional_prompts=regions))
    assert said in str(refused.value)
    assert stage.results() == []


def test_a_region_mask_of_another_size_or_length_is_refused(stage):
    regions = [{"prompt": "a", "region_definitions_path": stage.video("seg")}]
    with pytest.raises(RefusalError, match="121 frames of 1280x704"):
        stage.make(stage.without_input(**stage.control("depth"), regional_prompts=regions))


def test_a_batch_with_a_blank_line_is_refused(stage):
    lines = stage.folder / "batch.jsonl"
    lines.write_text(json.dumps({"prompt": "a"}) + "\n\n")
    with pytest.raises(RefusalError, match="Expecting value"):
        stage.make(stage.without_input(**stage.control("depth")), "--batch_input_path", str(lines))


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"depth": {"control_weight": "abc"}}, "Control weight for depth must be a valid non-negative float"),
        ({"depth": {"control_weight": None}}, "NoneType"),
        ({"depth": {"control_weight": 10**400}}, "int too large"),
        ({"depth": 5}, "'int' object is not a mapping"),
        ([1], "'list' object is not a mapping"),
        (None, "'NoneType' object is not a mapping"),
    ],
)
def test_what_a_line_of_a_batch_overrides_is_checked_too(stage, overrides, said):
    lines = stage.folder / "batch.jsonl"
    lines.write_text(
        json.dumps({"visual_input": stage.video("color"), "prompt": "a", "control_overrides": overrides})
    )
    spec = stage.spec(input_video_path=stage.video("color"), **stage.control("depth"))
    with pytest.raises(RefusalError) as refused:
        stage.make(spec, "--batch_input_path", str(lines))
    assert said in str(refused.value)
    assert stage.results() == []


def test_a_folder_that_is_none_is_refused(stage):
    spec = stage.without_input(**stage.control("depth"), video_save_folder=None)
    with pytest.raises(RefusalError, match=r"expected str, bytes or os\.PathLike object"):
        generate(read_request(["--controlnet_specs", str(spec)]))


def test_region_masks_in_a_clip_of_another_size_are_refused(stage):
    mask = stage.video("seg", 121, Resolution(1280, 704))
    regions = [{"prompt": "a", "region_definitions_path": mask}]
    control = stage.control("depth", size=Resolution(96, 96))
    with pytest.raises(RefusalError, match="laid out on 1280x704, the video on 960x960") as refused:
        stage.make(stage.without_input(**control, regional_prompts=regions))
    assert refused.value.kind == "RuntimeError"
    assert stage.results() == []


def refusals_in_the_source() -> list[str]:
    """Every message that the preview may end with, as the log has it; a 7 stands for what varies."""
    folder = Path(cosmos_houdini.preview.__file__).parent
    found = []
    for file in sorted(folder.glob("*.py")):
        if file.name == "sharing.py":  # ranks that lose each other: nobody's input
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "RefusalError":
                kind, message = (_rendered(argument) for argument in node.args[:2])
                if kind != "7" and message != "7":  # else both are those of an error that was caught
                    found.append(f"{kind}: {message}")
    return sorted(set(found))


def _rendered(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            _rendered(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values
        )
    return "7"


# The empty prompt is blocked by the guardrail, whose lines stand above this one; a file that may not be read
# is the box's own affair.
NOT_OF_THE_INPUT = ("TypeError: cannot unpack non-iterable NoneType object", "PermissionError: ")


@pytest.mark.parametrize("said", refusals_in_the_source())
@pytest.mark.parametrize("rank", ["", "[rank0]: "])
def test_whoever_reads_the_log_learns_that_it_was_the_input(said, rank):
    if said.startswith(NOT_OF_THE_INPUT):
        pytest.skip("not a matter of the input")
    said = said.replace("'7'", "'inputs/7.mp4'") if "No such file" in said else said
    failure = classify(f"phase: loading\n{rank}{said}\n  (a hint)\n", ENDED, ())
    assert failure.kind == "bad_input"
    assert failure.why == f"{rank}{said}"


@pytest.mark.parametrize(
    "said",
    [
        "TypeError: float() argument must be a string or a real number, not 'dict'",
        "OverflowError: int too large to convert to float",
        "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
        "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud83c' in position 0",
    ],
)
def test_so_does_who_reads_what_python_said_of_the_input(said):
    assert classify(said, ENDED, ()).kind == "bad_input"
