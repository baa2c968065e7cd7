from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.video import VideoWriter
from cosmos_houdini.preflight.mask_maps import map_from_video
from cosmos_houdini.records.geometry import Resolution

SMALL = Resolution(64, 48)
LARGE = Resolution(128, 96)


def mask_video(path: Path, columns: list[int]) -> Path:
    """White from the left up to a column, one column a frame."""
    with VideoWriter(path, SMALL, 24) as writer:
        for column in columns:
            frame = np.zeros((SMALL.height, SMALL.width), np.uint8)
            frame[:, :column] = 255
            writer.write(frame)
    return path


def test_a_mask_video_gives_121_frames_filled_with_its_last(tmp_path: Path) -> None:
    mask = mask_video(tmp_path / "mask.mp4", [16, 32, 48])
    weights = map_from_video(mask, LARGE, inside=0.8, outside=0.2, clip_frames=10)
    assert weights.shape == (121, 96, 128)
    assert weights.dtype == np.float16
    for frame, border in ((0, 32), (1, 64), (2, 96), (3, 96), (120, 96)):
        assert np.allclose(weights[frame, :, : border - 4], 0.8, atol=1e-3)
        assert np.allclose(weights[frame, :, border + 4 :], 0.2, atol=1e-3)


def test_a_mask_longer_than_the_clip_is_read_up_to_its_end(tmp_path: Path) -> None:
    mask = mask_video(tmp_path / "mask.mp4", [16, 32, 48])
    weights = map_from_video(mask, SMALL, 1, 0, clip_frames=2)
    assert np.array_equal(weights[1], weights[120])
    assert weights[120, 20, 40] == 0


def test_a_still_picture_gives_one_map_for_any_length(tmp_path: Path) -> None:
    picture = np.zeros((48, 64), np.uint8)
    picture[:24] = 255
    mask = tmp_path / "máscara.png"
    mask.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    for frames in (2, 121, 500):
        weights = map_from_video(mask, LARGE, inside=0, outside=1, clip_frames=frames)
        assert weights.shape == (96, 128)
        assert weights[0, 0] == 0
        assert weights[95, 0] == 1


def test_a_moving_mask_on_a_long_clip_is_refused_with_the_reason(tmp_path: Path) -> None:
    mask = mask_video(tmp_path / "mask.mp4", [16, 16, 32])
    with pytest.raises(BadInputError, match="frame 3") as refused:
        map_from_video(mask, SMALL, 1, 0, clip_frames=122)
    assert "121" in refused.value.why
    assert "121" in refused.value.fix


def test_a_mask_video_that_stands_still_serves_a_long_clip(tmp_path: Path) -> None:
    mask = mask_video(tmp_path / "mask.mp4", [16] * 5)
    assert map_from_video(mask, SMALL, 1, 0, clip_frames=300).shape == (48, 64)


@pytest.mark.parametrize("weight", [-0.1, float("nan"), float("inf")])
def test_a_weight_that_is_none_is_refused(tmp_path: Path, weight: float) -> None:
    mask = mask_video(tmp_path / "mask.mp4", [16] * 2)
    with pytest.raises(BadInputError, match="weights"):
        map_from_video(mask, SMALL, weight, 0, clip_frames=2)


@pytest.mark.parametrize("name", ["mask.png", "mask.mp4"])
def test_a_mask_that_is_text_or_missing_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInputError):
        map_from_video(tmp_path / name, SMALL, 1, 0, 10)
    (tmp_path / name).write_text("not a mask")
    with pytest.raises(BadInputError):
        map_from_video(tmp_path / name, SMALL, 1, 0, 10)
