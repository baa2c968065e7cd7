"""The box of this machine: real agent, real files."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import stat
import subprocess
import sys
import time

import pytest

from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.agent_file import agent_file
from cosmos_houdini.box.answer import BoxRefusalError
from cosmos_houdini.box.connection import Upload
from cosmos_houdini.box.local import LocalConnection
from cosmos_houdini.box.manifest import ExtraFile, InputFile, Launcher, Manifest
from cosmos_houdini.errors import BoxError
from cosmos_houdini.progress import silent

FILM = b"a film" * 5000


def sha256(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def connection(tmp_path):
    return LocalConnection(tmp_path / "box")


@pytest.fixture
def agent(connection):
    return Agent(connection)


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(FILM)
    return path


def manifest(run_id, shell, inputs=(), **more):
    return Manifest(
        run_id=run_id,
        owner="somebody",
        spec_sha256="a" * 64,
        submitted_at="2026-01-01T00:00:00+00:00",
        inputs=inputs,
        launcher=Launcher("process", ("sh", "-c", shell)),
        **more,
    )


def wait(agent, run_id):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        run = agent.status([run_id])[run_id]
        if run.state.ended:
            return run
        time.sleep(0.02)
    pytest.fail(f"{run_id} does not end")


def test_a_run_goes_all_the_way(connection, agent, film, tmp_path):
    assert agent.have([sha256(FILM)]) == {sha256(FILM)}
    seen = []
    connection.upload([Upload(film, sha256(FILM))], "r-1", seen.append)
    assert (seen[0].done, seen[-1].done, seen[-1].total) == (0, len(FILM), len(FILM))

    extra = (ExtraFile("arguments.txt", "🎬 $(x)"),)
    order = manifest(
        "r-1",
        "echo 'generating: chunk 1/1, step 2/2'; cat in/depth.mp4 > out/result.mp4",
        (InputFile("depth.mp4", sha256(FILM), len(FILM)),),
        extra_files=extra,
    )
    assert agent.commit(order, {"prompt": "🎬"}) is True
    assert agent.commit(order, {"prompt": "🎬"}) is False
    assert agent.start("r-1").state in ("queued", "running", "finished")
    run = wait(agent, "r-1")

    assert run.state == "finished"
    assert run.exit.code == 0
    assert run.exit.seconds >= 0
    assert (run.beat.chunk, run.beat.step, run.beat.steps) == (1, 2, 2)
    result = run.output("result.mp4")
    assert (result.sha256, result.bytes) == (sha256(FILM), len(FILM))
    assert agent.log("r-1").text == "generating: chunk 1/1, step 2/2\n"
    target = tmp_path / "outputs" / "result.mp4"
    connection.download("r-1", "result.mp4", target, result.sha256, result.bytes, silent)
    assert target.read_bytes() == FILM
    assert [path.name for path in target.parent.iterdir()] == ["result.mp4"]
    assert agent.ack("r-1", {"result.mp4": result.sha256}).acknowledged is True


def test_the_artists_file_stays_as_it_was_and_writable(connection, agent, film):
    before = film.stat()
    connection.upload([Upload(film, sha256(FILM))], "r-1", silent)
    agent.commit(manifest("r-1", "true", (InputFile("a.mp4", sha256(FILM), len(FILM)),)), {})
    after = film.stat()
    assert (after.st_mode, after.st_mtime_ns, after.st_nlink) == (before.st_mode, before.st_mtime_ns, 1)

    film.write_bytes(b"the artist goes on")
    assert connection._root.joinpath("runs/r-1/in/a.mp4").read_bytes() == FILM


def test_a_download_may_be_changed_without_changing_the_box(connection, agent, tmp_path):
    agent.commit(manifest("r-1", "printf result > out/a.txt"), {})
    agent.start("r-1")
    output = wait(agent, "r-1").output("a.txt")
    target = tmp_path / "a.txt"
    connection.download("r-1", "a.txt", target, output.sha256, output.bytes, silent)
    assert target.stat().st_mode & stat.S_IWUSR
    target.write_text("changed")
    assert connection._root.joinpath("runs/r-1/out/a.txt").read_text() == "result"


def test_a_damaged_output_is_refused_and_leaves_the_old_file(connection, agent, tmp_path):
    agent.commit(manifest("r-1", "printf result > out/a.txt"), {})
    agent.start("r-1")
    output = wait(agent, "r-1").output("a.txt")
    damaged = connection._root / "runs" / "r-1" / "out" / "a.txt"
    damaged.unlink()
    damaged.write_text("rezult")
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(BoxError, match="damaged"):
        connection.download("r-1", "a.txt", target, output.sha256, output.bytes, silent)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.glob(".a*")] == []


@pytest.mark.parametrize("name", ["../../x", "/etc/passwd", "a/b", ".hidden", "a\nb", ""])
def test_a_hostile_name_is_never_fetched(connection, tmp_path, name):
    with pytest.raises(BoxError):
        connection.download("r-1", name, tmp_path / "x", "0" * 64, 1, silent)


def test_an_output_that_is_a_link_is_never_followed(connection, agent, tmp_path):
    agent.commit(manifest("r-1", "true"), {})
    (tmp_path / "secret").write_text("secret")
    (connection._root / "runs/r-1/out/a.txt").symlink_to(tmp_path / "secret")
    with pytest.raises(BoxError, match="no longer"):
        connection.download("r-1", "a.txt", tmp_path / "x", sha256(b"secret"), 6, silent)


def test_a_file_that_changes_while_it_is_sent_is_refused(connection, film):
    with pytest.raises(BoxError, match="changed while"):
        connection.upload([Upload(film, sha256(b"as it was"))], "r-1", silent)
    assert list((connection._root / "incoming" / "r-1").iterdir()) == []


def test_a_missing_file_says_which(connection, tmp_path):
    with pytest.raises(BoxError, match=r"gone\.mp4"):
        connection.upload([Upload(tmp_path / "gone.mp4", "0" * 64)], "r-1", silent)


def test_ctrl_c_during_an_upload_leaves_no_half_file(connection, film):
    def interrupt(progress):
        if progress.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        connection.upload([Upload(film, sha256(FILM))], "r-1", interrupt)
    assert list((connection._root / "incoming" / "r-1").iterdir()) == []


def test_refusals_carry_their_kind_and_the_words_for_a_person(agent):
    agent.commit(manifest("r-1", "true"), {})
    with pytest.raises(BoxRefusalError) as caught:
        agent.commit(dataclasses.replace(manifest("r-1", "true"), spec_sha256="b" * 64), {})
    assert caught.value.kind == "conflict"
    assert caught.value.fix


def test_missing_inputs_are_named_so_that_they_can_be_sent_again(agent):
    with pytest.raises(BoxRefusalError) as caught:
        agent.commit(manifest("r-1", "true", (InputFile("a.mp4", sha256(FILM), len(FILM)),)), {})
    assert caught.value.kind == "missing_inputs"
    assert caught.value.details["missing"] == [sha256(FILM)]


def test_the_agent_is_installed_by_content_and_versions_live_side_by_side(connection, agent):
    other = connection._root / "bin" / ("0" * 64) / "agent.py"
    other.parent.mkdir(parents=True)
    other.write_text("an older agent")
    agent.probe()
    here = connection._root / "bin" / sha256(agent_file().read_bytes()) / "agent.py"
    assert here.read_bytes() == agent_file().read_bytes()
    assert other.read_text() == "an older agent"
    assert stat.S_IMODE(connection._root.stat().st_mode) == 0o700


def test_stop_and_gc_by_name(agent):
    agent.commit(manifest("r-1", "sleep 60"), {})
    assert agent.stop("r-1").state == "cancelled"
    agent.ack("r-1", {})
    listed = agent.gc(0)
    assert (list(listed.runs), listed.applied) == (["r-1"], False)
    assert listed.bytes > 0
    assert list(agent.gc(0, apply=True).runs) == ["r-1"]
    assert agent.status() == {}
    assert agent.status(["r-1"])["r-1"].state == "unknown"


def test_the_box_tells_what_it_is(connection, agent):
    probe = agent.probe()
    assert probe.root == connection.root
    assert probe.python == sys.version.split()[0]
    assert probe.runs == {}


def test_a_python_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BoxError, match="can't be started") as caught:
        Agent(LocalConnection(tmp_path / "box", python="/no/such/python")).probe()
    assert "/no/such/python" in caught.value.why


def test_a_root_that_can_not_be_made_is_explained(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BoxError) as caught:
        Agent(LocalConnection(tmp_path / "file" / "box")).probe()
    assert caught.value.fix


@pytest.mark.skipif(sys.platform == "win32", reason="no mount")
def test_status_works_where_the_disk_has_no_room_for_the_agent(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        shutil.which("mount") is None
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no small disk can be mounted here")
    try:
        full = LocalConnection(disk / "box")
        full._root.mkdir()
        with pytest.raises(OSError, match="No space"):
            (disk / "filler").write_bytes(bytes(1 << 20))
        assert Agent(full).status(["r-1"])["r-1"].state == "unknown"
        assert list((disk / "box").rglob("agent.py")) == []
        (disk / "filler").unlink()
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
