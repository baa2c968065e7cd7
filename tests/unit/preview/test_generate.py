from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cosmos_houdini.engines.weight_maps import write_weight_map
from cosmos_houdini.passes.video import VideoWriter, probe, read_frames
from cosmos_houdini.preview.frames import ControlledFrames
from cosmos_houdini.preview.mood import mood_of
from cosmos_houdini.preview.refusal import RefusalError
from cosmos_houdini.preview.regions import Region
from cosmos_houdini.records.geometry import Resolution

EXAMPLE = Path(__file__).resolve().parents[4] / "shared" / "data" / "cosmos_example1"


def frame_of(video: Path, number: int = 1) -> np.ndarray:
    """(H, W, 3) float, without the corner that holds the mark."""
    for index, frame in enumerate(read_frames(video)):
        if index == number:
            return frame[frame.shape[0] // 6 :].astype(float)
    raise AssertionError(f"{video} has no frame {number}")


def difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).mean())


def test_the_video_has_the_size_rate_and_frames_that_the_model_would_give(stage):
    small = Resolution(200, 150)
    spec = stage.without_input(
        **stage.control("depth", 0.5, frames=5, size=small), **stage.control("seg", 0.5, frames=3, size=small)
    )
    video = probe(stage.make(spec, "--fps", "12"))
    assert video.resolution == Resolution(960, 704)
    assert (video.frames, video.fps) == (3, Fraction(12))
    assert (video.codec, video.pixel_format) == ("h264", "yuv420p")
    assert stage.results() == ["output.mp4", "output.txt"]


def test_the_prompt_is_written_beside_the_video_as_it_is(stage):
    prompt = 'A "quiet" street 🌧 $(date)\nsecond line'
    stage.make(stage.without_input(**stage.control("depth"), prompt=prompt), "--video_save_name", "a name")
    assert (stage.outputs / "a name.txt").read_bytes() == prompt.encode("utf-8")
    assert stage.results() == ["a name.mp4", "a name.txt"]


def test_a_second_chunk_begins_behind_121_frames(stage, capsys, monkeypatch):
    flat = np.zeros((704, 1280, 3), np.uint8)
    monkeypatch.setattr(ControlledFrames, "make", lambda *_arguments: flat)
    spec = stage.without_input(**stage.control("depth", frames=123))
    assert probe(stage.make(spec, "--num_steps", "4")).frames == 123
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("[")]
    steps = [f"generating: chunk {c}/2, step {s}/4" for c in (1, 2) for s in range(5)]
    # Two frames are too few for four steps: each reports the step it has reached.
    del steps[8], steps[6]
    assert lines == [
        "phase: loading",
        *steps,
        "phase: saving",
        f"Saved video to {stage.outputs / 'output.mp4'}",
    ]


def test_the_same_request_gives_the_same_bytes(stage):
    spec = stage.without_input(**stage.control("depth", 0.5), **stage.control("seg", 0.5))
    first = stage.make(spec).read_bytes()
    assert stage.make(spec).read_bytes() == first


@pytest.mark.parametrize("change", [{"prompt": "neon city at night"}, {"seed": 2}])
def test_prompt_and_seed_change_the_picture(stage, change):
    controls = {**stage.control("depth", 0.5), **stage.control("seg", 0.5)}
    one = frame_of(stage.make(stage.without_input(**controls)))
    other = frame_of(stage.make(stage.without_input(**controls, **change)))
    assert difference(one, other) > 0.5


def test_the_negative_prompt_changes_nothing(stage):
    one = stage.make(stage.without_input(**stage.control("depth"))).read_bytes()
    other = stage.make(
        stage.without_input(**stage.control("depth"), negative_prompt="night, neon")
    ).read_bytes()
    assert one == other


@pytest.mark.parametrize("hint", ["vis", "edge", "depth", "seg"])
def test_a_control_counts_the_more_the_larger_its_weight(stage, hint):
    def picture(weight: float) -> np.ndarray:
        return frame_of(stage.make(stage.without_input(**stage.control(hint, weight))))

    nothing = picture(0)
    distances = [difference(picture(weight), nothing) for weight in (0.2, 0.5, 1.0)]
    assert 0.2 < distances[0] < distances[1] < distances[2]


