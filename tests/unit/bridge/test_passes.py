"""passes.inspect, passes.encode and frames.extract, and opening a project."""

from __future__ import annotations

import json

import pytest

from cosmos_houdini.errors import BadInputError, CancelledError, UsageError
from cosmos_houdini.passes.video import probe
from support.bridges import PATIENCE, wait_for
from support.shots import write_video


@pytest.fixture
def clip(store):
    return write_video(store.paths.root / "render" / "clip.mp4", frames=6)


def test_what_frames_hold_is_told_by_role(ask, clip):
    found = ask("passes.inspect", frames="render/clip.mp4")
    assert (found["frames"], found["first"], found["last"]) == (6, 1, 6)
    assert found["videos"]["color"]["uses"]
    assert ask("passes.inspect", sources={"beauty": str(clip)})["videos"]["vis"]["uses"]


def test_control_videos_are_encoded_in_the_project_and_once(ask, store, clip):
    order = {"frames": str(clip), "name": "city", "controls": ["color", "vis"], "range": [2, 4]}
    made = ask("passes.encode", **order)
    assert made["folder"] == str(store.paths.videos("city"))
    assert made["frames"] == 3
    assert probe(store.paths.videos("city") / "vis.mp4").frames == 3
    assert ask("passes.encode", **order)["reused"] == ["color", "vis"]
    assert set(made["paths"]) == {"color", "vis"}


def test_settings_go_for_encoding_too(ask, store, clip):
    store.paths.config_file.write_text('[passes]\nblur_strength = "high"\n')
    made = ask("passes.encode", frames=str(clip), name="a", controls=["vis"], size="640x352", fps=12)
    assert made["videos"]["vis"]["settings"]["blur"] == "high"
    assert (made["resolution"], made["fps"]) == ("640x352", "12")


def test_progress_comes_with_the_frames(bridge, store, clip):
    shown = []
    bridge.call(
        "passes.encode",
        {"project": str(store.paths.root), "frames": str(clip), "name": "city", "controls": ["vis"]},
        PATIENCE,
        on_progress=shown.append,
    )
    assert {one["unit"] for one in shown} == {"frames"}
    assert [one["done"] for one in shown] == sorted(one["done"] for one in shown)


@pytest.mark.slow
def test_an_encode_can_be_cancelled_and_leaves_no_half_video(bridge, store):
    write_video(store.paths.root / "render" / "long.mp4", frames=200)
    order = {"project": str(store.paths.root), "frames": "render/long.mp4", "name": "city"}
    reply = bridge.send("passes.encode", order)
    wait_for(lambda: (reply.progress() or {}).get("done"))
    reply.cancel()
    with pytest.raises(CancelledError):
        reply.result(PATIENCE)
    again = bridge.call("passes.encode", {**order, "controls": ["color"], "range": [1, 2]}, PATIENCE)
    assert again["reused"] == []
    folder = store.paths.videos("city")
    assert {file.name for file in folder.iterdir()} == {"color.mp4", "passes.json"}


@pytest.mark.parametrize(
    ("order", "said", "fix"),
    [
        ({}, "FRAMES is missing", ""),
        ({"frames": "nowhere/x.$F4.exr"}, "nowhere", ""),
        ({"frames": "c.mp4", "controls": ["dept"]}, "'dept'", "depth"),
        ({"frames": "c.mp4", "controls": "depth"}, "'controls' should be a list", ""),
        ({"frames": "c.mp4", "controls": [1]}, "'controls' should be a list of texts", ""),
        ({"frames": "c.mp4", "sources": {"beuty": "x"}}, "unknown key 'beuty'", "'beauty'"),
        ({"frames": "c.mp4", "planes": {"dept": "Pz"}}, "unknown key 'dept'", "'depth'"),
        ({"frames": "c.mp4", "range": [1]}, "two frame numbers", ""),
        ({"frames": "c.mp4", "range": [1, "2"]}, "two frame numbers", ""),
        ({"frames": "c.mp4", "size": "1281x704"}, "even", ""),
        ({"frames": "c.mp4", "size": "large"}, "large", ""),
        ({"frames": "c.mp4", "fit": "stretch"}, "'stretch'", ""),
        ({"frames": "c.mp4", "fps": 0}, "'fps' should be at least 1", ""),
        ({"frames": "c.mp4", "engine": "transfer2"}, "transfer2", ""),
        ({"frames": "c.mp4", "canny_treshold": "low"}, "'canny_treshold'", "'canny_threshold'"),
    ],
)
def test_a_wrong_order_is_refused_with_its_reason(ask, order, said, fix):
    with pytest.raises((UsageError, BadInputError)) as refused:
        ask("passes.encode", **order)
    assert said in str(refused.value)
    assert fix in refused.value.fix


