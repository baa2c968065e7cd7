"""Cuts, stalls and restarts: what was begun is continued, and a lost connection is never a failed run."""

from __future__ import annotations

import subprocess
import threading
import time

import pytest

from cosmos_houdini.box import ssh_link
from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.connection import Upload
from cosmos_houdini.box.ssh_errors import UnreachableError
from cosmos_houdini.errors import BoxError
from cosmos_houdini.progress import silent
from support.small_disk import small_disk
from support.ssh_box import connect, film, manifest, sha256, wait
from support.sshd import free_port, home, sshd
from support.wire import wire_to

__all__ = ["home", "sshd"]

SIZE = 20_000_000


@pytest.fixture
def wire(sshd, home):
    with wire_to(sshd.port) as made:
        (home / ".ssh" / "known_hosts").write_text(sshd.known_hosts_line(made.port))
        yield made


@pytest.fixture
def connection(sshd, wire):
    box = connect(sshd, port=wire.port, retry_seconds=20)
    yield box
    box.close()


def test_a_cut_between_two_verbs_is_not_noticed_by_the_caller(wire, connection):
    agent = Agent(connection)
    agent.probe()
    wire.cut()
    assert agent.probe().runs == {}
    assert connection.opened == 2


def test_a_cut_at_any_byte_of_a_verb_is_survived(wire, connection):
    agent = Agent(connection)
    agent.probe()
    for byte in (1, 200, 600, 1200, 2500, 4000):
        wire.cut_after = wire.passed + byte
        agent.commit(manifest(f"r-{byte}", "true"), {})
        agent.start(f"r-{byte}")
        assert wait(agent, f"r-{byte}").exit.code == 0


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_an_upload_goes_on_where_it_was_cut(sshd, wire, connection, tmp_path, share):
    path, name = film(tmp_path / "film.mp4", SIZE)
    assert connection.root
    wire.cut_after = wire.passed + int(SIZE * share)
    begun = wire.passed
    seen = []
    connection.upload([Upload(path, name)], "r-1", lambda progress: seen.append(progress.done))
    assert wire.cuts == 1
    assert (sshd.root / "incoming" / "r-1" / name).read_bytes() == path.read_bytes()
    assert [found.name for found in (sshd.root / "incoming" / "r-1").iterdir()] == [name]
    assert wire.passed - begun < SIZE * 1.4
    assert seen == sorted(seen)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_download_goes_on_where_it_was_cut(sshd, wire, connection, tmp_path, share):
    path, name = film(sshd.folder / "film.mp4", SIZE)
    agent = Agent(connection)
    agent.commit(manifest("r-1", f"cp {path} out/film.mp4"), {})
    agent.start("r-1")
    wait(agent, "r-1")
    wire.cut_after = wire.passed + int(SIZE * share)
    begun = wire.passed
    target = tmp_path / "fetched" / "film.mp4"
    connection.download("r-1", "film.mp4", target, name, SIZE, silent)
    assert wire.cuts == 1
    assert target.read_bytes() == path.read_bytes()
    assert [found.name for found in target.parent.iterdir()] == ["film.mp4"]
    assert wire.passed - begun < SIZE * 1.4


