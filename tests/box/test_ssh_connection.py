"""The box over a real ssh server: verbs and files on one connection."""

from __future__ import annotations

import socket
import stat
import sys

import pytest

from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.agent_file import agent_file
from cosmos_houdini.box.answer import BoxRefusalError
from cosmos_houdini.box.connection import Upload
from cosmos_houdini.box.manifest import InputFile
from cosmos_houdini.box.ssh_link import tcp
from cosmos_houdini.errors import BadInputError, BoxError
from cosmos_houdini.progress import silent
from support.ssh_box import connect, film, manifest, sha256, wait
from support.sshd import home, sshd

__all__ = ["home", "sshd"]


@pytest.fixture
def connection(sshd):
    with_box = connect(sshd)
    yield with_box
    with_box.close()


@pytest.fixture
def agent(connection):
    return Agent(connection)


def test_a_run_goes_all_the_way_on_one_connection(sshd, connection, agent, tmp_path):
    path, name = film(tmp_path / "film.mp4", 300_000)
    assert agent.have([name]) == {name}
    seen = []
    connection.upload([Upload(path, name)], "r-1", seen.append)
    assert (seen[0].done, seen[-1].done, seen[-1].total) == (0, 300_000, 300_000)
    agent.commit(manifest("r-1", "cp in/a.mp4 out/b.mp4", InputFile("a.mp4", name, 300_000)), {})
    assert agent.have([name]) == frozenset()
    agent.start("r-1")
    output = wait(agent, "r-1").output("b.mp4")
    assert (output.sha256, output.bytes) == (name, 300_000)
    target = tmp_path / "outputs" / "b.mp4"
    connection.download("r-1", "b.mp4", target, output.sha256, output.bytes, seen.append)
    assert target.read_bytes() == path.read_bytes()
    assert [found.name for found in target.parent.iterdir()] == ["b.mp4"]
    assert agent.ack("r-1", {"b.mp4": name}).acknowledged is True
    assert (connection.opened, sshd.logins()) == (1, 1)


def test_the_root_is_below_the_home_and_for_our_user_only(sshd, connection, agent):
    assert connection.root == str(sshd.root)
    assert agent.probe().root == str(sshd.root)
    assert stat.S_IMODE(sshd.root.stat().st_mode) == 0o700


def test_a_remote_dir_below_home_is_found_there(sshd):
    box = connect(sshd, remote_dir="some where/cosmos")
    assert box.root.startswith("/")
    assert box.root.endswith("/some where/cosmos/.cosmos_houdini")
    box.close()


def test_the_agent_is_installed_by_content_and_once(sshd, connection, agent):
    agent.probe()
    there = sshd.root / "bin" / sha256(agent_file().read_bytes()) / "agent.py"
    assert there.read_bytes() == agent_file().read_bytes()
    assert connection.installed("agent.py") == str(there)
    before = there.stat()
    other = connect(sshd)
    Agent(other).probe()
    other.close()
    assert there.stat().st_ino == before.st_ino


def test_an_agent_that_was_cut_off_on_the_way_is_installed_anew(sshd, agent):
    there = sshd.root / "bin" / sha256(agent_file().read_bytes()) / "agent.py"
    there.parent.mkdir(parents=True)
    there.write_text("half")
    agent.probe()
    assert there.read_bytes() == agent_file().read_bytes()


def test_a_refusal_of_the_agent_keeps_its_kind(agent):
    with pytest.raises(BoxRefusalError) as caught:
        agent.commit(manifest("r-1", "true", InputFile("a.mp4", "0" * 64, 5)), {})
    assert caught.value.kind == "missing_inputs"


def test_text_of_a_person_reaches_no_shell(agent, tmp_path):
    text = f"'; touch {tmp_path}/pwned; $(touch {tmp_path}/pwned) `touch {tmp_path}/pwned` \"\n EOF"
    agent.commit(manifest("r-1", "true"), {"prompt": text})
    with pytest.raises(BoxError):
        agent.status([text])
    assert not (tmp_path / "pwned").exists()


def test_a_large_request_and_a_large_answer_pass(connection, agent):
    missing = [sha256(str(n).encode()) for n in range(50_000)]
    assert len(agent.have(missing)) == 50_000


@pytest.mark.parametrize("name", ["../../x", "/etc/passwd", "a/b", ".hidden", "a\nb", ""])
def test_a_hostile_name_is_never_fetched(connection, tmp_path, name):
    with pytest.raises(BoxError):
        connection.download("r-1", name, tmp_path / "x", "0" * 64, 1, silent)


def test_an_output_that_is_a_link_is_never_followed(sshd, connection, agent, tmp_path):
    agent.commit(manifest("r-1", "true"), {})
    (tmp_path / "secret").write_text("secret")
    (sshd.root / "runs/r-1/out/a.txt").symlink_to(tmp_path / "secret")
    with pytest.raises(BoxError, match="no longer"):
        connection.download("r-1", "a.txt", tmp_path / "x", sha256(b"secret"), 6, silent)


def test_a_damaged_output_is_refused_and_leaves_the_old_file(sshd, connection, agent, tmp_path):
    agent.commit(manifest("r-1", "true"), {})
    (sshd.root / "runs/r-1/out/a.txt").write_text("rezult")
    target = tmp_path / "fetched" / "a.txt"
    target.parent.mkdir()
    target.write_text("old")
    with pytest.raises(BoxError, match="damaged"):
        connection.download("r-1", "a.txt", target, sha256(b"result"), 6, silent)
    assert target.read_text() == "old"
    assert [path.name for path in target.parent.iterdir()] == ["a.txt"]


def test_a_file_that_changed_since_it_was_recorded_is_refused(sshd, connection, tmp_path):
    path, _ = film(tmp_path / "film.mp4", 100_000)
    with pytest.raises(BoxError, match="changed while"):
        connection.upload([Upload(path, "0" * 64)], "r-1", silent)
    assert list((sshd.root / "incoming" / "r-1").iterdir()) == []


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("host", "-oProxyCommand=touch"),
        ("host", "a b"),
        ("host", "a\nb"),
        ("user", "-l"),
        ("user", "a'b"),
        ("key_file", "-i"),
        ("key_file", "/a'b"),
        ("remote_dir", "a\nb"),
        ("remote_dir", 'a"b'),
    ],
)
def test_names_that_mean_something_to_ssh_are_refused(sshd, setting, value):
    with pytest.raises(BadInputError):
        connect(sshd, **{setting: value})


def test_no_host_is_a_plain_question_of_settings(sshd):
    with pytest.raises(BadInputError, match="No GPU box"):
        connect(sshd, host="")


@pytest.mark.skipif(sys.platform != "linux", reason="others confirm as they like")
def test_what_the_server_sends_is_confirmed_at_once(connection):
    way = tcp(connection._host, 10.0)
    assert way.recv(100).startswith(b"SSH-2.0")
    way.send(b"SSH-2.0-test\r\n")
    assert way.getsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK) == 1
    way.close()
