"""The command `trust-host`, as it is typed."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

import pytest

from cosmos_houdini.box.host_keys import own_known_hosts
from support.sshd import home, make_key, sshd

__all__ = ["home", "sshd"]


@pytest.fixture
def command(sshd, home, tmp_path):
    (home / ".ssh" / "known_hosts").unlink()
    (tmp_path / "cosmos.toml").write_text(
        f'[remote]\nhost = "127.0.0.1"\nport = {sshd.port}\nkey_file = "{sshd.user_key}"\n'
    )

    def arguments(*words):
        return [sys.executable, "-m", "cosmos_houdini", "trust-host", *words, "--project", str(tmp_path)]

    return arguments


def run(arguments):
    return subprocess.run(arguments, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def typed(arguments, answer):
    """Runs it on a terminal and answers its question; exit code and all that was shown."""
    master, slave = pty.openpty()
    process = subprocess.Popen(arguments, stdin=slave, stdout=slave, stderr=slave, close_fds=True)
    os.close(slave)
    shown = b""
    try:
        while b"[y/N]" not in shown:
            shown += os.read(master, 4096)
        os.write(master, f"{answer}\n".encode())
        while piece := os.read(master, 4096):
            shown += piece
    except OSError:  # how a terminal ends on Linux
        pass
    os.close(master)
    return process.wait(), shown.decode()


def test_a_yes_on_a_terminal_trusts_the_key_that_was_shown(sshd, command):
    code, shown = typed(command("127.0.0.1"), "y")
    assert code == 0, shown
    assert sshd.fingerprint() in shown
    assert own_known_hosts().read_text() == sshd.known_hosts_line()


def test_a_no_trusts_nothing(command):
    code, _ = typed(command("127.0.0.1"), "n")
    assert code == 4
    assert not own_known_hosts().exists()


def test_without_a_terminal_nothing_is_trusted(sshd, command):
    done = run(command("127.0.0.1"))
    assert done.returncode == 2
    assert sshd.fingerprint() in done.stderr
    assert not own_known_hosts().exists()


def test_a_script_names_the_fingerprint_that_it_compared(sshd, command):
    done = run(command("127.0.0.1", "--yes-i-compared", sshd.fingerprint(), "--json"))
    assert done.returncode == 0, done.stderr
    [trusted] = json.loads(done.stdout)["trusted"]
    assert trusted["fingerprint"] == sshd.fingerprint()
    again = run(command("127.0.0.1"))
    assert (again.returncode, "known already" in again.stdout) == (0, True)


def test_another_fingerprint_is_refused(command):
    done = run(command("127.0.0.1", "--yes-i-compared", "SHA256:" + "A" * 43))
    assert done.returncode == 4
    assert not own_known_hosts().exists()


def test_a_changed_key_is_refused_though_its_fingerprint_is_named(sshd, command, home, tmp_path):
    kind, blob = make_key(tmp_path / "old").with_suffix(".pub").read_text().split()[:2]
    (home / ".ssh" / "known_hosts").write_text(f"[127.0.0.1]:{sshd.port} {kind} {blob}\n")
    done = run(command("127.0.0.1", "--yes-i-compared", sshd.fingerprint()))
    assert done.returncode == 4
    assert "HAS CHANGED" in done.stderr
    assert not own_known_hosts().exists()