def test_a_weight_map_says_where_a_control_counts(stage):
    left = np.zeros((2, 2), np.float32)
    left[:, 0] = 1
    write_weight_map(stage.folder / "left.pt", left)
    whole = frame_of(stage.make(stage.without_input(**stage.control("seg", 1.0))))
    nothing = frame_of(stage.make(stage.without_input(**stage.control("seg", 0.0))))
    mapped = frame_of(stage.make(stage.without_input(**stage.control("seg", str(stage.folder / "left.pt")))))
    assert difference(mapped[:, :300], whole[:, :300]) < 2 < difference(mapped[:, :300], nothing[:, :300])
    assert difference(mapped[:, -300:], nothing[:, -300:]) < 2 < difference(mapped[:, -300:], whole[:, -300:])


def test_sigma_max_decides_how_much_of_the_input_video_is_left(stage):
    source = stage.video("color")
    wanted = frame_of(stage.make(stage.spec(input_video_path=source, sigma_max=0, **stage.control("depth"))))
    distances = [
        difference(
            wanted,
            frame_of(
                stage.make(stage.spec(input_video_path=source, sigma_max=sigma, **stage.control("depth")))
            ),
        )
        for sigma in (20, 60, 80)
    ]
    assert 0 < distances[0] < distances[1] < distances[2]


def test_controls_that_are_not_given_are_made_from_the_input_video_and_stand_ins_are_named(stage, capsys):
    spec = stage.spec(input_video_path=stage.video("color"), vis={}, edge={}, depth={}, seg={})
    assert probe(stage.make(spec)).frames == 3
    said = capsys.readouterr().out
    assert "No control weight specified for vis. Setting to 0.5." in said
    assert "edge: computed from the input video, Canny" in said
    for hint in ("depth", "seg"):
        assert f"{hint}: STAND-IN" in said


def test_computed_edges_follow_the_seed_and_not_the_preset(stage, capsys):
    spec = stage.spec(input_video_path=stage.video("color"), edge={})

    def thresholds(*more: str) -> str:
        stage.make(spec, *more)
        return next(line for line in capsys.readouterr().out.splitlines() if "Canny" in line).split("Canny")[
            1
        ]

    assert thresholds("--canny_threshold", "very_low") == thresholds("--canny_threshold", "very_high")
    assert thresholds("--seed", "2").split()[0] != thresholds("--seed", "3").split()[0]


def test_a_region_is_tinted_by_its_own_prompt_and_the_rest_is_not(stage):
    region = [{"prompt": "a red brick wall", "region_definitions_path": [0.0, 0.0, 0.5, 1.0]}]
    plain = frame_of(stage.make(stage.without_input(**stage.control("depth"))))
    tinted = frame_of(stage.make(stage.without_input(**stage.control("depth"), regional_prompts=region)))
    assert difference(plain[:, -600:], tinted[:, -600:]) < 0.5
    redder = (tinted - plain)[:, :600].mean((0, 1))
    assert redder[0] - redder[2] > 20


def test_regions_from_a_file_of_boxes_count_like_boxes(stage):
    boxes = stage.folder / "boxes.json"
    boxes.write_text(json.dumps([[0.0, 0.0, 0.5, 1.0]]))
    videos = []
    for where in ([0.0, 0.0, 0.5, 1.0], str(boxes)):
        regions = [{"prompt": "red", "region_definitions_path": where}]
        spec = stage.without_input(**stage.control("depth"), regional_prompts=regions)
        videos.append(stage.make(spec).read_bytes())
    assert videos[0] == videos[1]


def test_a_mask_video_tints_where_it_is_white(stage):
    mask = stage.folder / "mask.mp4"
    with VideoWriter(mask, Resolution(1280, 704), 24) as writer:
        frame = np.zeros((704, 1280), np.uint8)
        frame[:, 640:] = 255
        for _number in range(121):
            writer.write(frame)
    regions = [{"prompt": "red", "region_definitions_path": str(mask)}]
    plain = frame_of(stage.make(stage.without_input(**stage.control("depth"))))
    tinted = frame_of(stage.make(stage.without_input(**stage.control("depth"), regional_prompts=regions)))
    assert difference(plain[:, :600], tinted[:, :600]) < 0.5 < difference(plain[:, 700:], tinted[:, 700:])


