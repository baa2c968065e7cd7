"""What the ROPs of Set Up Passes render is what Cosmos Encode wants: rendered and encoded for real."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from cosmos_houdini.houdini.rops.wishes import PassWishes
from cosmos_houdini.houdini.work.sequences import by_role, sequences
from cosmos_houdini.passes.encode import encode
from cosmos_houdini.passes.inspect import inspect
from cosmos_houdini.passes.request import EncodeRequest, PassVideo, Sources

pytestmark = pytest.mark.slow
CONTROLS = {"color", "vis", "edge", "depth", "seg"}


@pytest.fixture
def rendered(open_scene):
    """Renders three frames of the ROPs and returns the files."""

    def run(version="21.0", camera="/obj/cam1", **wishes):
        scene = open_scene(version)
        from cosmos_houdini.houdini.rops.render import render
        from cosmos_houdini.houdini.rops.set_up import set_up

        scene.camera(size=(640, 360))
        scene.stage_camera()
        scene.hou.playbar.setFrameRange(1, 2)
        done = set_up(PassWishes(camera=camera, **wishes))
        small(done.rops)
        files = [file for rop in done.rops for file in render(rop, (1, 2), lambda done, total: None)]
        assert [scene.session.rops.listeners(rop._state) for rop in done.rops] == [[]] * len(done.rops)
        return files

    return run


def small(rops):
    """A picture of full size takes its time."""
    for rop in rops:
        stage = rop.node(rop.evalParm("loppath")) if rop.parm("loppath") is not None else None
        for node in filter(None, (rop, stage)):
            for name in ("res_override", "resolution", "res"):
                if node.parmTuple(name) is not None:
                    node.parmTuple(name).set((160, 88))


def made_of(files, folder=Path("made")):
    whole, parts = by_role(sequences(files))
    sources = Sources(
        frames=whole.pattern if whole else None, **{role: frames.pattern for role, frames in parts.items()}
    )
    return inspect(EncodeRequest("city", folder, sources)).as_json()


@pytest.mark.parametrize("version", ["20.0", "20.5", "21.0"])
@pytest.mark.parametrize("separate", [False, True])
def test_mantra_gives_every_control(rendered, version, separate):
    files = rendered(version, renderer="mantra", separate=separate)
    found = made_of(files)
    videos = {video: told for video, told in found["videos"].items() if told["uses"]}
    assert set(videos) == set(found["videos"]), found["videos"]
    assert any("Crypto" in plane for plane in videos["seg"]["uses"]), videos["seg"]


@pytest.mark.parametrize("separate", [False, True])
def test_karma_on_a_stage_gives_every_control(rendered, separate):
    files = rendered(camera="/stage/shotcam", separate=separate)
    found = made_of(files)
    assert all(told["uses"] for told in found["videos"].values()), found["videos"]


def test_karma_of_objects_gives_every_control_by_the_primvar(rendered):
    found = made_of(rendered(renderer="karma"))
    assert all(told["uses"] for told in found["videos"].values()), found["videos"]
    assert found["videos"]["seg"]["uses"] == ["seg (seg_id)"]


def test_a_quick_look_gives_a_depth(rendered):
    found = made_of(rendered(renderer="opengl"))
    assert found["videos"]["depth"]["uses"]


def test_the_sky_of_a_quick_look_is_far(rendered, tmp_path):
    _, parts = by_role(sequences(rendered(renderer="opengl")))
    sources = Sources(depth=parts["depth"].pattern)
    encode(EncodeRequest("city", tmp_path / "made", sources, videos=(PassVideo.DEPTH,)))
    with av.open(str(tmp_path / "made" / PassVideo.DEPTH.file_name)) as video:
        picture = next(video.decode(video=0)).to_ndarray(format="gray")
    middle = picture.shape[1] // 2
    assert picture[5, middle] < 32 < picture[-5, middle]
