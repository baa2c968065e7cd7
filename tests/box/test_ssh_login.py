"""Which keys are shown, in what order, and who is asked for a passphrase."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.connection import Upload
from cosmos_houdini.box.ssh_errors import LoginError, UnreachableError
from cosmos_houdini.box.ssh_login import Keyring
from cosmos_houdini.progress import silent
from support.ssh_box import connect, film
from support.sshd import home, make_key, sshd
from support.wire import wire_to

__all__ = ["home", "sshd"]


def nobody(_file):
    return None


def never(file):
    raise AssertionError(f"asked for the passphrase of {file}")


def reach(server, ask=never, **remote):
    box = connect(server, keyring=Keyring(ask), **remote)
    try:
        return Agent(box).probe().root == str(server.root)
    finally:
        box.close()


@pytest.fixture
def agent_socket(tmp_path, monkeypatch):
    """An ssh-agent of the test's own, empty."""
    if shutil.which("ssh-agent") is None:
        pytest.skip("ssh-agent is not installed here")
    socket = tmp_path / "agent"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL)
    while not socket.exists():
        assert process.poll() is None
    monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
    yield socket
    process.kill()
    process.wait()


def load(key, passphrase=""):
    """Gives a key to the agent, as a person would by ssh-add."""
    script = key.with_name("ask")
    script.write_text(f"#!/bin/sh\necho '{passphrase}'\n")
    script.chmod(0o700)
    environment = {**os.environ, "SSH_ASKPASS": str(script), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"}
    subprocess.run(["ssh-add", "-q", str(key)], check=True, env=environment, stdin=subprocess.DEVNULL)


def authorize(server, key):
    shutil.copy(key.with_suffix(".pub"), server.folder / "authorized_keys")


def test_a_wrong_key_is_a_login_error_that_is_not_tried_again(sshd, tmp_path):
    with pytest.raises(LoginError) as caught:
        reach(sshd, key_file=make_key(tmp_path / "wrong"))
    assert str(tmp_path / "wrong") in caught.value.why
    assert (caught.value.exit_code, sshd.log.count("Failed publickey"), sshd.logins()) == (4, 1, 0)
    assert not isinstance(caught.value, UnreachableError)


def test_a_key_file_that_does_not_exist_is_named(sshd, tmp_path):
    with pytest.raises(LoginError, match="doesn't let us in") as caught:
        reach(sshd, key_file=tmp_path / "gone")
    assert f"{tmp_path / 'gone'} does not exist" in caught.value.why


def test_a_file_that_is_no_key_is_named(sshd, tmp_path):
    (tmp_path / "notes.txt").write_text("my notes")
    with pytest.raises(LoginError) as caught:
        reach(sshd, key_file=tmp_path / "notes.txt")
    assert "can't be read as a private key" in caught.value.why


def test_without_any_key_the_advice_is_ssh_agent(sshd):
    with pytest.raises(LoginError) as caught:
        reach(sshd, key_file="")
    assert "ssh-add" in caught.value.fix


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_the_usual_key_files_are_tried(sshd, home, kind):
    authorize(sshd, make_key(home / ".ssh" / f"id_{kind}", kind=kind))
    assert reach(sshd, key_file="")


def test_a_passphrase_is_asked_once_and_serves_reconnects(sshd, home, tmp_path):
    key = make_key(tmp_path / "locked", passphrase="secret")
    authorize(sshd, key)
    asked = []

    def ask(file):
        asked.append(file)
        return "secret"

    with wire_to(sshd.port) as wire:
        (home / ".ssh" / "known_hosts").write_text(sshd.known_hosts_line(wire.port))
        box = connect(sshd, keyring=Keyring(ask), key_file=key, port=wire.port)
        Agent(box).probe()
        wire.cut()
        Agent(box).probe()
        box.close()
    assert asked == [key]


def test_a_mistyped_passphrase_is_asked_again(sshd, tmp_path):
    key = make_key(tmp_path / "locked", passphrase="secret")
    authorize(sshd, key)
    answers = ["sceret", "secret"]
    assert reach(sshd, key_file=key, ask=lambda _file: answers.pop(0))


def test_without_a_terminal_a_passphrase_is_an_error_that_names_ssh_agent(sshd, tmp_path):
    key = make_key(tmp_path / "locked", passphrase="secret")
    authorize(sshd, key)
    with pytest.raises(LoginError) as caught:
        reach(sshd, key_file=key, ask=nobody)
    assert "passphrase" in caught.value.why
    assert "ssh-add" in caught.value.fix


def test_an_old_pem_key_with_a_passphrase_opens_too(sshd, tmp_path):
    key = make_key(tmp_path / "locked", kind="rsa")
    change = ["ssh-keygen", "-q", "-p", "-m", "PEM", "-P", "", "-N", "secret", "-f", str(key)]
    subprocess.run(change, check=True, capture_output=True)
    authorize(sshd, key)
    assert reach(sshd, key_file=key, ask=lambda _file: "secret")


def test_a_key_in_ssh_agent_lets_us_in_without_a_question(sshd, agent_socket, tmp_path):
    key = make_key(tmp_path / "locked", passphrase="secret")
    authorize(sshd, key)
    load(key, "secret")
    assert reach(sshd, key_file=key)
    key.unlink()
    assert reach(sshd, key_file="")


def test_rsync_uses_the_key_of_ssh_agent(sshd, agent_socket, tmp_path):
    key = make_key(tmp_path / "locked", passphrase="secret")
    authorize(sshd, key)
    load(key, "secret")
    for number in range(8):  # more than a server lets anybody try
        load(make_key(tmp_path / f"other-{number}"))
    key.unlink()
    path, name = film(tmp_path / "film.mp4", 100_000)
    box = connect(sshd, keyring=Keyring(never), key_file=key, transfer="rsync")
    box.upload([Upload(path, name)], "r-1", silent)
    assert (sshd.root / "incoming" / "r-1" / name).is_file()
    box.close()


def test_too_many_keys_of_an_agent_are_told_as_that(sshd, agent_socket, tmp_path):
    for number in range(8):
        load(make_key(tmp_path / f"other-{number}"))
    with pytest.raises(LoginError) as caught:
        reach(sshd, key_file="")
    assert "hung up after" in caught.value.why


def test_a_named_key_comes_before_those_of_the_agent(sshd, agent_socket, tmp_path):
    for number in range(8):
        load(make_key(tmp_path / f"other-{number}"))
    assert reach(sshd)


def test_a_server_that_takes_no_keys_is_told_as_that(sshd):
    sshd.stop()
    sshd.settings += ["PubkeyAuthentication no", "KbdInteractiveAuthentication yes"]
    config = [line for line in sshd._config() if not line.startswith("KbdInteractive")]
    sshd._config = lambda: config
    sshd.start()
    with pytest.raises(LoginError, match="doesn't let us in"):
        reach(sshd)
