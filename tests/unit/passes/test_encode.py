"""The whole way from frames to a set of control videos."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.encode import encode
from cosmos_houdini.passes.inspect import inspect
from cosmos_houdini.passes.manifest import COLOURS_NAME, FILE_NAME, PassSet
from cosmos_houdini.passes.request import (
    EdgeSource,
    EncodeRequest,
    PassVideo,
    PlaneNames,
    SegSource,
    Sources,
)
from cosmos_houdini.passes.segmentation import colour_of_id, colour_of_name
from cosmos_houdini.passes.video import VideoWriter, probe, read_frames, write_frames
from cosmos_houdini.progress import Progress
from cosmos_houdini.records.geometry import Bucket, Resolution, SizeTable
from unit.passes.exr_frames import NAMES, Part, Shot, write_exr, write_picture

Write = Callable[..., str]


@pytest.fixture
def request_for(tmp_path: Path) -> Callable[..., EncodeRequest]:
    return lambda frames, **more: EncodeRequest(
        "shot", tmp_path / "out", more.pop("sources", Sources(frames)), **more
    )


def film(passes: PassSet, video: PassVideo) -> list[np.ndarray]:
    return list(read_frames(passes.path(video)))


@pytest.fixture
def crypto_frames(tmp_path: Path, shot: Shot, crypto_metadata: dict[str, str]) -> str:
    for number in range(1, 7):
        channels = {**shot.channels(number), **shot.crypto(number)}
        write_exr(tmp_path / "frames" / f"shot.{number:04d}.exr", Part(channels, crypto_metadata))
    return str(tmp_path / "frames")


def test_all_videos_of_a_set_have_one_size_count_and_rate(crypto_frames: str, request_for) -> None:
    passes = encode(request_for(crypto_frames, fps=Fraction(25)))
    assert list(passes.videos) == list(PassVideo)
    for video in PassVideo:
        found = probe(passes.path(video))
        assert (found.frames, found.fps, found.resolution) == (6, 25, Resolution(160, 88))
    names = {path.name for path in passes.folder.iterdir()}
    assert names == {
        "color.mp4",
        "depth.mp4",
        "edge.mp4",
        "segmentation.mp4",
        "vis.mp4",
        FILE_NAME,
        COLOURS_NAME,
    }


def test_every_object_has_its_colour_in_every_frame_and_the_sky_is_black(
    crypto_frames: str, request_for, shot: Shot
) -> None:
    passes = encode(request_for(crypto_frames))
    assert passes.colours == {name: colour_of_name(name) for name in NAMES}
    for number, picture in enumerate(film(passes, PassVideo.SEG), start=1):
        ids = shot.ids(number).astype(int)
        table = np.array([(0, 0, 0), *(colour_of_name(name) for name in NAMES)], int)
        assert np.abs(picture.astype(int) - table[ids]).max() <= 6
    written = json.loads((passes.folder / COLOURS_NAME).read_text())
    assert written == {name: list(colour_of_name(name)) for name in sorted(NAMES)}


def test_an_id_plane_is_painted_where_there_is_no_cryptomatte(frames: Write, request_for, shot: Shot) -> None:
    passes = encode(request_for(frames(), videos=(PassVideo.SEG,)))
    assert passes.colours == {str(number): colour_of_id(number) for number in (1, 2, 3, 4)}
    picture = film(passes, PassVideo.SEG)[2]
    assert np.abs(picture[shot.ids(3) == 4].astype(int) - colour_of_id(4)).max() <= 6


def test_depth_is_near_bright_with_a_black_background(frames: Write, request_for, shot: Shot) -> None:
    passes = encode(request_for(frames(), videos=(PassVideo.DEPTH,), near=2.0, far=20.0))
    assert (passes.depth_range.near, passes.depth_range.far) == (2, 20)
    picture = film(passes, PassVideo.DEPTH)[0].astype(int)
    ids = shot.ids(1)
    expected = 8 + 247 * (1 / 3 - 1 / 20) / (1 / 2 - 1 / 20)
    assert np.abs(picture[ids == 4] - expected).max() <= 4
    assert picture[ids == 0].max() <= 3
    assert picture[ids == 3].min() > picture[ids == 0].max()


def test_edges_are_black_and_white_from_every_source(frames: Write, request_for) -> None:
    pattern = frames()
    counts = {}
    for source in EdgeSource:
        passes = encode(request_for(pattern, videos=(PassVideo.EDGE,), edge_source=source, lossless=True))
        pictures = film(passes, PassVideo.EDGE)
        assert set(np.unique(pictures)) == {0, 255}
        counts[source] = np.count_nonzero(pictures[0])
    assert counts[EdgeSource.BOTH] >= counts[EdgeSource.GEOMETRY] > 0


def test_the_color_video_shows_the_beauty_in_srgb(frames: Write, request_for, shot: Shot) -> None:
    passes = encode(request_for(frames(), videos=(PassVideo.COLOR,), lossless=True))
    picture = film(passes, PassVideo.COLOR)[0]
    sky = picture[shot.ids(1) == 0]
    assert (sky == np.rint([187.5, 218.1, 255])).all(axis=1).all()


def test_what_is_unchanged_is_not_encoded_again(frames: Write, request_for) -> None:
    request = request_for(frames())
    first = encode(request)
    stamps = {path: path.stat().st_mtime_ns for path in first.folder.iterdir()}
    reports: list[Progress] = []
    second = encode(request, reports.append)
    assert second.reused == tuple(first.videos)
    assert reports == []
    assert {path: path.stat().st_mtime_ns for path in first.folder.iterdir()} == stamps
    assert encode(replace(request, force=True)).reused == ()


def test_only_what_a_setting_touches_is_encoded_again(frames: Write, request_for) -> None:
    request = request_for(frames())
    encode(request)
    again = encode(replace(request, near=1.0, far=9.0))
    assert set(PassVideo) - set(again.reused) == {PassVideo.DEPTH}
    assert PassSet.load(request.folder).depth_range.far == 9
    brighter = encode(replace(request, near=1.0, far=9.0, exposure=1.0))
    assert set(brighter.reused) == {PassVideo.DEPTH, PassVideo.SEG}


def test_a_changed_frame_or_a_damaged_video_is_encoded_again(frames: Write, request_for, shot: Shot) -> None:
    request = request_for(frames())
    passes = encode(request)
    with passes.path(PassVideo.DEPTH).open("ab") as handle:
        handle.write(b"x")
    assert set(PassVideo) - set(encode(request).reused) == {PassVideo.DEPTH}
    write_exr(Path(request.sources.frames.replace("$F4", "0003")), Part(shot.channels(9)))
    assert encode(request).reused == ()


def test_one_control_can_be_added_to_a_set(frames: Write, request_for) -> None:
    pattern = frames()
    encode(request_for(pattern, videos=(PassVideo.DEPTH,)))
    both = encode(request_for(pattern, videos=(PassVideo.EDGE,)))
    assert list(both.videos) == [PassVideo.DEPTH, PassVideo.EDGE]
    assert both.depth_range is not None


def test_a_video_that_no_longer_matches_its_set_is_removed(frames: Write, request_for) -> None:
    pattern = frames()
    old = encode(request_for(pattern, videos=(PassVideo.DEPTH,)))
    new = encode(request_for(pattern, videos=(PassVideo.EDGE,), last=4))
    assert list(new.videos) == [PassVideo.EDGE]
    assert not old.path(PassVideo.DEPTH).exists()


def test_the_record_is_read_back_as_it_was_written(crypto_frames: str, request_for) -> None:
    passes = encode(request_for(crypto_frames, first=2, last=6, step=2))
    assert PassSet.load(passes.folder) == passes
    assert passes.frame_numbers == (2, 4, 6)


def test_an_unknown_key_or_a_newer_record_is_refused(frames: Write, request_for) -> None:
    passes = encode(request_for(frames(), videos=(PassVideo.DEPTH,)))
    path = passes.folder / FILE_NAME
    value = json.loads(path.read_text())
    path.write_text(json.dumps({**value, "colors": {}}))
    with pytest.raises(BadInputError, match="unknown key 'colors'"):
        PassSet.load(passes.folder)
    path.write_text(json.dumps({**value, "schema_version": 99}))
    with pytest.raises(BadInputError, match="newer"):
        PassSet.load(passes.folder)


def test_without_planes_the_reason_and_the_remedy_are_recorded(
    frames: Write, request_for, shot: Shot
) -> None:
    def only_beauty(number: int) -> dict[str, np.ndarray]:
        return {name: plane for name, plane in shot.channels(number).items() if name in "RGBA"}

    pattern = frames(channels=only_beauty)
    passes = encode(request_for(pattern))
    assert set(passes.skipped) == {PassVideo.DEPTH, PassVideo.SEG}
    assert "hitPz" in passes.skipped[PassVideo.DEPTH].fix
    with pytest.raises(BadInputError, match="depth video can't be made"):
        encode(request_for(pattern, videos=(PassVideo.DEPTH,)))
    with pytest.raises(BadInputError, match="edge video can't be made"):
        encode(request_for(pattern, videos=(PassVideo.EDGE,), edge_source=EdgeSource.GEOMETRY))


def test_one_sequence_per_pass_gives_the_same_videos(tmp_path: Path, request_for, shot: Shot) -> None:
    for number in range(1, 5):
        channels = shot.channels(number)
        parts = {"beauty": "RGBA", "depth": ["Pz"], "ids": ["Op_Id"]}
        for name, names in parts.items():
            write_exr(tmp_path / name / f"{name}.{number}.exr", Part({one: channels[one] for one in names}))
        write_exr(tmp_path / "all" / f"all.{number}.exr", Part(channels))
    apart = Sources(
        beauty=str(tmp_path / "beauty"),
        depth=str(tmp_path / "depth"),
        id=str(tmp_path / "ids" / "ids.$F.exr"),
    )
    split = encode(request_for("", sources=apart))
    together = encode(replace(request_for(str(tmp_path / "all")), folder=tmp_path / "out2"))
    assert list(split.videos) == list(together.videos)
    for video in split.videos:
        assert split.videos[video].sha256 == together.videos[video].sha256


def test_planes_named_outright_win(frames: Write, request_for, shot: Shot) -> None:
    pattern = frames(channels=lambda number: {**shot.channels(number), "mine": shot.depth(number) * 0 + 5})
    passes = encode(request_for(pattern, videos=(PassVideo.DEPTH,), planes=PlaneNames(depth="MINE")))
    assert passes.videos[PassVideo.DEPTH].channels == {"depth": "mine"}
    assert passes.depth_range.near == pytest.approx(5, rel=0.01)
    assert "one distance only" in passes.warnings[0]
    with pytest.raises(BadInputError, match="no plane 'mine2'"):
        encode(request_for(pattern, planes=PlaneNames(depth="mine2")))


def test_multi_part_files_and_sidecar_manifests_work(
    tmp_path: Path, request_for, shot: Shot, crypto_metadata
) -> None:
    key = next(iter(crypto_metadata)).split("/")[1]
    manifest = crypto_metadata.pop(f"cryptomatte/{key}/manifest")
    crypto_metadata[f"cryptomatte/{key}/manif_file"] = "names.json"
    for number in range(1, 4):
        all_channels = shot.channels(number)
        write_exr(
            tmp_path / "frames" / f"shot.{number}.exr",
            Part({name: all_channels[name] for name in "RGBA"}, name="C"),
            Part({"hitPz": shot.depth(number)}, name="hitPz"),
            Part(shot.crypto(number), crypto_metadata, name="CryptoObject00"),
        )
    (tmp_path / "frames" / "names.json").write_text(manifest)
    passes = encode(request_for(str(tmp_path / "frames")))
    assert set(passes.videos) == set(PassVideo)
    assert set(passes.colours) == set(NAMES)


def test_ready_made_pictures_and_videos_are_taken_as_they_are(tmp_path: Path, request_for) -> None:
    rng = np.random.default_rng(1)
    size = Resolution(160, 96)
    for name in ("beauty", "depth", "edge", "seg"):
        with VideoWriter(tmp_path / f"{name}.mp4", size, 24, lossless=True) as writer:
            for _ in range(4):
                small = rng.integers(0, 2 if name == "edge" else 256, (6, 10, 3), dtype=np.uint8)
                small = small[..., :1].repeat(3, 2) if name in ("depth", "edge") else small
                writer.write(np.kron(small * (255 if name == "edge" else 1), np.ones((16, 16, 1), np.uint8)))
    write_frames(tmp_path / "depth.mp4", tmp_path / "png")
    sources = Sources(
        beauty=str(tmp_path / "beauty.mp4"),
        depth=str(tmp_path / "png" / "depth.$F4.png"),
        edge=str(tmp_path / "edge.mp4"),
        seg=str(tmp_path / "seg.mp4"),
    )
    passes = encode(request_for("", sources=sources, lossless=True))
    for name, video in (("beauty", PassVideo.COLOR), ("depth", PassVideo.DEPTH), ("edge", PassVideo.EDGE)):
        for given, made in zip(read_frames(tmp_path / f"{name}.mp4"), film(passes, video), strict=True):
            assert np.array_equal(given, made), name
    assert np.array_equal(film(passes, PassVideo.SEG)[3], list(read_frames(tmp_path / "seg.mp4"))[3])
    assert passes.depth_range is None


def test_frames_of_a_video_are_chosen_by_number(tmp_path: Path, request_for) -> None:
    with VideoWriter(tmp_path / "a.mp4", Resolution(32, 32), 24, lossless=True) as writer:
        for level in range(1, 11):
            writer.write(np.full((32, 32), 20 * level, np.uint8))
    request = request_for(
        str(tmp_path / "a.mp4"), videos=(PassVideo.COLOR,), first=3, last=9, step=3, lossless=True
    )
    assert [int(picture[0, 0, 0]) for picture in film(encode(request), PassVideo.COLOR)] == [60, 120, 180]


def test_the_engines_sizes_decide_the_size(frames: Write, request_for) -> None:
    table = SizeTable(
        tuple(
            Bucket(name, width / height, Resolution(width, height), Resolution(3 * width, 3 * height))
            for name, width, height in (("wide", 320, 176), ("square", 240, 240))
        )
    )
    passes = encode(request_for(frames(), sizes=table))
    assert passes.resolution == Resolution(320, 176)
    assert "160x88" in passes.fit
    assert encode(request_for(frames(), sizes=table, resolution=Resolution(64, 64))).resolution.width == 64


def test_ids_stay_pure_when_the_picture_is_scaled(frames: Write, request_for) -> None:
    passes = encode(
        request_for(frames(), videos=(PassVideo.SEG,), resolution=Resolution(100, 56), lossless=True)
    )
    colours = {
        tuple(colour) for colour in np.unique(film(passes, PassVideo.SEG)[0].reshape(-1, 3), axis=0).tolist()
    }
    assert colours <= {(0, 0, 0), *(colour_of_id(number) for number in range(1, 5))}


def test_progress_counts_frames(frames: Write, request_for) -> None:
    reports: list[Progress] = []
    encode(request_for(frames()), reports.append)
    phases = {one.phase: one for one in reports}
    assert {name: (one.done, one.total) for name, one in phases.items()} == {
        "depth range": (6, 6),
        "encode": (6, 6),
    }


def test_an_interrupt_leaves_no_file(frames: Write, request_for) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.phase == "encode" and progress.done == 3:
            raise KeyboardInterrupt

    request = request_for(frames())
    with pytest.raises(KeyboardInterrupt):
        encode(request, interrupt)
    assert not request.folder.exists()


def test_near_colours_are_a_warning_not_a_change(frames: Write, request_for, monkeypatch) -> None:
    monkeypatch.setattr("cosmos_houdini.passes.segmentation.TOO_NEAR", 500.0)
    passes = encode(request_for(frames(), videos=(PassVideo.SEG,)))
    assert any("nearly the same colour" in text for text in passes.warnings)
    assert passes.colours["1"] == colour_of_id(1)


def test_inspection_says_what_each_video_would_use(crypto_frames: str, request_for) -> None:
    found = inspect(request_for(crypto_frames))
    text = found.as_text()
    for word in (
        "frames 1-6",
        "160x88",
        "Pz",
        "float",
        "CryptoObject",
        "2 ranks, with names",
        "Canny medium",
    ):
        assert word in text
    value = json.loads(json.dumps(found.as_json()))
    assert value["videos"]["depth"]["uses"] == ["depth (Pz)"]
    assert value["sources"][0]["cryptomatte"][0]["kind"] == "object"


def test_inspection_says_which_plane_would_make_a_video_possible(
    frames: Write, request_for, shot: Shot
) -> None:
    pattern = frames(channels=lambda number: {"Pz": shot.depth(number)})
    found = {one.video: one for one in inspect(request_for(pattern)).videos}
    assert "beauty" in found[PassVideo.COLOR].why_not
    assert "Cryptomatte" in found[PassVideo.SEG].fix
    assert found[PassVideo.DEPTH].uses
    assert "can't be made" in inspect(request_for(pattern)).as_text()


def test_a_named_seg_source_that_is_missing_is_refused(frames: Write, request_for) -> None:
    with pytest.raises(BadInputError, match="'material'"):
        encode(request_for(frames(), videos=(PassVideo.SEG,), seg_source=SegSource.MATERIAL))


@pytest.mark.skipif(os.name == "nt", reason="counts open files by /proc")
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files by /proc")
def test_no_file_stays_open(frames: Write, request_for) -> None:
    request = request_for(frames())
    encode(request)
    before = len(list(Path("/proc/self/fd").iterdir()))
    encode(replace(request, force=True))
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


def test_the_list_of_colours_comes_back_without_encoding(frames: Write, request_for) -> None:
    request = request_for(frames(), videos=(PassVideo.SEG,))
    colours = encode(request).folder / COLOURS_NAME
    written = colours.read_bytes()
    colours.unlink()
    reports: list[Progress] = []
    assert encode(request, reports.append).reused == (PassVideo.SEG,)
    assert colours.read_bytes() == written
    assert reports == []
    colours.unlink()
    assert encode(replace(request, videos=(PassVideo.DEPTH,))).kept == (PassVideo.SEG,)
    assert colours.read_bytes() == written


@pytest.fixture
def sidecar(tmp_path: Path, shot: Shot, crypto_metadata: dict[str, str]) -> Path:
    """Frames with a Cryptomatte whose names stand in this file beside them."""
    key = next(iter(crypto_metadata)).split("/")[1]
    manifest = crypto_metadata.pop(f"cryptomatte/{key}/manifest")
    crypto_metadata[f"cryptomatte/{key}/manif_file"] = "names.json"
    for number in range(1, 4):
        channels = {**shot.channels(number), **shot.crypto(number)}
        write_exr(tmp_path / "frames" / f"shot.{number}.exr", Part(channels, crypto_metadata))
    (tmp_path / "frames" / "names.json").write_text(manifest)
    return tmp_path / "frames" / "names.json"


def test_a_sidecar_with_other_names_is_another_segmentation(sidecar: Path, request_for) -> None:
    request = request_for(str(sidecar.parent))
    assert encode(request).reused == ()
    assert encode(request).reused == tuple(PassVideo)
    sidecar.write_text(sidecar.read_text().replace("/city/car", "/city/bus"))
    again = encode(request)
    assert set(PassVideo) - set(again.reused) == {PassVideo.SEG}
    assert "/city/bus" in again.colours


def test_a_segmentation_whose_sidecar_changed_is_not_kept(sidecar: Path, request_for) -> None:
    request = request_for(str(sidecar.parent))
    encode(request)
    depth = replace(request, videos=(PassVideo.DEPTH,))
    assert PassVideo.SEG in encode(depth).kept
    sidecar.write_text(sidecar.read_text().replace("/city/car", "/city/bus"))
    made = encode(depth)
    assert PassVideo.SEG not in made.kept
    assert "names" in next(text for text in made.warnings if "segmentation.mp4" in text)


CONFIGURATION = """ocio_profile_version: 1
roles: {default: raw, scene_linear: lin, color_picking: raw}
displays:
  d:
    - !<View> {name: V, colorspace: raw}
