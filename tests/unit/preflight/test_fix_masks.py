"""Masks and boxes lie over a picture: where `--fix` crops it, they stay on what they were put on."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from cosmos_houdini.passes.video import probe, read_frames
from cosmos_houdini.preflight.check import check_run, fix_run
from cosmos_houdini.preflight.cut import Cut, even_cut
from cosmos_houdini.records.enums import Control
from cosmos_houdini.records.geometry import Resolution
from cosmos_houdini.records.hashing import hash_file
from cosmos_houdini.records.prompt_spec import RegionalPrompt
from cosmos_houdini.records.run_spec import ControlWeight

WIDE = "480x200"  # loses a quarter of its width on the way to 1280x704
MASK = "inputs/masks/mask"


def pillar(width, height):
    """White from 40 % to 60 % of the width, which the crop keeps."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, width * 2 // 5 : width * 3 // 5] = 255
    return picture


def white_share(picture):
    return float((picture[..., 0] > 127).mean())


@pytest.mark.parametrize("size", [WIDE, "240x100", "1280x704"])
def test_a_weight_mask_is_cut_as_its_control_was(shot, project, video, size):
    file = video(project.root / f"{MASK}.mp4", size=size, paint=pillar)
    weight = ControlWeight(0.8, f"{MASK}.mp4", hash_file(file), 0.1)
    made = shot(
        weights={"depth": weight},
        all_videos={"size": WIDE},
        videos={"depth": {"paint": pillar, "size": WIDE}},
    )
    mended = fix_run(project.store, made.run)
    new = mended.run.control_weights[Control.DEPTH]
    assert (new.value, new.outside) == (0.8, 0.1)
    assert new.mask_path != weight.mask_path
    assert new.mask_sha256 == hash_file(project.root / new.mask_path)
    mask = next(read_frames(project.root / new.mask_path))
    depth = next(read_frames(project.root / mended.prompt.control_inputs[Control.DEPTH].path))
    assert mask.shape == depth.shape == (704, 1280, 3)
    assert np.mean((mask[..., 0] > 127) != (depth[..., 0] > 127)) < 0.01
    assert white_share(mask) == pytest.approx(0.2 * 480 / 364, abs=0.01)
    assert any("weight mask of depth: cut as the depth control was" in line for line in mended.done)
    assert hash_file(file) == weight.mask_sha256


def test_a_still_weight_mask_is_cut_too(shot, project):
    file = project.root / f"{MASK}.png"
    file.parent.mkdir(parents=True)
    cv2.imwrite(str(file), pillar(480, 200))
    weight = ControlWeight(0.8, f"{MASK}.png", hash_file(file))
    mended = fix_run(project.store, shot(weights={"depth": weight}, all_videos={"size": WIDE}).run)
    path = project.root / mended.run.control_weights[Control.DEPTH].mask_path
    assert path.suffix == ".png"
    assert white_share(cv2.imread(str(path))) == pytest.approx(0.2 * 480 / 364, abs=0.01)
    assert not check_run(project.store, mended.run).errors


def test_a_mask_is_left_alone_where_nothing_is_cut(shot, project, video):
    file = video(project.root / f"{MASK}.mp4", paint=pillar)
    weight = ControlWeight(0.8, f"{MASK}.mp4", hash_file(file))
    made = shot(
        weights={"depth": weight},
        all_videos={"size": "640x352"},
        regions=[RegionalPrompt("a", (0, 0, 0.5, 1))],
    )
    mended = fix_run(project.store, made.run)
    assert mended.run.id != made.run.id
    assert mended.run.control_weights == made.run.control_weights
    assert mended.prompt.regional_prompts == made.prompt.regional_prompts


def test_a_region_mask_is_cut_and_comes_out_at_the_size_that_regions_have(shot, project, video):
    file = video(project.root / f"{MASK}.mp4", paint=pillar, size=WIDE, frames=121)
    region = RegionalPrompt("a pillar", mask_path=f"{MASK}.mp4", mask_sha256=hash_file(file))
    mended = fix_run(project.store, shot(regions=[region], all_videos={"size": WIDE}).run)
    (new,) = mended.prompt.regional_prompts
    info = probe(project.root / new.mask_path)
    assert (str(info.resolution), info.frames) == ("1280x704", 121)
    assert white_share(next(read_frames(project.root / new.mask_path))) == pytest.approx(0.264, abs=0.01)
    assert not check_run(project.store, mended.run).errors


def test_boxes_follow_the_cut_and_one_that_was_cut_off_is_left_out_and_told(shot, project):
    regions = [
        RegionalPrompt("the left edge", (0, 0, 0.1, 1)),
        RegionalPrompt("the pillar", (0.4, 0.25, 0.6, 1)),
        RegionalPrompt("the left half", (0, 0, 0.5, 1)),
    ]
    mended = fix_run(project.store, shot(regions=regions, all_videos={"size": WIDE}).run)
    pillar_box, half_box = (region.box for region in mended.prompt.regional_prompts)
    assert [region.prompt for region in mended.prompt.regional_prompts] == ["the pillar", "the left half"]
    assert pillar_box == pytest.approx((0.368132, 0.25, 0.631868, 1), abs=1e-5)
    assert half_box == pytest.approx((0, 0, 0.5, 1))
    assert any("regional prompt 1: left out, its box lies in what was cut off" in it for it in mended.done)
    assert any("regional prompt 2: its box follows the cut" in it for it in mended.done)


def test_mending_masks_twice_makes_no_second_set(shot, project, video):
    file = video(project.root / f"{MASK}.mp4", size=WIDE, paint=pillar)
    weight = ControlWeight(0.8, f"{MASK}.mp4", hash_file(file))
    made = shot(weights={"depth": weight}, all_videos={"size": WIDE})
    first = fix_run(project.store, made.run)
    files = sorted((project.root / "inputs/masks").iterdir())
    second = fix_run(project.store, made.run)
    assert second.run.control_weights == first.run.control_weights
    assert sorted((project.root / "inputs/masks").iterdir()) == files


def test_an_even_cut_keeps_the_middle():
    assert even_cut(Resolution(480, 200), Resolution(1280, 704)) == Cut(58 / 480, 0, 422 / 480, 1)
    assert even_cut(Resolution(640, 352), Resolution(1280, 704)).is_whole
    tall = even_cut(Resolution(640, 480), Resolution(960, 704))
    assert (tall.left, tall.right) == (0, 1)
    assert tall.top == pytest.approx(1 - tall.bottom, abs=1 / 480)


def test_of_the_smallest_mask_a_pixel_is_kept():
    thin = even_cut(Resolution(3000, 30), Resolution(704, 1280))
    assert thin.of(np.zeros((1, 2, 3), np.uint8)).shape == (1, 1, 3)
