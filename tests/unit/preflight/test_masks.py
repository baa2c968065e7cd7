"""Weight masks and regional prompts."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from cosmos_houdini.preflight.check import fix_run
from cosmos_houdini.preflight.problem import Severity
from cosmos_houdini.records.enums import Control
from cosmos_houdini.records.hashing import hash_file
from cosmos_houdini.records.prompt_spec import RegionalPrompt
from cosmos_houdini.records.run_spec import ControlWeight

MASK = "inputs/masks/mask.mp4"


def half(width, height):
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, : width // 2] = 255
    return picture


def passing_by(width, height, frame):
    picture = np.zeros((height, width, 3), np.uint8)
    left = frame * width // 200
    picture[:, left : left + width // 4] = 255
    return picture


@pytest.fixture
def weight(project, video):
    """A weight inside a mask video that is written with the given settings."""

    def make(**settings):
        file = video(project.root / MASK, **settings)
        return ControlWeight(0.8, MASK, hash_file(file), 0.1)

    return make


def test_a_moving_mask_on_a_long_clip_is_an_error(shot, found, weight):
    made = shot(all_videos={"frames": 130}, weights={"depth": weight(frames=130, paint=passing_by)})
    (problem,) = found("weight_masks", made)
    assert problem.severity is Severity.ERROR
    assert "moves, and the clip has 130 frames" in problem.what


def test_a_moving_mask_on_one_chunk_and_a_still_one_on_a_long_clip_are_fine(shot, found, weight):
    assert not found(
        "weight_masks",
        shot(all_videos={"frames": 12}, weights={"depth": weight(frames=12, paint=passing_by)}),
    )
    assert not found(
        "weight_masks", shot(all_videos={"frames": 130}, weights={"depth": weight(frames=130, paint=half)})
    )


def test_a_mask_that_ends_early_is_told(shot, found, weight):
    (problem,) = found("weight_masks", shot(weights={"depth": weight(frames=3, paint=half)}))
    assert problem.severity is Severity.WARNING
    assert "has 3 frames, the clip 8" in problem.what


def test_a_mask_picture_is_fine_and_a_broken_one_is_not(shot, project, found):
    file = project.root / "inputs/masks/mask.png"
    file.parent.mkdir(parents=True)
    cv2.imwrite(str(file), half(64, 36))
    weights = {"depth": ControlWeight(0.8, "inputs/masks/mask.png", hash_file(file))}
    assert not found("files_readable", shot(weights=weights))
    assert not found("weight_masks", shot(weights=weights))
    file.write_text("no picture")
    (problem,) = found("files_readable", shot(weights=weights))
    assert "weight mask of depth can't be read" in problem.what


def test_weights_of_a_mask_are_checked_inside_and_outside(shot, project, found, video):
    file = video(project.root / MASK, paint=half)
    made = shot(weights={"depth": ControlWeight(0.5, MASK, hash_file(file), -1)})
    (problem,) = found("weight_range", made)
    assert problem.what == "The weight of depth outside is -1."


@pytest.fixture
def region(project, video):
    def make(**settings):
        file = video(project.root / MASK, paint=half, **settings)
        return RegionalPrompt("a car", mask_path=MASK, mask_sha256=hash_file(file))

    return make


def test_a_region_mask_must_have_the_size_and_length_of_a_chunk(shot, found, region):
    made = shot(regions=[region(size="640x352", frames=24)])
    errors = [it.what for it in found("regions", made) if it.severity is Severity.ERROR]
    assert errors == [
        "The mask of regional prompt 1 is 640x352; it has to be 1280x704.",
        "The mask of regional prompt 1 has 24 frames; it has to have 121 or more.",
    ]


def test_a_fitting_region_mask_is_fine(shot, found, region):
    made = shot(regions=[region(size="1280x704", frames=121)], all_videos={"frames": 121})
    assert not found("regions", made)


def test_region_masks_at_another_size_than_theirs_are_an_error_and_boxes_a_warning(shot, found, region):
    square = {"frames": 121, "size": "96x96"}
    made = shot(regions=[region(size="1280x704", frames=121)], all_videos=square)
    (problem,) = found("regions", made)
    assert problem.severity is Severity.ERROR
    assert problem.what == "The shot has region masks and runs at 960x960."
    made = shot(regions=[RegionalPrompt("a car", box=(0, 0, 0.5, 1))], all_videos=square)
    (problem,) = found("regions", made)
    assert problem.severity is Severity.WARNING
    assert problem.what == "The shot has regional prompts and runs at 960x960."
    assert "likely" in problem.why


def test_a_short_clip_with_regions_is_told(shot, found):
    (problem,) = found("regions", shot(regions=[RegionalPrompt("a car", box=(0, 0, 0.5, 1))]))
    assert problem.severity is Severity.WARNING
    assert "8 frames" in problem.what


def test_words_for_a_region_need_an_input_video(shot, found):
    made = shot(input_video=False, regions=[RegionalPrompt("a car", mask_prompt="car")])
    assert "in words" in next(it for it in found("regions", made) if it.severity is Severity.ERROR).what


def test_masks_that_were_rendered_again_get_new_records(shot, project, weight, region, video):
    regions = [RegionalPrompt("a sky", box=(0, 0, 1, 0.5)), region(frames=4)]
    made = shot(weights={"depth": weight(paint=half, frames=4)}, regions=regions)
    file = video(project.root / MASK, paint=passing_by, frames=5)
    mended = fix_run(project.store, made.run)
    assert mended.run.control_weights[Control.DEPTH].mask_sha256 == hash_file(file)
    assert mended.prompt.regional_prompts[1].mask_sha256 == hash_file(file)
    assert mended.prompt.regional_prompts[0] == regions[0]


@pytest.mark.parametrize("words", ["", "  \n"])
def test_a_region_without_words_to_find_is_an_error(shot, found, words):
    made = shot(regions=[RegionalPrompt("a car", mask_prompt=words)])
    (problem,) = [it for it in found("regions", made) if it.severity is Severity.ERROR]
    assert problem.what == "Regional prompt 1 names its region in words, and the words are empty."


def test_a_still_picture_is_no_region_mask(shot, project, found):
    file = project.root / "inputs/masks/mask.png"
    file.parent.mkdir(parents=True)
    cv2.imwrite(str(file), half(64, 36))
    made = shot(
        regions=[RegionalPrompt("a car", mask_path="inputs/masks/mask.png", mask_sha256=hash_file(file))]
    )
    (problem,) = [it for it in found("regions", made) if it.severity is Severity.ERROR]
    assert problem.what == "The mask of regional prompt 1 is a still picture: inputs/masks/mask.png."
    assert "121" in problem.fix
    file.write_text("no picture")
    assert not found("files_readable", made)


def test_weights_above_one_beside_a_mask_are_sent_as_they_are(shot, found, weight):
    made = shot(("depth", "edge"), weights={"depth": weight(paint=half), "edge": 3})
    (problem,) = found("weight_range", made)
    assert problem.what == "Above 1 is the weight of edge 3."
    assert "at each pixel" in problem.why
