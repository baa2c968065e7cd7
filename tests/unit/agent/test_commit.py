from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys

import pytest

FILM = b"a film" * 1000
SHA = hashlib.sha256(FILM).hexdigest()


def test_a_commit_lays_out_the_run(box):
    extra = [{"name": "arguments.txt", "text": 'Ünicode "quotes" $(no shell) 🎬\n'}]
    answer = box.commit("r-1", inputs=[("depth.mp4", FILM)], extra_files=extra)

    assert answer["already"] is False
    run = box.run("r-1")
    assert (run / "in" / "depth.mp4").read_bytes() == FILM
    assert (run / "in" / "arguments.txt").read_text(encoding="utf-8") == extra[0]["text"]
    assert json.loads((run / "spec.json").read_text()) == {"of": "r-1"}
    assert json.loads((run / "manifest.json").read_text())["run_id"] == "r-1"
    assert not (box.root / "incoming" / "r-1").exists()
    assert box.status("r-1")["state"] == "prepared"


def test_the_root_is_closed_to_others_and_blobs_are_read_only(box):
    box.commit("r-1", inputs=[("depth.mp4", FILM)])

    assert stat.S_IMODE(box.root.stat().st_mode) == 0o700
    blob = box.root / "blobs" / SHA[:2] / SHA
    assert stat.S_IMODE(blob.stat().st_mode) == 0o444
    assert blob.samefile(box.run("r-1") / "in" / "depth.mp4")


def test_the_same_commit_twice_changes_nothing(box):
    box.commit("r-1", inputs=[("depth.mp4", FILM)])
    before = (box.run("r-1") / "manifest.json").stat().st_mtime_ns

    assert box.commit("r-1", inputs=[("depth.mp4", FILM)])["already"] is True
    assert (box.run("r-1") / "manifest.json").stat().st_mtime_ns == before


def test_the_same_id_with_another_spec_is_a_conflict(box, refused):
    box.commit("r-1")
    with refused("conflict"):
        box.commit("r-1", spec_sha256="b" * 64)


def test_a_commit_that_was_cut_off_is_simply_done_again(box):
    box.commit("r-1", inputs=[("depth.mp4", FILM)])
    (box.run("r-1") / "manifest.json").unlink()
    assert box.status("r-1")["state"] == "unknown"

    assert box.commit("r-1", inputs=[("depth.mp4", FILM)])["already"] is False
    assert box.status("r-1")["state"] == "prepared"


def test_a_known_blob_is_not_asked_for_again(box):
    assert box.call("have", hashes=[SHA])["missing"] == [SHA]
    box.commit("r-1", inputs=[("depth.mp4", FILM)])
    assert box.call("have", hashes=[SHA])["missing"] == []

    manifest = box.manifest("r-2", inputs=[("edge.mp4", FILM)])
    box.call("commit", run_id="r-2", manifest=manifest, spec={})
    assert (box.run("r-2") / "in" / "edge.mp4").read_bytes() == FILM


def test_inputs_that_are_not_there_are_named(box, refused):
    manifest = box.manifest("r-1", inputs=[("depth.mp4", FILM)])
    with refused("missing_inputs") as refusal:
        box.call("commit", run_id="r-1", manifest=manifest, spec={})
    assert refusal.error["missing"] == [SHA]


@pytest.mark.parametrize("content", [FILM[:-1], b"x" + FILM[1:], b""])
def test_a_damaged_upload_is_refused_and_removed(box, refused, content):
    path = box.upload("r-1", FILM)
    path.write_bytes(content)
    manifest = box.manifest("r-1", inputs=[("depth.mp4", FILM)])
    with refused("hash_mismatch"):
        box.call("commit", run_id="r-1", manifest=manifest, spec={})
    assert not path.exists()
    assert box.call("have", hashes=[SHA])["missing"] == [SHA]