def test_frames_of_a_video_are_written_once_and_again_when_it_changes(ask, store, clip):
    video = write_video(store.paths.root / "inputs" / "videos" / "x" / "depth.mp4", frames=3)
    first = ask("frames.extract", video=str(video))
    assert first["folder"] == str(video.parent / "frames")
    assert first["pattern"] == (video.parent / "frames" / "depth.$F4.png").as_posix()
    written = video.parent / "frames" / "depth.0001.png"
    before = written.stat().st_mtime_ns
    assert ask("frames.extract", video="inputs/videos/x/depth.mp4") == first
    assert written.stat().st_mtime_ns == before
    (video.parent / "frames" / "depth.0002.png").unlink()
    assert ask("frames.extract", video=str(video)) == first
    assert (video.parent / "frames" / "depth.0002.png").is_file()
    write_video(video, frames=2)
    assert ask("frames.extract", video=str(video))["last"] == 2
    assert len(list((video.parent / "frames").glob("depth.*.png"))) == 2


@pytest.mark.parametrize("video", ["nowhere.mp4", "/etc/hostname", "../x.mp4"])
def test_only_a_video_of_the_project_has_frames(ask, video):
    with pytest.raises(BadInputError):
        ask("frames.extract", video=video)


def test_a_project_is_made_where_it_is_asked_for(bridge, tmp_path):
    folder = tmp_path / "shot 010" / "Größe"
    with pytest.raises(BadInputError, match="does not exist"):
        bridge.call("project.open", {"project": str(folder)}, PATIENCE)
    opened = bridge.call("project.open", {"project": str(folder), "create": True}, PATIENCE)
    assert opened["project"] == str(folder)
    assert (opened["engine"], opened["boxes"], opened["config_files"]) == ("preview", ["local"], [])
    (folder / "cosmos.toml").write_text('[remote]\nhost = "render01"\n')
    opened = bridge.call("project.open", {"project": str(folder)}, PATIENCE)
    assert opened["boxes"] == ["local", "render01"]
    assert opened["config_files"] == [str(folder / "cosmos.toml")]


def test_a_project_that_can_not_be_made_says_why(bridge, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BadInputError, match="can't be made"):
        bridge.call("project.open", {"project": str(tmp_path / "file" / "x"), "create": True}, PATIENCE)


def test_damaged_settings_are_told_by_every_call_that_needs_them(ask, store):
    store.paths.config_file.write_text("[engine]\nnaem = 'preview'\n")
    with pytest.raises(BadInputError, match="naem") as refused:
        ask("runs.list")
    assert "name" in refused.value.fix
    store.paths.config_file.write_text("")
    assert ask("runs.list") == {"runs": []}


def test_a_listing_shows_the_newest_first_and_as_many_as_asked_for(ask, store):
    from support.shots import make_run

    runs = [make_run(store, prompt=str(number)).id for number in range(3)]
    assert [row["id"] for row in ask("runs.list")["runs"]] == runs[::-1]
    [row] = ask("runs.list", limit=1)["runs"]
    assert json.dumps(row)
    assert (row["id"], row["status"]) == (runs[2], "PENDING")
