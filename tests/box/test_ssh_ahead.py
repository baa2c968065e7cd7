"""A connection that is made before anybody needs it: it asks nobody, sends nothing, and is the only one."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from pathlib import Path

import pytest

from cosmos_houdini.box.agent_client import Agent, Question
from cosmos_houdini.box.ssh_errors import LoginError, UnknownHostKeyError, UnreachableError
from cosmos_houdini.box.ssh_login import Keyring
from cosmos_houdini.workflow.box import Box
from support.ssh_box import connect, manifest
from support.sshd import descendants, free_port, home, make_key, sshd

__all__ = ["home", "sshd"]

QUESTION = Question("r-1", frozenset({"0" * 64}))


@pytest.fixture
def installed(sshd):
    """A box that our scripts lie on already."""
    first = connect(sshd)
    Agent(first).probe()
    first.close()
    return sshd


def box_of(connection):
    return Box("box", connection, Agent(connection))


def test_what_was_asked_ahead_is_not_asked_again(installed, monkeypatch):
    connection = connect(installed)
    box = box_of(connection)
    box.ask_ahead("r-1", QUESTION.hashes)
    monkeypatch.setattr(connection, "call", None)
    survey = box.survey("r-1", QUESTION.hashes)
    assert survey.run.state == "unknown"
    assert survey.missing == QUESTION.hashes
    monkeypatch.undo()
    assert box.agent.commit(manifest("r-1", "true"), {}) is True
    assert (connection.opened, installed.logins()) == (1, 2)
    connection.close()


def test_files_that_were_not_asked_for_ahead_are_asked_for(installed):
    connection = connect(installed)
    box = box_of(connection)
    box.ask_ahead("r-1", ["1" * 64])
    assert box.survey("r-1", QUESTION.hashes).missing == QUESTION.hashes
    assert connection.opened == 1
    connection.close()


@pytest.mark.parametrize("asked", ["r-2", None])
def test_what_was_asked_of_another_run_or_long_ago_is_asked_anew(installed, monkeypatch, asked):
    connection = connect(installed)
    box = box_of(connection)
    box.ask_ahead(asked or "r-1", [])
    if asked is None:
        monkeypatch.setattr("cosmos_houdini.workflow.asking.FRESH", 0.0)
    box.agent.commit(manifest("r-1", "true"), {})
    survey = box.survey("r-1", [])
    assert (survey.run.run_id, survey.run.state) == ("r-1", "prepared")
    connection.close()


def test_nothing_is_installed_ahead(sshd):
    connection = connect(sshd)
    agent = Agent(connection)
    assert agent.survey_ahead(QUESTION) is None
    assert not sshd.root.exists()
    assert agent.survey(QUESTION).missing == QUESTION.hashes
    assert (connection.opened, sshd.logins()) == (1, 1)
    connection.close()


def test_no_passphrase_is_asked_for_ahead(installed, tmp_path):
    key = make_key(tmp_path / "locked", passphrase="secret")
    shutil.copy(key.with_suffix(".pub"), installed.folder / "authorized_keys")
    asked = []

    def ask(file):
        asked.append(file)
        return "secret"

    connection = connect(installed, keyring=Keyring(ask), key_file=key)
    agent = Agent(connection)
    assert agent.survey_ahead(QUESTION) is None
    assert asked == []
    assert agent.survey(QUESTION).run.run_id == "r-1"
    assert asked == [key]
    connection.close()


def test_an_unknown_host_key_is_told_to_whoever_needs_the_box(installed, home):
    (home / ".ssh" / "known_hosts").write_text("")
    connection = connect(installed)
    agent = Agent(connection)
    assert agent.survey_ahead(QUESTION) is None
    with pytest.raises(UnknownHostKeyError):
        agent.survey(QUESTION)
    connection.close()


def test_a_login_that_failed_ahead_is_not_tried_again(installed, tmp_path):
    connection = connect(installed, key_file=make_key(tmp_path / "wrong"))
    agent = Agent(connection)
    assert agent.survey_ahead(QUESTION) is None
    with pytest.raises(LoginError):
        agent.survey(QUESTION)
    assert installed.log.count("Failed publickey") == 1
    connection.close()


def test_a_box_that_is_away_ahead_is_tried_for_as_long_as_ever(installed):
    port = free_port()
    connection = connect(installed, port=port, retry_seconds=0.5)
    agent = Agent(connection)
    assert agent.survey_ahead(QUESTION) is None
    with pytest.raises(UnreachableError, match="can't be reached"):
        agent.survey(QUESTION)
    connection.close()


def test_whoever_needs_the_connection_waits_for_the_one_being_made(installed):
    connection = connect(installed)
    agent = Agent(connection)
    ahead = threading.Thread(target=agent.survey_ahead, args=(QUESTION,))
    ahead.start()
    assert agent.probe().runs == {}
    ahead.join()
    assert connection.opened == 1
    connection.close()


def test_closing_waits_for_no_connection_and_leaves_none(sshd):
    """As where pre-flight refuses a run while the box is slow to answer."""
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes calls and says nothing
        connection = connect(sshd, port=silent.getsockname()[1], connect_seconds=8.0)
        ahead = threading.Thread(target=connection.call_ahead, args=("survey", QUESTION.as_json()))
        ahead.start()
        time.sleep(0.2)
        begun = time.monotonic()
        connection.close()
        assert time.monotonic() - begun < 5
        ahead.join(timeout=60)
        assert not ahead.is_alive()
    assert connection.opened == 0


def test_a_verb_on_a_box_that_has_our_scripts_starts_no_file_server(installed):
    connection = connect(installed)
    agent = Agent(connection)
    agent.survey(QUESTION)
    assert connection.root == str(installed.root)
    assert connection.installed("inference.sh").startswith(f"{installed.root}/bin/")
    running = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in descendants(installed.process.pid)]
    assert not any(b"sftp-server" in command for command in running)
    connection.close()
