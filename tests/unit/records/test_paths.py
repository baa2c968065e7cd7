from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.records.paths import ProjectPaths, find_project


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    (root / "inputs" / "videos").mkdir(parents=True)
    (root / "inputs" / "videos" / "a.mp4").write_bytes(b"a")
    return root


def test_the_project_is_the_nearest_folder_with_a_cosmos_toml(tmp_path):
    (tmp_path / "inputs").mkdir()
    inner = tmp_path / "show" / "shot" / "deep"
    inner.mkdir(parents=True)
    (tmp_path / "show" / "cosmos.toml").touch()
    assert find_project(inner) == tmp_path / "show"
    assert find_project(tmp_path / "show") == tmp_path / "show"


def test_the_project_is_the_nearest_folder_with_inputs(project):
    deep = project / "outputs" / "rs_1" / "frames"
    deep.mkdir(parents=True)
    assert find_project(deep) == project
    assert find_project(project / "inputs" / "videos") == project


def test_a_file_called_inputs_or_a_folder_called_cosmos_toml_makes_no_project(project):
    inner = project / "inner"
    inner.mkdir()
    (inner / "inputs").touch()
    (inner / "cosmos.toml").mkdir()
    assert find_project(inner) == project


def test_without_any_mark_the_project_is_where_one_stands(tmp_path):
    assert find_project(tmp_path / "not" / "yet" / "there") == tmp_path / "not" / "yet" / "there"


def test_a_relative_start_counts_from_the_current_folder(project, monkeypatch):
    monkeypatch.chdir(project / "inputs" / "videos")
    assert find_project(Path()) == project
    assert find_project(Path("..")) == project


def test_dots_in_the_start_do_not_lead_back_down(tmp_path):
    (tmp_path / "shot" / "inputs").mkdir(parents=True)
    assert find_project(tmp_path / "shot" / "..") == tmp_path


@pytest.mark.parametrize("way", ["relative", "absolute", "dots", "base"])
def test_a_file_inside_is_written_relative_to_the_project(project, monkeypatch, way):
    paths = ProjectPaths(project)
    monkeypatch.chdir(project / "inputs")
    written = {
        "relative": lambda: paths.inside("videos/a.mp4"),
        "absolute": lambda: paths.inside(project / "inputs" / "videos" / "a.mp4"),
        "dots": lambda: paths.inside("../inputs/./videos/../videos/a.mp4"),
        "base": lambda: paths.inside("a.mp4", base=project / "inputs" / "videos"),
    }[way]()
    assert written == "inputs/videos/a.mp4"
    assert paths.resolve(written, "x").read_bytes() == b"a"


def test_a_project_named_relatively_or_through_a_link_knows_its_files(project, monkeypatch, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(project, target_is_directory=True)
    file = project / "inputs" / "videos" / "a.mp4"
    monkeypatch.chdir(tmp_path)
    for root in (Path("project"), Path("link"), link, tmp_path / "x" / ".." / "project"):
        assert ProjectPaths(root).inside(file) == "inputs/videos/a.mp4"
        assert ProjectPaths(root).inside(link / "inputs" / "videos" / "a.mp4") == "inputs/videos/a.mp4"


def test_a_linked_folder_in_the_project_may_lie_on_another_disk(project, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    (disk / "b.mp4").write_bytes(b"b")
    (project / "inputs" / "big").symlink_to(disk, target_is_directory=True)
    paths = ProjectPaths(project)
    assert paths.inside(project / "inputs" / "big" / "b.mp4") == "inputs/big/b.mp4"
    assert paths.resolve("inputs/big/b.mp4", "x").read_bytes() == b"b"


@pytest.mark.parametrize("path", ["/etc/passwd", "../outside.mp4", "inputs/../../outside.mp4", "~/x.mp4"])
def test_a_file_outside_is_refused_with_a_way_out(project, monkeypatch, path):
    monkeypatch.chdir(project)
    with pytest.raises(BadInputError, match="outside the project") as caught:
        ProjectPaths(project).inside(path)
    assert caught.value.why
    assert str(project / "inputs") in caught.value.fix


def test_a_neighbour_whose_name_begins_alike_is_outside(project, tmp_path):
    (tmp_path / "project2").mkdir()
    with pytest.raises(BadInputError, match="outside the project"):
        ProjectPaths(project).inside(tmp_path / "project2" / "a.mp4")


def test_the_project_folder_itself_is_no_file_of_it(project):
    with pytest.raises(BadInputError, match="the project folder itself"):
        ProjectPaths(project).inside(project)


def test_a_name_that_looks_like_a_user_is_a_name(project):
    assert ProjectPaths(project).inside("~nobody_at_all/a.mp4", base=project) == "~nobody_at_all/a.mp4"


@pytest.mark.skipif(os.name == "nt", reason="such names can't exist on Windows")
@pytest.mark.parametrize("name", ["a\\b.mp4", "C:a.mp4"])
def test_a_name_that_windows_would_misread_is_refused_when_it_is_written(project, name):
    with pytest.raises(BadInputError, match="can't be written in a record"):
        ProjectPaths(project).inside(project / name)


@pytest.mark.parametrize("path", ["../x", "a/../b", "/x", "C:/x", "c:x", "a\\b", "", ".", "a\0b"])
def test_a_path_of_a_record_that_leaves_the_project_is_refused(project, path):
    with pytest.raises(BadInputError) as caught:
        ProjectPaths(project).resolve(path, "runs/x.json: mask_path")
    assert "runs/x.json: mask_path" in caught.value.what
    assert caught.value.fix


def test_a_record_file_says_name_time_and_id(project):
    paths = ProjectPaths(project)
    created = datetime(2024, 5, 7, 1, 2, 3, 4, tzinfo=timezone.utc)
    file = paths.record_file(paths.runs, "my shot", created, "rs_0123456789abcdef")
    assert file == project / "inputs/runs/2024-05-07/my_shot_20240507-010203-000004_rs_0123456789abcdef.json"


def test_everything_of_a_run_lies_in_one_folder(project):
    outputs = ProjectPaths(project).output("rs_1")
    for path in (outputs.video, outputs.frames, outputs.spec, outputs.log, outputs.result, outputs.sheet):
        assert path.parent == project / "outputs" / "rs_1"