def test_the_first_121_frames_of_a_region_mask_serve_every_chunk(stage):
    """Frame n of the mask is as gray as n; behind the first chunk it begins anew, without its first frame."""
    file = stage.folder / "mask.mp4"
    with VideoWriter(file, Resolution(1280, 704), 24) as writer:
        for number in range(200):
            writer.write(np.full((704, 1280), number, np.uint8))
    masks = Region(file, mood_of("red", 1)).masks(Resolution(64, 36))
    grays = [float(next(masks).mean()) * 255 for _ in range(300)]
    wanted = [*range(121), *range(1, 121), *range(1, 60)]
    assert grays == pytest.approx(wanted, abs=1.5)


def test_boxes_are_shown_where_the_model_may_fail_and_the_log_says_so(stage, capsys):
    regions = [{"prompt": "red", "region_definitions_path": [0.0, 0.0, 0.5, 1.0]}]
    stage.make(
        stage.without_input(**stage.control("depth", size=Resolution(96, 96)), regional_prompts=regions)
    )
    said = capsys.readouterr().out
    assert "regions are laid out on 1280x704; the model is likely to fail at 960x960" in said
    assert "the model was reported to fail with regions below 121 frames" in said


def test_upscaling_makes_three_times_the_bucket(stage):
    spec = stage.spec(input_video_path=stage.video("color", 2), upscale={"control_weight": 0.5})
    video = probe(stage.make(spec))
    assert (video.resolution, video.frames) == (Resolution(3840, 2112), 2)


def test_the_distilled_model_takes_one_step_and_one_edge_control(stage, capsys):
    stage.make(stage.without_input(**stage.control("edge"), use_distilled=True))
    assert "step 1/1" in capsys.readouterr().out
    with pytest.raises(RefusalError):
        stage.make(stage.without_input(**stage.control("edge"), **stage.control("seg"), use_distilled=True))


def test_a_batch_makes_one_folder_a_line(stage):
    lines = stage.folder / "batch.jsonl"
    other = {"control_overrides": {"depth": {"input_control": stage.video("depth", 2)}, "seg": {}}}
    items = [{"visual_input": stage.video("color"), "prompt": "one"}]
    items.append({"visual_input": stage.video("color"), "prompt": "two", **other})
    lines.write_text("\n".join(map(json.dumps, items)))
    generated = stage.spec(input_video_path=stage.video("color"), **stage.control("depth"))
    stage.make(generated, "--batch_input_path", str(lines))
    assert stage.results() == [f"video_{i}/{name}" for i in (0, 1) for name in ("output.mp4", "prompt.txt")]
    assert probe(stage.outputs / "video_1" / "output.mp4").frames == 2
    assert (stage.outputs / "video_1" / "prompt.txt").read_text() == "two"


def test_av_controls_are_taken(stage):
    hdmap = {"hdmap": {"input_control": stage.video("seg")}, "lidar": {"input_control": stage.video("depth")}}
    assert probe(stage.make(stage.without_input(is_av_sample=True, **hdmap))).frames == 3


def test_a_full_folder_of_results_is_replaced_only_by_a_whole_video(stage):
    video = stage.make(stage.without_input(**stage.control("depth")))
    before = video.read_bytes()
    cut = stage.folder / "cut.mp4"
    whole = Path(stage.video("depth", 30)).read_bytes()
    cut.write_bytes(whole[: len(whole) * 3 // 4])
    with pytest.raises(RefusalError):
        stage.make(stage.without_input(depth={"input_control": str(cut)}))
    assert video.read_bytes() == before
    assert stage.results() == ["output.mp4", "output.txt"]


@pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the example of transfer1 is not here")
@pytest.mark.slow
def test_the_example_of_the_model_is_previewed_at_its_size(stage):
    controls = {
        hint: {"input_control": str(EXAMPLE / f"example1_{hint}.mp4"), "control_weight": 0.25}
        for hint in ("vis", "edge", "depth", "seg")
    }
    spec = stage.spec(input_video_path=str(EXAMPLE / "example1_input_video.mp4"), **controls)
    ours, theirs = probe(stage.make(spec)), probe(EXAMPLE / "example1_uniform_weights.mp4")
    assert (ours.resolution, ours.frames, ours.fps) == (theirs.resolution, theirs.frames, theirs.fps)