def test_an_upload_that_is_a_link_is_refused(box, refused, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(FILM)
    path = box.upload("r-1", FILM)
    path.unlink()
    path.symlink_to(secret)
    manifest = box.manifest("r-1", inputs=[("depth.mp4", FILM)])
    with refused("unsafe"):
        box.call("commit", run_id="r-1", manifest=manifest, spec={})
    assert stat.S_IMODE(secret.stat().st_mode) != 0o444


def test_an_upload_with_a_second_name_is_copied_so_that_nobody_can_change_the_blob(box, tmp_path):
    path = box.upload("r-1", FILM)
    os.link(path, tmp_path / "other-name")
    manifest = box.manifest("r-1", inputs=[("depth.mp4", FILM)])
    box.call("commit", run_id="r-1", manifest=manifest, spec={})

    with (tmp_path / "other-name").open("r+b") as handle:
        handle.write(b"changed")
    assert (box.run("r-1") / "in" / "depth.mp4").read_bytes() == FILM


def test_a_run_folder_that_is_a_link_is_refused(box, refused, tmp_path):
    box.call("probe")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (box.root / "runs").mkdir(exist_ok=True)
    (box.root / "runs" / "r-1").symlink_to(elsewhere)
    with refused("unsafe"):
        box.commit("r-1")
    assert list(elsewhere.iterdir()) == []


HOSTILE = [
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "/etc/passwd",
    "a\\b",
    "a\nb",
    "a\0b",
    "-rf",
    "ü",
    "x" * 300,
    "nul.mp4",
    7,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_refused(agent_module, box, name):
    for check in (agent_module.safe_id, agent_module.safe_name):
        with pytest.raises(agent_module.Refusal):
            check(name)
    manifest = box.manifest("r-1", inputs=[("depth.mp4", FILM)])
    manifest["inputs"][0]["name"] = name
    with pytest.raises(agent_module.Refusal):
        agent_module.checked_manifest(manifest, "r-1")


@pytest.mark.parametrize("verb", ["start", "stop", "ack", "log", "commit"])
def test_a_run_id_that_leads_out_of_the_root_is_refused_by_every_verb(box, refused, verb):
    with refused("bad_request"):
        box.call(verb, run_id="../runs", manifest={}, spec={}, outputs={})
    with refused("bad_request"):
        box.call("status", run_ids=["r-1", "../runs"])


def test_hostile_manifests_are_refused(agent_module, box):
    good = box.manifest("r-1", inputs=[("depth.mp4", FILM)])
    launcher = good["launcher"]
    bad = [
        dict(good, surprise=1),
        {name: value for name, value in good.items() if name != "slots"},
        dict(good, schema_version=2),
        dict(good, run_id="r-2"),
        dict(good, spec_sha256="zz"),
        dict(good, launcher=dict(launcher, kind="docker")),
        dict(good, launcher=dict(launcher, argv=[])),
        dict(good, launcher=dict(launcher, argv="rm -rf /")),
        dict(good, launcher=dict(launcher, argv=["a\0b"])),
        dict(good, launcher=dict(launcher, env={"A B": "x"})),
        dict(good, launcher=dict(launcher, env={"A": 1})),
        dict(good, launcher=dict(launcher, cwd="relative")),
        dict(good, slots={"wanted": 2, "of": ["0"]}),
        dict(good, slots={"wanted": 0, "of": ["0"]}),
        dict(good, slots={"wanted": 1, "of": ["../0"]}),
        dict(good, slots={"wanted": 1, "of": ["0", "0"]}),
        dict(good, inputs=good["inputs"] * 2),
        dict(good, extra_files=[{"name": "DEPTH.mp4", "text": ""}]),
        dict(good, stall_seconds=0),
        dict(good, submitted_at=None),
    ]
    agent_module.checked_manifest(good, "r-1")
    for manifest in bad:
        with pytest.raises(agent_module.Refusal):
            agent_module.checked_manifest(manifest, "r-1")


def test_a_refused_manifest_leaves_nothing_behind(box, refused):
    with refused("bad_request"):
        box.commit("r-1", slots={"wanted": 5, "of": ["0"]})
    assert not box.run("r-1").exists()


@pytest.mark.parametrize("text", [b"{", b"[1]", b"\xff\xfe", b'"x"'])
def test_a_request_that_is_no_json_object_is_refused(box, text):
    command = [sys.executable, str(box.agent), "probe", "--root", str(box.root)]
    done = subprocess.run(command, input=text, capture_output=True, check=False)
    assert json.loads(done.stdout)["error"]["kind"] == "bad_request"


def test_an_unknown_verb_names_the_known_ones(box, refused):
    with refused("usage") as refusal:
        box.call("destroy")
    assert "commit" in refusal.error["fix"]


def test_a_root_of_somebody_else_is_refused(box, refused, tmp_path):
    if os.getuid() != 0:
        pytest.skip("only root can give a folder away")
    box.root.mkdir()
    os.chown(box.root, 12345, 12345)
    with refused("unsafe"):
        box.call("probe")
