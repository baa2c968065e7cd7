"""What a submission asks and says in one call each."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

FILM = b"a film" * 1000
SHA = hashlib.sha256(FILM).hexdigest()
OTHER = "0" * 64


def test_a_survey_tells_of_the_run_its_files_and_the_home(box):
    answer = box.call("survey", run_id="r-1", hashes=[SHA, OTHER])
    assert answer["run"]["state"] == "unknown"
    assert answer["missing"] == [SHA, OTHER]
    assert answer["home"] == str(Path.home())
    assert answer["gpus"] == []

    box.commit("r-1", inputs=[("depth.mp4", FILM)])
    answer = box.call("survey", run_id="r-1", hashes=[SHA, OTHER])
    assert (answer["run"]["state"], answer["missing"]) == ("prepared", [OTHER])


def test_a_survey_makes_nothing_of_a_run(box):
    box.call("survey", run_id="r-1", hashes=[])
    assert not box.run("r-1").exists()


def test_gpus_are_asked_for_only_where_they_are_wanted(box, tmp_path, monkeypatch):
    program = tmp_path / "bin" / "nvidia-smi"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ntouch "{tmp_path}/asked"\necho "3, NVIDIA H100, 81559, 4, 570.0, 0"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    assert box.call("survey", run_id="r-1", hashes=[])["gpus"] == []
    assert not (tmp_path / "asked").exists()
    [gpu] = box.call("survey", run_id="r-1", hashes=[], gpus=True)["gpus"]
    assert (gpu["index"], gpu["name"]) == (3, "NVIDIA H100")


@pytest.mark.parametrize(
    "change", [{"run_id": "../x"}, {"run_id": None}, {"hashes": ["x"]}, {"hashes": None}, {"gpus": 1}]
)
def test_a_survey_of_nonsense_is_refused(box, refused, change):
    with refused("bad_request"):
        box.call("survey", **{"run_id": "r-1", "hashes": [], **change})


def commit_and_start(box, run_id, start, **changes):
    manifest = box.manifest(run_id, ("sh", "-c", "echo done >out/a.txt"), **changes)
    return box.call("commit", run_id=run_id, manifest=manifest, spec={}, start=start)


def test_a_commit_may_start_its_run(box):
    answer = commit_and_start(box, "r-1", {})
    assert (answer["already"], answer["started"], answer["run"]["run_id"]) == (False, True, "r-1")
    assert answer["run"]["state"] in ("queued", "running", "finished")
    assert box.wait_for_end("r-1")["exit"]["code"] == 0


def test_a_commit_that_starts_may_be_repeated(box):
    commit_and_start(box, "r-1", {})
    answer = commit_and_start(box, "r-1", {})
    assert (answer["already"], answer["started"]) == (True, False)
    ended = box.wait_for_end("r-1")
    assert commit_and_start(box, "r-1", {})["run"]["exit"] == ended["exit"]


def test_a_commit_starts_what_was_only_committed(box):
    box.commit("r-1")
    answer = commit_and_start(box, "r-1", {})
    assert (answer["already"], answer["started"]) == (True, True)
    box.wait_for_end("r-1")


def test_a_commit_that_is_refused_starts_nothing(box, refused):
    with refused("missing_inputs"):
        commit_and_start(box, "r-1", {}, inputs=[("depth.mp4", FILM)])
    assert box.status("r-1")["state"] == "unknown"
    box.commit("r-2")
    with refused("conflict"):
        commit_and_start(box, "r-2", {}, spec_sha256="b" * 64)
    assert box.status("r-2")["state"] == "prepared"


@pytest.mark.parametrize("start", [True, [], "now", {"secrets": {"a b": "c"}}])
def test_a_start_of_nonsense_is_refused(box, refused, start):
    with refused("bad_request"):
        commit_and_start(box, "r-1", start)


def test_every_answer_names_its_folder(box):
    for verb, request in (("have", {"hashes": []}), ("status", {}), ("probe", {})):
        assert box.call(verb, **request)["folder"] == str(box.root)
