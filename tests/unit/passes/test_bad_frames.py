"""Bad input ends with what, why and fix, names the frame, and leaves nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import OpenImageIO as oiio  # noqa: N813
import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.encode import encode
from cosmos_houdini.passes.inspect import inspect
from cosmos_houdini.passes.request import EdgeSource, EncodeRequest, PassVideo, PlaneNames, Sources
from cosmos_houdini.passes.video import VideoWriter, write_frames
from cosmos_houdini.records.geometry import Resolution
from unit.passes.exr_frames import Part, Shot, write_exr, write_picture

Write = Callable[..., str]


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., BadInputError]:
    """Encodes and returns the error, after looking that nothing was left behind."""

    def run(frames: str, **settings: object) -> BadInputError:
        folder = tmp_path / "out"
        with pytest.raises(BadInputError) as caught:
            encode(EncodeRequest("shot", folder, Sources(frames), **settings))
        assert not folder.exists()
        assert caught.value.why
        assert caught.value.fix
        return caught.value

    return run


def frame(pattern: str, number: int) -> Path:
    return Path(pattern.replace("$F4", f"{number:04d}"))


@pytest.mark.parametrize("kept", [0.97, 0.5, 0.1, 0.002])
def test_a_truncated_exr_names_the_frame(frames: Write, refused, kept: float) -> None:
    pattern = frames()
    content = frame(pattern, 4).read_bytes()
    frame(pattern, 4).write_bytes(content[: int(len(content) * kept)])
    assert "Frame 4" in refused(pattern).what


@pytest.mark.parametrize("videos", [(PassVideo.COLOR,), (PassVideo.DEPTH,), None])
def test_a_damaged_exr_names_the_frame(frames: Write, refused, videos: tuple[PassVideo, ...] | None) -> None:
    pattern = frames()
    content = bytearray(frame(pattern, 3).read_bytes())
    begin = len(content) // 3
    content[begin : begin + 400] = bytes(np.random.default_rng(1).integers(0, 256, 400, dtype=np.uint8))
    frame(pattern, 3).write_bytes(bytes(content))
    assert "Frame 3" in refused(pattern, videos=videos).what


def test_a_damaged_exr_prints_nothing_of_its_own(frames: Write, refused, capfd) -> None:
    pattern = frames()
    content = frame(pattern, 4).read_bytes()
    frame(pattern, 4).write_bytes(content[: len(content) // 2])
    refused(pattern)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("exposure", [float("nan"), float("inf"), -51.0, 1e300])
def test_an_exposure_beyond_all_sense_is_refused(frames: Write, refused, exposure: float) -> None:
    assert "--exposure" in refused(frames(), exposure=exposure).fix


@pytest.mark.parametrize(
    ("planes", "why"),
    [
        (PlaneNames(normal="Pz"), "needs 3"),
        (PlaneNames(beauty="Pz"), "needs 3"),
        (PlaneNames(depth="RGBA"), "1 channel"),
        (PlaneNames(id="N"), "1 channel"),
        (PlaneNames(id="Pz"), "distances"),
        (PlaneNames(id="length"), "not whole numbers"),
    ],
)
def test_a_plane_that_does_not_suit_its_role_is_refused(
    frames: Write, refused, shot: Shot, planes: PlaneNames, why: str
) -> None:
    pattern = frames(channels=lambda number: {**shot.channels(number), "length": shot.depth(number) + 0.25})
    assert why in refused(pattern, planes=planes, edge_source=EdgeSource.GEOMETRY).why


def test_whole_number_pictures_are_no_normals(frames: Write, tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "n.mp4", Resolution(160, 88), 24) as writer:
        for _ in range(6):
            writer.write(np.zeros((88, 160, 3), np.uint8))
    write_frames(tmp_path / "n.mp4", tmp_path / "png")
    sources = Sources(frames(), normal=str(tmp_path / "png"))
    with pytest.raises(BadInputError, match="can't be the normal"):
        encode(EncodeRequest("shot", tmp_path / "out", sources))


def test_a_text_file_called_exr_names_the_frame(frames: Write, refused) -> None:
    pattern = frames()
    frame(pattern, 2).write_text("this is no picture\n" * 50)
    assert "Frame 2 is not a picture" in refused(pattern).what


def test_a_text_file_as_the_first_frame_is_refused_at_once(frames: Write, refused) -> None:
    pattern = frames()
    frame(pattern, 1).write_text("this is no picture\n" * 50)
    assert "Frame 1 is not a picture" in refused(pattern).what


def test_an_empty_file_is_said_to_be_empty(frames: Write, refused) -> None:
    pattern = frames()
    frame(pattern, 5).write_bytes(b"")
    error = refused(pattern)
    assert "Frame 5" in error.what
    assert "empty" in error.why


def test_a_missing_frame_is_named(frames: Write, refused) -> None:
    pattern = frames()
    frame(pattern, 4).unlink()
    assert "Frame 4 is missing" in refused(pattern).what


def test_a_frame_of_another_size_is_named(frames: Write, refused) -> None:
    pattern = frames()
    write_exr(frame(pattern, 4), Part(Shot(80, 88).channels(4)))
    error = refused(pattern)
    assert "Frame 4 has 80x88" in error.what
    assert "160x88" in error.what


def test_a_plane_missing_in_one_frame_is_named(frames: Write, refused, shot: Shot) -> None:
    pattern = frames()
    channels = shot.channels(5)
    del channels["Pz"]
    write_exr(frame(pattern, 5), Part(channels))
    error = refused(pattern)
    assert "Frame 5 lacks the plane 'Pz'" in error.what


def test_depth_of_nan_only_names_the_plane(frames: Write, refused, shot: Shot) -> None:
    pattern = frames(
        channels=lambda number: {**shot.channels(number), "Pz": np.full((88, 160), np.nan, np.float32)}
    )
    assert "'Pz' has no usable value" in refused(pattern).what


def test_a_sequence_of_one_frame_is_refused(frames: Write, refused) -> None:
    assert "1 frame" in refused(frames(range(7, 8))).what


def test_a_folder_that_is_a_file_a_missing_folder_and_an_empty_one_are_refused(
    tmp_path: Path, refused
) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("missing", "missing/shot.$F4.exr", "empty"):
        error = refused_any(refused, str(tmp_path / name))
        assert name.split("/")[0] in error.what


def refused_any(refused: Callable[..., BadInputError], frames: str) -> BadInputError:
    return refused(frames)


PERMISSION = """
import os, sys
from pathlib import Path
from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.encode import encode
from cosmos_houdini.passes.request import EncodeRequest, Sources
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    encode(EncodeRequest("shot", Path(sys.argv[2]), Sources(sys.argv[1])))
except BadInputError as error:
    print(error)
    sys.exit(3)