active_displays: []
active_views: []
colorspaces:
  - !<ColorSpace>
    name: raw
    isdata: true
    description: %s
  - !<ColorSpace>
    name: lin
"""


ENCODED = """
import sys
from pathlib import Path
from cosmos_houdini.passes.encode import encode
from cosmos_houdini.passes.request import EncodeRequest, PassVideo, Sources
videos = (PassVideo.COLOR, PassVideo.DEPTH)
made = encode(EncodeRequest("shot", Path(sys.argv[2]), Sources(sys.argv[1]), videos=videos, view="V"))
print(*made.reused)
"""


def test_another_colour_configuration_is_another_picture(frames: Write, tmp_path: Path) -> None:
    pattern = frames()

    def reused(configuration: Path) -> str:
        """In a process of its own: OpenImageIO reads $OCIO once."""
        command = [sys.executable, "-c", ENCODED, pattern, str(tmp_path / "out")]
        environment = {**os.environ, "OCIO": str(configuration)}
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    one, two = tmp_path / "one.ocio", tmp_path / "two.ocio"
    one.write_text(CONFIGURATION % "one")
    two.write_text(CONFIGURATION % "two")
    assert reused(one).split() == []
    assert reused(one).split() == ["color", "depth"]
    assert reused(two).split() == ["depth"]
    two.write_text(CONFIGURATION % "three")
    assert reused(two).split() == ["depth"]


@pytest.mark.parametrize(
    ("suffix", "kind"), [("png", "uint8"), ("png", "uint16"), ("tif", "uint32"), ("tif", "int32")]
)
@pytest.mark.parametrize("role", ["id", "frames"])
def test_whole_number_pictures_may_hold_ids(
    tmp_path: Path, request_for, shot: Shot, suffix: str, kind: str, role: str
) -> None:
    """As a sequence for ids, or as a plane that is named as ids."""
    for number in range(1, 4):
        write_picture(tmp_path / "ids" / f"i.{number}.{suffix}", shot.ids(number).astype(kind))
    sources = Sources(**{role: str(tmp_path / "ids")})
    planes = PlaneNames(id="Y" if role == "frames" else None)
    made = encode(request_for("", sources=sources, planes=planes, videos=(PassVideo.SEG,), lossless=True))
    assert made.colours == {str(number): colour_of_id(number) for number in range(1, 5)}
    table = np.array([(0, 0, 0), *(colour_of_id(number) for number in range(1, 5))], np.uint8)
    assert np.array_equal(film(made, PassVideo.SEG)[1], table[shot.ids(2).astype(int)])


def test_large_ids_keep_all_their_bits_and_negative_ones_are_background(
    tmp_path: Path, request_for, shot: Shot
) -> None:
    large = 2**31 - 5
    for number in (1, 2):
        ids = np.where(shot.ids(number) == 1, large, -1).astype(np.int32)
        write_picture(tmp_path / "ids" / f"i.{number}.tif", ids)
    sources = Sources(id=str(tmp_path / "ids"))
    assert set(encode(request_for("", sources=sources, videos=(PassVideo.SEG,))).colours) == {str(large)}


def test_edges_may_come_from_ids_in_whole_numbers(tmp_path: Path, request_for, shot: Shot) -> None:
    for number in (1, 2):
        write_picture(tmp_path / "png" / f"i.{number}.png", shot.ids(number).astype(np.uint16))
        write_exr(tmp_path / "exr" / f"i.{number}.exr", Part({"Op_Id": shot.ids(number)}))
    hashes = set()
    for name in ("png", "exr"):
        sources = Sources(id=str(tmp_path / name))
        request = request_for("", sources=sources, videos=(PassVideo.EDGE,), edge_source=EdgeSource.GEOMETRY)
        hashes.add(encode(replace(request, folder=tmp_path / f"out-{name}")).videos[PassVideo.EDGE].sha256)
    assert len(hashes) == 1


def test_a_coloured_picture_for_ids_is_taken_as_it_is(tmp_path: Path, request_for) -> None:
    for number in (1, 2):
        write_picture(tmp_path / "png" / f"i.{number}.png", np.full((88, 160, 3), (200, 90, 30), np.uint8))
    made = encode(
        request_for("", sources=Sources(id=str(tmp_path / "png")), videos=(PassVideo.SEG,), lossless=True)
    )
    assert film(made, PassVideo.SEG)[0][0, 0].tolist() == [200, 90, 30]


@pytest.mark.parametrize("kind", ["uint32", "int32"])
def test_a_beauty_of_32_bit_whole_numbers_is_shown_by_its_upper_bits(
    tmp_path: Path, request_for, kind: str
) -> None:
    full = int(np.iinfo(kind).max)
    for number in (1, 2):
        pixels = np.full((88, 160, 3), (full, full // 2, 0)).astype(kind)
        write_picture(tmp_path / "tif" / f"i.{number}.tif", pixels)
    made = encode(request_for(str(tmp_path / "tif"), videos=(PassVideo.COLOR,), lossless=True))
    assert film(made, PassVideo.COLOR)[0][0, 0].tolist() == [255, 127, 0]


def test_a_depth_of_whole_numbers_has_the_range_of_its_pixels(tmp_path: Path, request_for) -> None:
    for number in (1, 2):
        depth = np.tile(np.linspace(100, 900, 160), (88, 1)).astype(np.int32)
        write_picture(tmp_path / "tif" / f"z.{number}.tif", depth)
    made = encode(request_for("", sources=Sources(depth=str(tmp_path / "tif")), videos=(PassVideo.DEPTH,)))
    assert made.depth_range.near == pytest.approx(100, rel=0.05)
    row = film(made, PassVideo.DEPTH)[0][40, :, 0].astype(int)
    assert row[0] > 250
    assert 4 < row[-1] < 12


def test_what_a_killed_encode_left_is_gone_after_the_next_one(frames: Write, request_for) -> None:
    request = request_for(frames(), videos=(PassVideo.DEPTH,))
    left = encode(request).folder / ".color.part-1-0123abcd.mp4"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    assert encode(request).reused == (PassVideo.DEPTH,)
    assert not left.exists()
