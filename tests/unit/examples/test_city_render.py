"""The sequence of the example city: which frames are made, kept and removed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import OpenImageIO as oiio  # noqa: N813
import pytest

import city
from city.render import frame_path
from cosmos_houdini.errors import BadInputError, CancelledError
from cosmos_houdini.records.geometry import Resolution

ROOT = Path(__file__).parents[3]
TINY = Resolution(48, 32)


def times(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.exr")}


def test_the_pattern_names_the_frames(tmp_path):
    pattern = city.render(tmp_path / "new" / "folder", frames=2, resolution=TINY, first_frame=7)
    assert pattern == str(tmp_path / "new" / "folder" / "city.$F4.exr")
    assert sorted(times(tmp_path / "new" / "folder")) == ["city.0007.exr", "city.0008.exr"]


def test_frames_that_are_there_are_kept_and_missing_ones_are_made(tmp_path):
    city.render(tmp_path, frames=3, resolution=TINY)
    before = times(tmp_path)
    frame_path(tmp_path, 1002).unlink()
    city.render(tmp_path, frames=3, resolution=TINY)
    after = times(tmp_path)
    assert after["city.1001.exr"] == before["city.1001.exr"]
    assert after["city.1003.exr"] == before["city.1003.exr"]
    assert sorted(after) == sorted(before)


def test_other_settings_make_the_frames_anew(tmp_path):
    city.render(tmp_path, frames=1, resolution=TINY)
    first = frame_path(tmp_path, 1001).read_bytes()
    city.render(tmp_path, frames=1, resolution=TINY, seed=2)
    assert frame_path(tmp_path, 1001).read_bytes() != first


def test_a_shorter_sequence_holds_exactly_its_frames(tmp_path):
    city.render(tmp_path, frames=3, resolution=TINY)
    city.render(tmp_path, frames=1, resolution=TINY)
    assert sorted(times(tmp_path)) == ["city.1001.exr"]


def test_files_of_others_are_left_alone(tmp_path):
    mine = tmp_path / "shot.0001.exr"
    mine.write_bytes(b"precious")
    city.render(tmp_path, frames=1, resolution=TINY)
    city.render(tmp_path, frames=1, resolution=TINY, seed=3)
    assert mine.read_bytes() == b"precious"


def test_progress_counts_the_frames(tmp_path):
    seen = []
    city.render(tmp_path, frames=2, resolution=TINY, report=seen.append)
    assert [progress.done for progress in seen] == [0, 1, 2]
    assert {(progress.total, progress.unit) for progress in seen} == {(2, "frames")}


def test_stopping_leaves_whole_frames_only_and_a_second_call_goes_on(tmp_path):
    def stop(progress):
        if progress.done == 1:
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        city.render(tmp_path, frames=6, resolution=TINY, report=stop)
    left = {path.name for path in tmp_path.iterdir()}
    assert not any(".part-" in name for name in left)
    assert 1 <= len(times(tmp_path)) < 6
    city.render(tmp_path, frames=6, resolution=TINY)
    assert len(times(tmp_path)) == 6


def test_the_same_settings_give_the_same_pixels(tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        city.render(folder, frames=1, resolution=TINY)
    one, other = (oiio.ImageInput.open(str(frame_path(folder, 1001))) for folder in folders)
    parts = 0
    while one.seek_subimage(parts, 0):
        assert other.seek_subimage(parts, 0)
        np.testing.assert_array_equal(one.read_image("float"), other.read_image("float"))
        parts += 1
    assert parts == 10


@pytest.mark.parametrize("settings", [{"frames": 0}, {"first_frame": 9999}, {"first_frame": -1}])
def test_frame_numbers_that_cannot_be_are_refused(tmp_path, settings):
    with pytest.raises(BadInputError, match="can't be rendered"):
        city.render(tmp_path / "x", **{"frames": 2, "resolution": TINY, **settings})
    assert not (tmp_path / "x").exists()


def test_a_file_in_the_place_of_the_folder_is_explained(tmp_path):
    place = tmp_path / "frames"
    place.write_text("a file")
    with pytest.raises(BadInputError, match="frames") as caught:
        city.render(place, frames=1, resolution=TINY)
    assert caught.value.fix
    assert place.read_text() == "a file"


@pytest.mark.skipif(os.name == "nt", reason="needs a limit on the size of files")
def test_a_disk_that_takes_no_more_is_explained_and_leaves_no_part(tmp_path):
    script = f"""
import resource, sys
from pathlib import Path
sys.path.insert(0, {str(ROOT / "examples")!r})
import city
from cosmos_houdini.records.geometry import Resolution
resource.setrlimit(resource.RLIMIT_FSIZE, (8000, 8000))
city.render(Path({str(tmp_path)!r}), frames=1, resolution=Resolution(64, 48))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "BadInputError" in done.stderr
    assert "city.1001.exr" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["city.json"]


@pytest.mark.parametrize("size", [Resolution(32, 64), Resolution(40, 40), Resolution(1, 1)])
def test_any_shape_of_picture_can_be_made(tmp_path, size):
    city.render(tmp_path, frames=1, resolution=size)
    assert frame_path(tmp_path, 1001).is_file()
    shutil.rmtree(tmp_path)
