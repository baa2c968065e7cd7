"""A set of videos that is encoded in several calls stays one set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.encode import encode
from cosmos_houdini.passes.manifest import COLOURS_NAME, PassSet
from cosmos_houdini.passes.request import EdgeSource, EncodeRequest, Fit, PassVideo, SegSource, Sources
from cosmos_houdini.passes.video import VideoWriter, read_frames
from cosmos_houdini.records.geometry import Resolution
from unit.passes.exr_frames import NAMES, Part, Shot, write_exr, write_picture

Write = Callable[..., str]
DEPTH, EDGE, SEG, COLOR = (PassVideo.DEPTH, PassVideo.EDGE, PassVideo.SEG, PassVideo.COLOR)


@pytest.fixture
def request_for(tmp_path: Path) -> Callable[..., EncodeRequest]:
    return lambda frames, **more: EncodeRequest(
        "shot", tmp_path / "out", more.pop("sources", Sources(frames)), **more
    )


def film(path: Path, fps: Fraction | int = 24, picture: np.ndarray | None = None) -> str:
    shown = np.full((88, 160, 3), 90, np.uint8) if picture is None else picture
    size = Resolution(shown.shape[1], shown.shape[0])
    with VideoWriter(path, size, fps, lossless=True) as writer:
        for _ in range(6):
            writer.write(shown)
    return str(path)


@pytest.mark.parametrize("fps", [Fraction(30), Fraction(24000, 1001)])
def test_a_video_keeps_its_own_rate(tmp_path: Path, request_for, fps: Fraction) -> None:
    source = film(tmp_path / "plate.mp4", fps)
    assert encode(request_for(source, videos=(COLOR,))).fps == fps
    assert encode(request_for(source, videos=(COLOR,), fps=Fraction(25))).fps == 25


def test_stills_have_the_rate_of_stills_and_that_of_a_video_beside_them(
    frames: Write, tmp_path: Path, request_for
) -> None:
    pattern = frames()
    assert encode(request_for(pattern, still_fps=Fraction(12), videos=(COLOR,))).fps == 12
    sources = Sources(pattern, seg=film(tmp_path / "seg.mp4", 30))
    assert encode(request_for("", sources=sources, videos=(SEG,))).fps == 30


def test_videos_of_different_rates_need_one_that_is_given(tmp_path: Path, request_for) -> None:
    sources = Sources(beauty=film(tmp_path / "b.mp4", 30), seg=film(tmp_path / "s.mp4", 24))
    with pytest.raises(BadInputError, match="different rates") as caught:
        encode(request_for("", sources=sources))
    assert "--fps" in caught.value.fix
    assert encode(request_for("", sources=sources, fps=Fraction(24), videos=(COLOR, SEG))).fps == 24


def test_a_video_of_before_that_fits_is_kept_and_said_to_be(frames: Write, request_for) -> None:
    pattern = frames()
    encode(request_for(pattern, videos=(DEPTH,)))
    made = encode(request_for(pattern, videos=(EDGE,)))
    assert (made.kept, made.reused, made.removed) == ((DEPTH,), (), ())
    again = encode(request_for(pattern, videos=(EDGE,)))
    assert (again.kept, again.reused) == ((DEPTH,), (EDGE,))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"fit": Fit.CROP}, "fitted in another way"),
        ({"lossless": True}, "not lossless"),
        ({"fps": Fraction(25)}, "another rate"),
        ({"last": 4}, "other frames"),
        ({"resolution": Resolution(80, 80)}, "another size"),
    ],
)
def test_a_video_of_before_that_does_not_fit_is_removed_and_said_to_be(
    frames: Write, request_for, change: dict[str, object], why: str
) -> None:
    base = request_for(frames(), resolution=Resolution(96, 88), fit=Fit.PAD)
    encode(replace(base, videos=(SEG, DEPTH)))
    made = encode(replace(base, videos=(EDGE,), **change))
    assert list(made.videos) == [EDGE]
    assert made.removed == ("depth.mp4", "segmentation.mp4", COLOURS_NAME)
    assert any(text.startswith("Removed depth.mp4: ") and why in text for text in made.warnings)
    assert {path.name for path in made.folder.iterdir()} == {"edge.mp4", "passes.json"}
    assert PassSet.load(made.folder).warnings == ()


def test_a_video_of_frames_that_were_rendered_again_is_removed(
    frames: Write, request_for, shot: Shot
) -> None:
    pattern = frames()
    encode(request_for(pattern, videos=(DEPTH,)))
    write_exr(Path(pattern.replace("$F4", "0003")), Part(shot.channels(9)))
    made = encode(request_for(pattern, videos=(EDGE,)))
    assert made.removed == ("depth.mp4",)
    assert "have changed" in made.warnings[0]


def test_passes_may_come_one_call_after_the_other(tmp_path: Path, request_for, shot: Shot) -> None:
    for number in range(1, 4):
        channels = shot.channels(number)
        write_exr(tmp_path / "b" / f"b.{number}.exr", Part({name: channels[name] for name in "RGB"}))
        write_exr(tmp_path / "d" / f"d.{number}.exr", Part({"Pz": channels["Pz"]}))
    encode(request_for("", sources=Sources(beauty=str(tmp_path / "b"))))
    both = encode(request_for("", sources=Sources(depth=str(tmp_path / "d"))))
    assert COLOR in both.kept
    assert {DEPTH, COLOR} <= set(both.videos)
    assert COLOR not in both.skipped
    assert {one.role for one in both.sources} == {"beauty", "depth"}
    write_exr(tmp_path / "b" / "b.2.exr", Part({name: shot.channels(9)[name] for name in "RGB"}))
    third = encode(request_for("", sources=Sources(depth=str(tmp_path / "d"))))
    assert "color.mp4" in third.removed


def test_a_source_in_the_folder_of_the_set_is_refused(tmp_path: Path, request_for) -> None:
    (tmp_path / "out").mkdir()
    source = Path(film(tmp_path / "out" / "color.mp4", 30))
    before = source.read_bytes()
    with pytest.raises(BadInputError, match="lies in the folder"):
        encode(request_for(str(source)))
    assert source.read_bytes() == before


def test_another_set_in_the_same_folder_is_refused(frames: Write, request_for) -> None:
    request = request_for(frames(), videos=(DEPTH,))
    encode(replace(request, name="a/b"))
    with pytest.raises(BadInputError) as caught:
        encode(replace(request, name="a b", force=True))
    assert "'a/b'" in caught.value.what
    assert "'a b'" in caught.value.what
    assert "--name" in caught.value.fix


def test_new_folders_above_a_set_go_with_it_when_it_fails(frames: Write, tmp_path: Path, request_for) -> None:
    pattern = frames()
    Path(pattern.replace("$F4", "0004")).write_text("no picture")
    (tmp_path / "there").mkdir()
    with pytest.raises(BadInputError, match="Frame 4"):
        encode(replace(request_for(pattern), folder=tmp_path / "there" / "inputs" / "shot"))
    assert list((tmp_path / "there").iterdir()) == []


def test_thin_coloured_lines_survive_shrinking_and_stay_black_and_white(tmp_path: Path, request_for) -> None:
    picture = np.zeros((180, 320, 3), np.uint8)
    picture[::20, :, 0] = 255  # in one channel only
    picture[:, 10::40, 2] = 255
    sources = Sources(edge=film(tmp_path / "edge.mp4", 24, picture))
    for size in (Resolution(128, 72), Resolution(640, 360)):
        made = encode(request_for("", sources=sources, videos=(EDGE,), lossless=True, resolution=size))
        shown = next(iter(read_frames(made.path(EDGE))))[..., 1]
        assert set(np.unique(shown)) == {0, 255}
        scale = size.width / 320
        rows, columns = (shown.mean(axis=1) == 255), (shown.mean(axis=0) == 255)
        wanted = [int((20 * k + 0.5) * scale) for k in range(9)]
        assert all(rows[row] for row in wanted)
        assert all(columns[int((10 + 40 * k + 0.5) * scale)] for k in range(8))
        assert rows.mean() <= 0.25


@pytest.mark.parametrize("source", list(EdgeSource))
def test_bars_draw_no_lines(frames: Write, request_for, source: EdgeSource) -> None:
    made = encode(
        request_for(
            frames(),
            videos=(EDGE,),
            resolution=Resolution(160, 160),
            fit=Fit.PAD,
            edge_source=source,
            lossless=True,
        )
    )
    shown = next(iter(read_frames(made.path(EDGE))))[..., 0]
    assert shown.any()
    assert not (shown == 255).all(axis=1).any()
    assert not shown[:36].any()
    assert not shown[124:].any()


def test_a_black_frame_of_depth_is_named(frames: Write, request_for, shot: Shot) -> None:
    def channels(number: int) -> dict[str, np.ndarray]:
        there = shot.channels(number)
        return {**there, "Pz": np.full_like(there["Pz"], np.nan)} if number in (2, 4, 5) else there

    request = request_for(frames(channels=channels), videos=(DEPTH,))
    assert any("frames 2, 4-5 are black" in text for text in encode(request).warnings)
    assert any("frames 2, 4-5 are black" in text for text in encode(request).warnings)


def test_only_an_empty_segmentation_of_ids_is_a_warning(
    frames: Write, tmp_path: Path, request_for, shot: Shot
) -> None:
    pattern = frames()
    assert encode(request_for(pattern, videos=(DEPTH,))).warnings == ()
    ready = Sources(seg=film(tmp_path / "seg.mp4"))
    assert encode(request_for("", sources=ready, videos=(SEG,))).warnings == ()
    empty = frames(
        channels=lambda number: {**shot.channels(number), "Op_Id": np.zeros((88, 160), np.float32)},
        name="e",
    )
    assert "empty" in encode(request_for(empty, videos=(SEG,))).warnings[0]


def test_objects_that_touch_in_similar_colours_are_named(frames: Write, request_for, monkeypatch) -> None:
    monkeypatch.setattr("cosmos_houdini.passes.encode.TOO_NEAR_TO_TOUCH", 500.0)
    monkeypatch.setattr("cosmos_houdini.passes.encode.MOST_NAMED", 50)
    (warning,) = encode(request_for(frames(), videos=(SEG,))).warnings
    assert "'1' and '2'" in warning
    assert "'2' and '3'" not in warning  # street between them


def test_a_kind_of_cryptomatte_that_is_missing_names_those_that_are_there(
    tmp_path: Path, request_for, shot: Shot, crypto_metadata: dict[str, str]
) -> None:
    for number in (1, 2):
        channels = {**shot.channels(number), **shot.crypto(number)}
        write_exr(tmp_path / "f" / f"s.{number}.exr", Part(channels, crypto_metadata))
    with pytest.raises(BadInputError) as caught:
        encode(request_for(str(tmp_path / "f"), videos=(SEG,), seg_source=SegSource.ASSET))
    assert "CryptoObject (object)" in caught.value.why
    assert "--seg-source object" in caught.value.fix


def test_reasons_and_remedies_are_sentences(frames: Write, request_for, shot: Shot) -> None:
    pattern = frames(channels=lambda number: {"Pz": shot.depth(number)})
    skipped = encode(request_for(pattern)).skipped
    assert set(skipped) == {COLOR, EDGE, SEG, PassVideo.VIS}
    for reason in skipped.values():
        assert reason.why.endswith(".")
        assert reason.fix.endswith(".")
    assert "--edge-source geometry" in skipped[EDGE].fix


@pytest.mark.parametrize("videos", [(DEPTH,), (SEG,), (EDGE,)])
def test_pictures_beside_a_video_are_matched_by_position_whatever_their_numbers(
    frames: Write, tmp_path: Path, request_for, videos: tuple[PassVideo, ...]
) -> None:
    pattern = frames(range(1001, 1007))
    beauty = film(tmp_path / "beauty.mp4")
    sources = Sources(beauty=beauty, depth=pattern, id=pattern)
    settings = {"videos": videos, "edge_source": EdgeSource.GEOMETRY, "first": 2, "last": 5, "lossless": True}
    beside = encode(request_for("", sources=sources, **settings))
    alone = encode(
        replace(request_for(pattern, **settings), folder=tmp_path / "alone", first=1002, last=1005)
    )
    assert beside.videos[videos[0]].sha256 == alone.videos[videos[0]].sha256


def test_ready_made_pictures_beside_a_video_are_matched_by_position(tmp_path: Path, request_for) -> None:
    for level in range(1, 7):
        write_picture(tmp_path / "seg" / f"s.{1000 + level}.png", np.full((88, 160, 3), 20 * level, np.uint8))
    sources = Sources(beauty=film(tmp_path / "beauty.mp4"), seg=str(tmp_path / "seg"))
    made = encode(request_for("", sources=sources, videos=(SEG,), lossless=True))
    assert [int(picture[0, 0, 0]) for picture in read_frames(made.path(SEG))] == list(range(20, 121, 20))


def test_a_cryptomatte_with_a_layer_prefix_is_the_segmentation(
    frames: Write, request_for, shot: Shot, crypto_metadata: dict[str, str], tmp_path: Path
) -> None:
    for number in (1, 2):
        prefixed = {f"main.{name}": plane for name, plane in shot.crypto(number).items()}
        beauty = {name: shot.channels(number)[name] for name in "RGB"}
        write_exr(tmp_path / "f" / f"s.{number}.exr", Part({**beauty, **prefixed}, crypto_metadata))
    made = encode(request_for(str(tmp_path / "f"), videos=(SEG,)))
    assert set(made.colours) == set(NAMES)
