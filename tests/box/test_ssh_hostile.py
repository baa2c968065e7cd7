"""An agent that answers anything, and a server that says anything: it is explained, and nothing hangs."""

from __future__ import annotations

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cosmos_houdini.box import ssh_verb
from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.agent_file import agent_file
from cosmos_houdini.errors import BoxError
from support.ssh_box import connect
from support.sshd import descendants, home, sshd

__all__ = ["home", "sshd"]


@pytest.fixture
def answering(sshd):
    """A box whose agent is this source instead; it must not be longer than the real one."""
    opened = []

    def make(source):
        real = agent_file().read_bytes()
        place = sshd.root / "bin" / hashlib.sha256(real).hexdigest() / "agent.py"
        place.parent.mkdir(parents=True)
        place.write_bytes(source.encode().ljust(len(real), b"\n"))
        box = connect(sshd, retry_seconds=10)
        opened.append(box)
        return Agent(box)

    yield make
    for box in opened:
        box.close()


def test_an_answer_of_100_mb_is_refused_without_taking_it_in(answering):
    agent = answering("import sys\ndef main(a):\n for n in range(100): sys.stdout.write('x' * (1 << 20))\n")
    with pytest.raises(BoxError, match="no usable answer") as caught:
        agent.probe()
    assert "larger than 32 MB" in caught.value.why


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Welcome to the farm!", "Welcome to the farm!"),
        ("", "It printed nothing"),
        ('{"ok": true, "agent_version": 99}', "99"),
        ("[1, 2]", "not an object"),
        ("\\x1b[31mred", "printed: "),
    ],
)
def test_what_is_no_answer_is_shown_without_its_control_characters(answering, said, why):
    agent = answering(f"def main(a):\n print({said!r}.encode().decode('unicode_escape'))\n return 0\n")
    with pytest.raises(BoxError) as caught:
        agent.probe()
    assert why in caught.value.why
    assert str(caught.value).replace("\n", "").isprintable()


def test_an_agent_that_dies_is_told_with_its_last_words(answering):
    agent = answering("def main(a):\n raise RuntimeError('no luck')\n")
    with pytest.raises(BoxError) as caught:
        agent.probe()
    assert "RuntimeError: no luck" in caught.value.why


def test_an_agent_that_is_killed_is_no_lost_connection(answering):
    agent = answering("import os\ndef main(a):\n os.kill(os.getpid(), 9)\n")
    with pytest.raises(BoxError, match="no usable answer"):
        agent.probe()
    assert agent._connection.opened == 1


def test_an_agent_that_says_much_to_stderr_does_not_block_its_answer(answering):
    agent = answering(
        "import sys, json\ndef main(a):\n for n in range(20): sys.stderr.write('e' * (1 << 20))\n"
        ' print(json.dumps({"ok": True, "agent_version": 1, "missing": []}))\n return 0\n'
    )
    assert agent.have([]) == frozenset()


def test_an_agent_that_never_answers_is_given_up(answering, monkeypatch):
    monkeypatch.setattr(ssh_verb, "PATIENCE", 1.0)
    agent = answering("import time\ndef main(a):\n time.sleep(60)\n")
    begun = time.monotonic()
    with pytest.raises(BoxError, match="no usable answer") as caught:
        agent.probe()
    assert "did not answer within" in caught.value.why
    assert time.monotonic() - begun < 40


def test_many_verbs_at_once_share_one_connection(sshd):
    box = connect(sshd)
    agent = Agent(box)
    agent.probe()
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda n: agent.have([f"{n:064x}"]), range(30)))
    assert answers == [{f"{n:064x}"} for n in range(30)]
    assert box.opened == 1
    box.close()


def test_a_killed_sftp_server_is_started_anew(sshd):
    box = connect(sshd)
    agent = Agent(box)
    agent.probe()
    for pid in descendants(sshd.process.pid):
        if "sftp-server" in Path(f"/proc/{pid}/cmdline").read_text():
            os.kill(pid, 9)
    assert box.installed("agent.py")
    with pytest.raises(BoxError, match="no longer"):
        box.download("r-1", "a.txt", sshd.folder / "x", "0" * 64, 1, lambda _: None)
    box.close()


def test_the_shell_sees_one_constant_command(sshd, home):
    seen = home / "seen"
    shell = home / "shell"
    shell.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$SSH_ORIGINAL_COMMAND" >> {seen}\nexec sh -c "$SSH_ORIGINAL_COMMAND"\n'
    )
    shell.chmod(0o755)
    keys = sshd.folder / "authorized_keys"
    keys.write_text(
        f'command="case $SSH_ORIGINAL_COMMAND in *sftp-server*) exec $SSH_ORIGINAL_COMMAND;; '
        f'*) exec {shell};; esac" {keys.read_text()}'
    )
    box = connect(sshd)
    agent = Agent(box)
    agent.have([f"{1:064x}"])
    with pytest.raises(BoxError):
        agent.stop("'; touch pwned #")
    box.close()
    commands = {line for line in seen.read_text().splitlines() if "sftp" not in line}
    assert commands == {ssh_verb.COMMAND}