"""


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that another user may enter; pytest's own may not be."""
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="cosmos-permission-"))
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        path.chmod(0o755)
    shutil.rmtree(folder)


def as_nobody(frames: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PERMISSION, frames, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")


def can_run_as_nobody() -> bool:
    command = [sys.executable, "-c", PERMISSION, "/missing/a.$F4.exr", "/tmp/none"]
    return (
        os.name != "nt" and subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 3
    )


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX permissions")
def test_what_may_not_be_read_or_written_is_said(shared_folder: Path, shot: Shot) -> None:
    if not can_run_as_nobody():
        pytest.skip("this Python can't be run by another user")
    for number in (1, 2, 3):
        write_exr(shared_folder / "closed" / f"a.{number}.exr", Part(shot.channels(number)))
        write_exr(shared_folder / "open" / f"a.{number}.exr", Part(shot.channels(number)))
    (shared_folder / "open" / "a.2.exr").chmod(0)
    (shared_folder / "closed").chmod(0)
    listing = as_nobody(str(shared_folder / "closed"), Path("/tmp/unused"))
    assert (listing.returncode, "can't be read" in listing.stdout) == (3, True), listing
    for name in ("a.$F.exr", "a.1.exr", "below", "a.mp4"):
        inside = as_nobody(str(shared_folder / "closed" / name), Path("/tmp/unused"))
        assert (inside.returncode, "permission" in inside.stdout) == (3, True), inside
    reading = as_nobody(str(shared_folder / "open" / "a.$F.exr"), Path("/tmp") / f"unused-{os.getpid()}")
    assert (reading.returncode, "Frame 2" in reading.stdout, "permission" in reading.stdout) == (
        3,
        True,
        True,
    )
    (shared_folder / "open" / "a.2.exr").chmod(0o644)
    writing = as_nobody(str(shared_folder / "open" / "a.$F.exr"), shared_folder / "open" / "out")
    assert (writing.returncode, "can't be written" in writing.stdout) == (3, True), writing


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """200 kB of tmpfs."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("needs root to mount a small disk; test_video.py fills one by a limit")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_while_encoding_leaves_nothing(small_disk: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for number in range(1, 13):
        noise = rng.random((176, 320)).astype(np.float32)
        write_exr(tmp_path / "frames" / f"a.{number}.exr", Part(dict.fromkeys("RGB", noise)))
    request = EncodeRequest("shot", small_disk / "out", Sources(str(tmp_path / "frames")))
    with pytest.raises(BadInputError) as caught:
        encode(request)
    assert "disk is full" in caught.value.what
    assert [path for path in small_disk.rglob("*") if path.is_file()] == []


INTERRUPTED = """
import sys
from pathlib import Path
from cosmos_houdini.passes.encode import encode
from cosmos_houdini.passes.request import EncodeRequest, Sources
def report(progress):
    if progress.phase == "encode":
        print(progress.done, flush=True)
        if progress.done >= 3:
            sys.stdin.readline()  # the interrupt comes while the encoders are at work
encode(EncodeRequest("shot", Path(sys.argv[2]), Sources(sys.argv[1])), report)
"""


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_ctrl_c_leaves_no_file(frames: Write, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    command = [sys.executable, "-c", INTERRUPTED, frames(range(1, 13)), str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        while child.stdout.readline().strip() != "3":
            assert child.poll() is None
        child.send_signal(signal.SIGINT)
        _, errors = child.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors
    assert child.returncode != 0
    assert not folder.exists()


def test_inspection_refuses_the_view_that_encoding_refuses(frames: Write, refused, tmp_path: Path) -> None:
    pattern = frames()
    error = refused(pattern, view="Kodachrome")
    with pytest.raises(BadInputError) as caught:
        inspect(EncodeRequest("shot", tmp_path / "out", Sources(pattern), view="Kodachrome"))
    assert str(caught.value) == str(error)


@pytest.mark.parametrize("numbers", [range(1, 4), range(2, 3)])
def test_a_deep_picture_is_refused(frames: Write, refused, numbers: range) -> None:
    pattern = frames(range(1, 4))
    for number in numbers:
        write_deep(frame(pattern, number))
    error = refused(pattern)
    assert error.what.startswith(f"Frame {numbers[0]} is a deep picture")
    assert "flat" in error.fix


def write_deep(path: Path) -> None:
    spec = oiio.ImageSpec(160, 88, 5, "float")
    spec.channelnames = ("R", "G", "B", "A", "Z")
    spec.deep = True
    samples = oiio.DeepData()
    samples.init(160 * 88, 5, (oiio.TypeDesc("float"),) * 5, spec.channelnames)
    output = oiio.ImageOutput.create(str(path))
    assert output.open(str(path), spec), output.geterror()
    assert output.write_deep_image(samples), output.geterror()
    output.close()


def pictures(folder: Path, suffix: str) -> str:
    """Six frames of noise, which compresses badly: what is cut off is pixels."""
    rng = np.random.default_rng(3)
    for number in range(1, 7):
        noise = rng.integers(0, 256, (88, 160, 3), dtype=np.uint8)
        write_picture(folder / f"p.{number:04d}.{suffix}", noise)
    return str(folder / f"p.$F4.{suffix}")


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
@pytest.mark.parametrize("kept", [0.97, 0.5])
def test_a_truncated_picture_is_named_and_prints_nothing_of_its_own(
    tmp_path: Path, refused, capfd, suffix: str, kept: float
) -> None:
    pattern = pictures(tmp_path / "frames", suffix)
    content = frame(pattern, 3).read_bytes()
    frame(pattern, 3).write_bytes(content[: int(len(content) * kept)])
    assert "Frame 3" in refused(pattern).what
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("suffix", ["png", "jpg"])
@pytest.mark.parametrize("length", [10, 10_000])
def test_a_picture_with_something_after_its_end_is_whole(tmp_path: Path, suffix: str, length: int) -> None:
    pattern = pictures(tmp_path / "frames", suffix)
    with frame(pattern, 3).open("ab") as handle:
        handle.write(b"x" * length)
    assert encode(EncodeRequest("shot", tmp_path / "out", Sources(pattern))).frames == 6


@pytest.mark.parametrize("number", [1, 4])
def test_a_link_that_leads_nowhere_is_named(frames: Write, refused, number: int) -> None:
    pattern = frames()
    frame(pattern, number).unlink()
    frame(pattern, number).symlink_to("gone.exr")
    error = refused(pattern)
    assert f"Frame {number} can't be opened" in error.what
    assert "gone.exr" in error.why


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("number", [1, 4])
def test_a_pipe_or_a_folder_as_a_frame_is_named_rather_than_waited_for(
    frames: Write, refused, number: int
) -> None:
    pattern = frames()
    for make in (os.mkfifo, os.mkdir):
        frame(pattern, number).unlink()
        make(frame(pattern, number))
        error = refused(pattern)
        assert f"Frame {number} is no file" in error.what
        frame(pattern, number).rmdir() if make is os.mkdir else None


@pytest.mark.parametrize("size", [(100_000, 100_000), (20_000, 100), (16_000, 16_000)])
def test_a_size_that_no_memory_holds_is_refused(frames: Write, refused, size: tuple[int, int]) -> None:
    error = refused(frames(), resolution=Resolution(*size))
    assert f"{size[0]}x{size[1]}" in error.what
    assert "--size" in error.fix
