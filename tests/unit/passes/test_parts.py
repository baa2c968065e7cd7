"""Multi-part frames whose parts differ from those of the first frame give the same planes, or are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.depth import scan_range
from cosmos_houdini.passes.encode import encode
from cosmos_houdini.passes.read import plan_reading, read_layout, read_planes
from cosmos_houdini.passes.request import EncodeRequest, PassVideo, Sources
from cosmos_houdini.passes.video import read_frames
from unit.passes.exr_frames import Part, Shot, write_exr

ALL = ("C", "albedo", "Pz", "N", "primid", "CryptoObject00")
SHUFFLED = ("albedo", "Pz", "C", "CryptoObject00", "N", "primid")
ODD_FRAME = 3


@pytest.fixture
def parts_of(shot: Shot, crypto_metadata: dict[str, str]):
    """The parts of a frame by name; their channels repeat: R G B A in three of them, Z in two."""

    def make(frame: int) -> dict[str, Part]:
        beauty, normal = shot.beauty(frame), shot.normal(frame)
        half = np.full_like(beauty[..., 0], 0.5)
        crypto = {name[-1].upper(): plane for name, plane in shot.crypto(frame).items()}
        return {
            "C": Part({**dict(zip("RGB", np.moveaxis(beauty, 2, 0))), "A": np.ones_like(half)}, name="C"),
            "albedo": Part(dict.fromkeys("RGB", half), name="albedo"),
            "Pz": Part({"Z": shot.depth(frame)}, name="Pz"),
            "N": Part(dict(zip("XYZ", np.moveaxis(normal, 2, 0))), name="N"),
            "primid": Part({"primid": shot.ids(frame)}, name="primid"),
            "CryptoObject00": Part(crypto, crypto_metadata, "CryptoObject00"),
        }

    return make


@pytest.fixture
def frames_of(tmp_path: Path, parts_of):
    """Writes 4 frames with the parts of `usual`, frame 3 with those of `odd`; returns their folder."""

    def write(usual: tuple[str, ...], odd: tuple[str, ...], name: str = "frames") -> str:
        for number in range(1, 5):
            parts = parts_of(number)
            order = odd if number == ODD_FRAME else usual
            write_exr(tmp_path / name / f"s.{number}.exr", *(parts[one] for one in order))
        return str(tmp_path / name)

    return write


def hashes(folder: Path, frames: str) -> dict[PassVideo, str]:
    made = encode(EncodeRequest("shot", folder, Sources(frames)))
    return {video: one.sha256 for video, one in made.videos.items()}


@pytest.mark.parametrize("usual", [ALL, ALL[:1] + ALL[2:]])
def test_a_frame_with_its_parts_in_another_order_or_one_more_gives_the_same_videos(
    tmp_path: Path, frames_of, usual: tuple[str, ...]
) -> None:
    even = hashes(tmp_path / "even", frames_of(ALL, ALL, "even-frames"))
    assert hashes(tmp_path / "odd", frames_of(usual, SHUFFLED)) == even


@pytest.mark.parametrize(("lacking", "video"), [("C", PassVideo.COLOR), ("Pz", PassVideo.DEPTH)])
def test_a_frame_that_lacks_a_part_is_named_though_other_parts_have_such_channels(
    tmp_path: Path, frames_of, lacking: str, video: PassVideo
) -> None:
    folder = frames_of(ALL, tuple(name for name in ALL if name != lacking))
    with pytest.raises(BadInputError, match=f"Frame 3 lacks the plane '{lacking}'"):
        encode(EncodeRequest("shot", tmp_path / "out", Sources(folder), videos=(video,)))


def test_the_depth_range_is_that_of_the_depth_wherever_its_part_stands(tmp_path: Path, shot: Shot) -> None:
    frames = [(number, tmp_path / f"{number}.exr") for number in range(1, 5)]
    for number, path in frames:
        parts = [
            Part({"Z": shot.depth(1)}, name="Pz"),
            Part({"Z": np.full((88, 160), 0.01, np.float32)}, name="N"),
        ]
        write_exr(path, *(reversed(parts) if number == ODD_FRAME else parts))
    plane = read_layout(frames[0][1], 1).planes[0]
    even = scan_range(frames[:2], plane, None, None, 1, lambda: None)
    assert scan_range(frames, plane, None, None, 1, lambda: None) == even


def test_a_plane_is_found_by_its_part_where_parts_have_the_same_channels(tmp_path: Path, shot: Shot) -> None:
    pages = [Part({"Z": shot.depth(1)}, name="a"), Part({"Z": shot.depth(2)}, name="b")]
    write_exr(tmp_path / "1.exr", *pages)
    write_exr(tmp_path / "2.exr", *reversed(pages), Part({"Z": shot.ids(1)}, name="c"))
    layout = read_layout(tmp_path / "1.exr", 1)
    wanted = next(plane for plane in layout.planes if plane.name == "b")
    found, _ = read_planes(tmp_path / "2.exr", 2, plan_reading(layout, [wanted]))
    assert np.array_equal(found["b"][..., 0], shot.depth(2))


def test_the_colours_of_a_reordered_frame_are_those_of_its_beauty(
    tmp_path: Path, frames_of, shot: Shot
) -> None:
    request = EncodeRequest(
        "shot", tmp_path / "out", Sources(frames_of(ALL, SHUFFLED)), videos=(PassVideo.COLOR,), lossless=True
    )
    odd = list(read_frames(encode(request).path(PassVideo.COLOR)))[ODD_FRAME - 1]
    assert (odd[shot.ids(ODD_FRAME) == 0] == np.rint([187.5, 218.1, 255])).all()