def test_a_part_file_with_other_content_is_not_continued(sshd, connection, tmp_path):
    path, name = film(tmp_path / "film.mp4", 500_000)
    folder = sshd.root / "incoming" / "r-1"
    folder.mkdir(parents=True)
    (folder / f".part-{name}").write_bytes(b"something else" * 20_000)
    connection.upload([Upload(path, name)], "r-1", silent)
    assert (folder / name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("size", [0, 1000, 500_000, 700_000])
def test_a_part_of_a_download_with_other_content_is_found_out(sshd, connection, tmp_path, size):
    path, name = film(sshd.folder / "film.mp4", 500_000)
    agent = Agent(connection)
    agent.commit(manifest("r-1", f"cp {path} out/film.mp4"), {})
    agent.start("r-1")
    wait(agent, "r-1")
    target = tmp_path / "film.mp4"
    target.with_name(f".film.mp4.part-{name}").write_bytes(b"x" * size)
    connection.download("r-1", "film.mp4", target, name, 500_000, silent)
    assert target.read_bytes() == path.read_bytes()


def test_a_stalled_connection_is_given_up_and_made_anew(wire, connection, monkeypatch):
    monkeypatch.setattr(ssh_link, "PULSE", 0.3)
    monkeypatch.setattr(ssh_link, "PULSE_PATIENCE", 0.7)
    agent = Agent(connection)
    agent.probe()
    wire.stall_after = wire.passed
    threading.Timer(1.5, lambda: setattr(wire, "stall_after", None)).start()
    begun = time.monotonic()
    assert agent.probe().runs == {}
    assert time.monotonic() - begun < 30


def test_a_box_that_stays_away_is_unreachable_and_nothing_else(sshd, wire):
    connection = connect(sshd, port=wire.port, retry_seconds=2)
    agent = Agent(connection)
    agent.probe()
    wire.down = True
    wire.cut()
    begun = time.monotonic()
    with pytest.raises(UnreachableError) as caught:
        agent.probe()
    assert 0.5 < time.monotonic() - begun < 20
    assert caught.value.exit_code == 4
    assert caught.value.fix


def test_a_restart_of_the_ssh_server_is_survived(sshd, connection):
    agent = Agent(connection)
    agent.commit(manifest("r-1", "sleep 2; echo done > out/a.txt"), {})
    agent.start("r-1")
    sshd.stop()
    threading.Timer(0.7, sshd.start).start()
    assert wait(agent, "r-1").output("a.txt").sha256 == sha256(b"done\n")


def test_a_port_where_nobody_listens_is_told_as_that(sshd):
    box = connect(sshd, port=free_port(), retry_seconds=0.5)
    with pytest.raises(UnreachableError, match="can't be reached") as caught:
        Agent(box).probe()
    assert "refused" in caught.value.why


def test_a_name_that_is_not_there_is_told_as_that(sshd):
    box = connect(sshd, host="no-such-box.invalid", retry_seconds=0.5)
    with pytest.raises(UnreachableError, match="can't be found"):
        Agent(box).probe()


def test_a_port_that_speaks_something_else_is_told_as_that(sshd):
    with wire_to(free_port()) as wire:
        box = connect(sshd, port=wire.port, retry_seconds=0.5, connect_seconds=2.0)
        with pytest.raises(UnreachableError, match="does not answer as an ssh server"):
            Agent(box).probe()


def test_a_full_disk_of_the_box_is_an_error_and_not_endless_trying(sshd, connection, tmp_path):
    path, name = film(tmp_path / "film.mp4", 3_000_000)
    disk = sshd.root / "incoming"
    disk.mkdir(parents=True)
    with small_disk(disk, "1m"):
        with pytest.raises(BoxError, match="full") as caught:
            connection.upload([Upload(path, name)], "r-1", silent)
        assert not isinstance(caught.value, UnreachableError)
        assert connection.opened == 1


def test_a_full_disk_here_is_told_and_what_came_is_continued_once_there_is_room(sshd, connection, tmp_path):
    path, name = film(sshd.folder / "film.mp4", 3_000_000)
    agent = Agent(connection)
    agent.commit(manifest("r-1", f"cp {path} out/film.mp4"), {})
    agent.start("r-1")
    wait(agent, "r-1")
    target = tmp_path / "small" / "film.mp4"
    target.parent.mkdir()
    with small_disk(target.parent, "2m"):
        with pytest.raises(BoxError, match="disk is full") as caught:
            connection.download("r-1", "film.mp4", target, name, 3_000_000, silent)
        assert not isinstance(caught.value, UnreachableError)
        assert not target.exists()
        subprocess.run(["mount", "-o", "remount,size=8m", str(target.parent)], check=True)
        connection.download("r-1", "film.mp4", target, name, 3_000_000, silent)
        assert target.read_bytes() == path.read_bytes()
    assert connection.opened == 1
