"""Videos are written as every engine reads them, and read as their tags say."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.segmentation import colour_of_id
from cosmos_houdini.passes.video import (
    VideoWriter,
    count_decodable,
    frame_as_png,
    probe,
    read_frames,
    write_frames,
)
from cosmos_houdini.records.geometry import Resolution

SIZE = Resolution(160, 96)


def write(path: Path, pictures: list[np.ndarray], fps: Fraction | int = 24, **settings: object) -> None:
    with VideoWriter(path, Resolution(pictures[0].shape[1], pictures[0].shape[0]), fps, **settings) as writer:
        for picture in pictures:
            writer.write(picture)


def blocks(rng: np.random.Generator, side: int, colours: np.ndarray) -> np.ndarray:
    small = rng.integers(0, len(colours), (SIZE.height // side, SIZE.width // side))
    return np.kron(colours[small], np.ones((side, side, 1), np.uint8)).astype(np.uint8)


def test_a_video_is_h264_yuv420p_with_bt709_tags_and_its_index_in_front(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write(path, [np.full((96, 160, 3), 80, np.uint8)] * 5, Fraction(24000, 1001))
    found = probe(path)
    assert (found.codec, found.pixel_format, found.frames) == ("h264", "yuv420p", 5)
    assert (found.resolution, found.fps) == (SIZE, Fraction(24000, 1001))
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        tags = (context.colorspace, context.color_primaries, context.color_trc, context.color_range)
    assert [int(tag) for tag in tags] == [1, 1, 1, 1]
    content = path.read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat")


def test_flat_id_colours_come_back_within_6_of_255(tmp_path: Path) -> None:
    """In moving blocks of 4x4 pixels, edges included; measured: 4 here, 6 when OpenCV decodes the file."""
    rng = np.random.default_rng(3)
    corners = [(r, g, b) for r in (0, 255) for g in (0, 255) for b in (0, 255)]
    colours = np.array([*corners, *(colour_of_id(number) for number in range(200))], np.uint8)
    pictures = [blocks(rng, 4, colours) for _ in range(8)]
    write(tmp_path / "ids.mp4", pictures)
    worst = max(
        np.abs(back.astype(int) - picture).max()
        for picture, back in zip(pictures, read_frames(tmp_path / "ids.mp4"))
    )
    assert worst <= 6


def test_ids_off_the_grid_of_4_pixels_stay_flat_inside_and_mix_only_in_the_pixel_pair_of_their_edge(
    tmp_path: Path,
) -> None:
    picture = np.zeros((96, 160, 3), np.uint8)
    picture[13:71, 21:99] = colour_of_id(7)
    picture[33:95, 63:133] = colour_of_id(8)
    write(tmp_path / "ids.mp4", [np.roll(picture, 3 * step, axis=1) for step in range(6)])
    for step, back in enumerate(read_frames(tmp_path / "ids.mp4")):
        source = np.roll(picture, 3 * step, axis=1)
        pairs = source.reshape(48, 2, 80, 2, 3)
        flat = (pairs.max((1, 3)) == pairs.min((1, 3))).all(-1).repeat(2, 0).repeat(2, 1)
        assert np.abs(back.astype(int) - source)[flat].max() <= 6


def test_gray_stays_gray_and_near_its_level(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(0, 255, 160).astype(np.uint8), (96, 1))
    write(tmp_path / "gray.mp4", [np.roll(ramp, step, axis=1) for step in range(4)])
    for step, back in enumerate(read_frames(tmp_path / "gray.mp4")):
        assert np.abs(back.astype(int) - np.roll(ramp, step, axis=1)[..., None]).max() <= 4
        assert (back.max(axis=2).astype(int) - back.min(axis=2)).max() <= 2


def test_lossless_comes_back_bit_for_bit_even_at_an_odd_size(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    pictures = [rng.integers(0, 256, (97, 161, 3), dtype=np.uint8) for _ in range(3)]
    write(tmp_path / "exact.mp4", pictures, lossless=True)
    assert probe(tmp_path / "exact.mp4").codec == "h264"
    for picture, back in zip(pictures, read_frames(tmp_path / "exact.mp4"), strict=True):
        assert np.array_equal(picture, back)


@pytest.mark.parametrize(("tag", "matrix"), [(1, (0.2126, 0.0722)), (5, (0.299, 0.114)), (2, (0.299, 0.114))])
@pytest.mark.parametrize("full", [False, True])
def test_the_matrix_and_range_follow_the_tags(
    tmp_path: Path, tag: int, matrix: tuple[float, float], full: bool
) -> None:
    """Untagged (2) is BT.601, as FFmpeg writes it."""
    rgb = np.array([200.0, 60.0, 30.0])
    red, blue = matrix
    luma = red * rgb[0] + (1 - red - blue) * rgb[1] + blue * rgb[2]
    chroma = (rgb[2] - luma) / (2 * (1 - blue)), (rgb[0] - luma) / (2 * (1 - red))
    scale, offset, chroma_scale = (1.0, 0, 1.0) if full else (219 / 255, 16, 224 / 255)
    levels = [luma * scale + offset, *(128 + part * chroma_scale for part in chroma)]
    path = tmp_path / "tagged.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"qp": "1"})
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        stream.codec_context.colorspace = tag
        stream.codec_context.color_range = 2 if full else 1
        frame = av.VideoFrame(32, 32, "yuv420p")
        for plane, level in zip(frame.planes, levels):
            plane.update(bytes([round(level)]) * plane.buffer_size)
        frame.colorspace, frame.color_range = tag, 2 if full else 1
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    back = next(iter(read_frames(path)))
    assert np.abs(back.astype(int) - rgb).max() <= 3


def test_frames_can_be_read_at_another_size(tmp_path: Path) -> None:
    write(tmp_path / "a.mp4", [np.full((96, 160, 3), 200, np.uint8)] * 2)
    pictures = list(read_frames(tmp_path / "a.mp4", Resolution(64, 32)))
    assert [picture.shape for picture in pictures] == [(32, 64, 3)] * 2
    assert abs(int(pictures[0].mean()) - 200) <= 3


def test_an_error_while_writing_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> None:
        with VideoWriter(tmp_path / "a.mp4", SIZE, 24) as writer:
            writer.write(np.zeros((96, 160), np.uint8))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_an_old_video_stays_when_the_new_one_fails(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write(path, [np.zeros((96, 160), np.uint8)] * 2)
    before = path.read_bytes()
    with pytest.raises(BadInputError, match="160x96"), VideoWriter(path, SIZE, 24) as writer:
        writer.write(np.zeros((8, 8, 3), np.uint8))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_video_without_frames_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="empty"), VideoWriter(tmp_path / "a.mp4", SIZE, 24):
        pass
    assert list(tmp_path.iterdir()) == []


def test_an_odd_size_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        VideoWriter(tmp_path / "a.mp4", Resolution(161, 96), 24)
    assert "even" in caught.value.why


def test_what_is_no_video_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("not a video\n" * 100)
    (tmp_path / "notes.txt").write_text("nor this\n" * 100)
    (tmp_path / "empty.mp4").write_bytes(b"")
    for name in ("text.mp4", "notes.txt", "empty.mp4", "missing.mp4", "."):
        with pytest.raises(BadInputError):
            probe(tmp_path / name)
        with pytest.raises(BadInputError):
            next(iter(read_frames(tmp_path / name)))


def test_a_picture_is_not_a_video(tmp_path: Path) -> None:
    write(tmp_path / "a.mp4", [np.zeros((96, 160), np.uint8)] * 2)
    (tmp_path / "one.png").write_bytes(frame_as_png(tmp_path / "a.mp4", 1))
    with pytest.raises(BadInputError, match="not a video"):
        probe(tmp_path / "one.png")


def test_a_cut_off_video_is_told_by_its_count(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    write(tmp_path / "a.mp4", [rng.integers(0, 256, (96, 160, 3), dtype=np.uint8) for _ in range(12)])
    content = (tmp_path / "a.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(content[: len(content) // 2])
    with pytest.raises(BadInputError, match="cut off"):
        probe(tmp_path / "cut.mp4")
    assert 0 < count_decodable(tmp_path / "cut.mp4") < 12
    assert count_decodable(tmp_path / "a.mp4") == 12


def test_frames_become_pictures_with_numbers_from_1(tmp_path: Path) -> None:
    write(tmp_path / "shot.mp4", [np.full((96, 160), level, np.uint8) for level in (10, 120, 240)])
    paths = write_frames(tmp_path / "shot.mp4", tmp_path / "png")
    assert [path.name for path in paths] == ["shot.0001.png", "shot.0002.png", "shot.0003.png"]
    assert sorted(paths) == sorted((tmp_path / "png").iterdir())
    assert paths[1].read_bytes() == frame_as_png(tmp_path / "shot.mp4", 2)
    with pytest.raises(BadInputError, match="no frame 4"):
        frame_as_png(tmp_path / "shot.mp4", 4)


def test_exr_frames_are_scene_linear_half(tmp_path: Path) -> None:
    import OpenImageIO as oiio  # noqa: N813

    write(tmp_path / "shot.mp4", [np.full((96, 160), 188, np.uint8)] * 2)
    path = write_frames(tmp_path / "shot.mp4", tmp_path / "exr", "exr")[0]
    image = oiio.ImageBuf(str(path))
    assert str(image.spec().format) == "half"
    assert abs(image.getpixel(80, 48)[0] - 0.503) < 0.02  # the sRGB curve has 188 at half the light


FULL_DISK = """
import resource, sys
from pathlib import Path
import numpy as np
from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.video import VideoWriter
from cosmos_houdini.records.geometry import Resolution
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
rng = np.random.default_rng(1)
try:
    with VideoWriter(Path(sys.argv[1]), Resolution(320, 192), 24) as writer:
        for _ in range(int(sys.argv[3])):
            writer.write(rng.integers(0, 256, (192, 320, 3), dtype=np.uint8))
except BadInputError as error:
    print(error)
    sys.exit(3)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs RLIMIT_FSIZE")
@pytest.mark.parametrize(("size", "frames"), [(100_000, 30), (60_000, 3), (1000, 3)])
def test_a_disk_that_fills_up_is_said_and_leaves_nothing(tmp_path: Path, size: int, frames: int) -> None:
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path / "a.mp4"), str(size), str(frames)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert "disk is full" in done.stdout
    assert "Exception ignored" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fps", [0, -24, 3_000_000_000, Fraction(1, 2**31)])
def test_a_rate_that_no_file_can_hold_is_refused(tmp_path: Path, fps: Fraction | int) -> None:
    with pytest.raises(BadInputError, match="frames a second can't be written"):
        write(tmp_path / "a.mp4", [np.zeros((96, 160, 3), np.uint8)], fps)
    assert list(tmp_path.iterdir()) == []
