from __future__ import annotations

import shlex
from urllib.parse import unquote

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.houdini.work import encode
from support.pdg_pieces import Holder, Item, Node

FRAMES = [f"/r/shot.{number:04}.exr" for number in range(1, 11)]


def generated(node, *upstream):
    holder = Holder()
    encode.generate(node, holder, list(upstream))
    return holder.items


def options(item):
    """The options of the item's command, as `job` decodes them."""
    words = [unquote(word) for word in shlex.split(item.command)]
    assert words[1:6] == ["-I", "-m", "cosmos_houdini", "job", "--encoded"]
    assert words[6] == "encode"
    return dict(word[2:].partition("=")[::2] for word in words[7:])


@pytest.fixture
def project(tmp_path):
    return str(tmp_path / "the project")


@pytest.fixture
def node(houdini, project):
    return lambda **changed: Node("cosmosencode", **{"project": project, "setname": "city", **changed})


def test_all_frames_of_an_upstream_item_become_one_set(node, project):
    [item] = generated(node(), Item(files=[*FRAMES, "/r/shot.log"]))
    told = options(item)
    assert told["project"] == project
    assert (told["frames"], told["first"], told["last"]) == ("/r/shot.####.exr", "1", "10")
    assert told["name"] == "city"
    assert item.attributes == {
        "cosmos_project": project,
        "cosmos_set": "city",
        "cosmos_videos": f"{project}/inputs/videos/city",
    }


def test_the_frames_of_the_items_that_are_gathered_are_found_too(node):
    members = [Item(files=[path]) for path in FRAMES]
    [item] = generated(node(), Item(members=members))
    assert options(item)["last"] == "10"


def test_frames_that_are_only_expected_yet_count(node):
    [item] = generated(node(), Item(expected=FRAMES))
    assert options(item)["frames"] == "/r/shot.####.exr"


def test_a_sequence_for_each_pass_is_told_by_its_role(node):
    files = [f"/r/{name}.{n:04}.exr" for name, last in (("beauty", 9), ("depth", 10)) for n in range(1, last)]
    [item] = generated(node(), Item(files=files))
    told = options(item)
    assert "frames" not in told
    assert (told["beauty-frames"], told["depth-frames"]) == ("/r/beauty.####.exr", "/r/depth.####.exr")
    assert (told["first"], told["last"]) == ("1", "8")


def test_the_range_on_the_node_goes_before_that_of_the_files(node):
    [item] = generated(node(userange=1, first=3, last=5), Item(files=FRAMES))
    assert (options(item)["first"], options(item)["last"]) == ("3", "5")


def test_frames_on_disk_need_no_node_before(node):
    [item] = generated(node(framesource="pattern", frames="/elsewhere/a.####.exr", wired=False))
    told = options(item)
    assert told["frames"] == "/elsewhere/a.####.exr"
    assert "first" not in told


def test_the_settings_of_the_node_are_told(node):
    [item] = generated(
        node(engine="transfer1", make_seg=0, canny_threshold="low", missing="fail", lossless=1, rate="scene"),
        Item(files=FRAMES),
    )
    told = options(item)
    assert told["set"] == "engine.name=transfer1"
    assert told["canny-threshold"] == "low"
    assert told["fps"] == "24"
    assert "lossless" in told
    assert "must-make" in told
    assert told["only"] == "color,vis,edge,depth"
    assert item.attributes["cosmos_engine"] == "transfer1"


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ([Item(files=[path]) for path in FRAMES], "single frame"),
        ([Item()], "No rendered frames"),
        ([Item(files=["/r/a.txt", "/r/b.txt"])], "2 output files came, none of them"),
        ([Item(files=["/r/x.1.exr", "/r/y.1.exr"])], "can't be told apart"),
        ([], "made no work items"),
    ],
)
def test_what_cant_be_encoded_is_told_before_any_item_is_made(node, before, said):
    holder = Holder()
    with pytest.raises(BadInputError) as told:
        encode.generate(node(), holder, before)
    assert said in str(told.value)
    assert told.value.fix
    assert holder.items == []


def test_a_missing_runtime_is_told_before_any_item_is_made(node, monkeypatch, tmp_path):
    monkeypatch.setenv("COSMOS_RUNTIME_PYTHON", str(tmp_path / "nothing"))
    with pytest.raises(BadInputError, match="runtime") as told:
        generated(node(), Item(files=FRAMES))
    assert "install" in told.value.fix


def test_a_relative_project_is_refused(node):
    with pytest.raises(BadInputError, match="absolute"):
        generated(node(project="cosmos"), Item(files=FRAMES))


def test_the_project_folder_is_made_on_demand(node, project, tmp_path):
    generated(node(), Item(files=FRAMES))
    assert (tmp_path / "the project" / "inputs").is_dir()


def test_a_project_that_cant_be_made_is_told(node, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadInputError, match="can't be made") as told:
        generated(node(project=str(tmp_path / "file" / "cosmos")), Item(files=FRAMES))
    assert told.value.fix
