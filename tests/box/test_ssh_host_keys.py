"""A host is who its key says, or nothing is sent there."""

from __future__ import annotations

import subprocess

import pytest

from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.host_keys import own_known_hosts
from cosmos_houdini.box.known_hosts import known_keys
from cosmos_houdini.box.ssh_errors import ChangedHostKeyError, UnknownHostKeyError
from cosmos_houdini.box.ssh_trust import scan, trust
from support.ssh_box import config_for, connect
from support.sshd import home, make_key, sshd

__all__ = ["home", "sshd"]


def probe(server, **remote):
    box = connect(server, **remote)
    try:
        return Agent(box).probe()
    finally:
        box.close()


@pytest.fixture
def known_hosts(home):
    return home / ".ssh" / "known_hosts"


def test_an_unknown_host_is_refused_with_its_fingerprint_and_what_to_type(sshd, known_hosts):
    known_hosts.unlink()
    with pytest.raises(UnknownHostKeyError) as caught:
        probe(sshd)
    assert sshd.fingerprint() in caught.value.why
    assert "cosmos-houdini trust-host 127.0.0.1" in caught.value.fix
    assert caught.value.exit_code == 4
    assert sshd.logins() == 0


def test_a_changed_host_key_is_refused_loudly_and_names_the_line(sshd, known_hosts):
    sshd.stop()
    sshd.new_host_key()
    sshd.start()
    with pytest.raises(ChangedHostKeyError) as caught:
        probe(sshd)
    assert "HAS CHANGED" in caught.value.what
    assert f"line 1 of {known_hosts}" in caught.value.why
    assert sshd.fingerprint() in caught.value.why
    assert caught.value.exit_code == 4
    assert sshd.logins() == 0


def test_a_key_of_another_kind_does_not_make_a_known_host_unknown(sshd, known_hosts, tmp_path):
    other = make_key(tmp_path / "other", kind="ecdsa")
    kind, blob = other.with_suffix(".pub").read_text().split()[:2]
    known_hosts.write_text(f"[127.0.0.1]:{sshd.port} {kind} {blob}\n")
    with pytest.raises(ChangedHostKeyError):
        probe(sshd)


def test_of_several_host_keys_the_known_one_is_asked_for(sshd, known_hosts):
    rsa = make_key(sshd.folder / "rsa_key", kind="rsa")
    sshd.stop()
    sshd.settings.append(f"HostKey {rsa}")
    sshd.start()
    kind, blob = rsa.with_suffix(".pub").read_text().split()[:2]
    known_hosts.write_text(f"[127.0.0.1]:{sshd.port} {kind} {blob}\n")
    assert probe(sshd).root == str(sshd.root)


def test_hashed_names_are_understood(sshd, known_hosts):
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", str(known_hosts)], check=True, capture_output=True)
    assert "127.0.0.1" not in known_hosts.read_text()
    assert probe(sshd).root == str(sshd.root)


def test_a_revoked_key_is_refused_though_another_line_knows_it(sshd, known_hosts):
    line = known_hosts.read_text()
    known_hosts.write_text(line + f"@revoked * {' '.join(line.split()[1:])}\n")
    with pytest.raises(ChangedHostKeyError, match="HAS CHANGED") as caught:
        probe(sshd)
    assert "revoked" in caught.value.why


def test_trusting_a_host_writes_our_own_file_and_lets_us_in(sshd, known_hosts):
    known_hosts.unlink()
    [offer] = list(scan(config_for(sshd).remote))
    assert offer.fingerprint == sshd.fingerprint()
    trust(offer.host, offer.key)
    trust(offer.host, offer.key)
    own = own_known_hosts()
    assert own.read_text() == sshd.known_hosts_line()
    assert own.stat().st_mode & 0o777 == 0o600
    assert not known_hosts.exists()
    assert probe(sshd).root == str(sshd.root)


def test_trust_keeps_other_hosts_of_the_file(sshd, known_hosts):
    known_hosts.unlink()
    own = own_known_hosts()
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("elsewhere ssh-ed25519 AAAA")
    [offer] = list(scan(config_for(sshd).remote))
    trust(offer.host, offer.key)
    assert own.read_text() == f"elsewhere ssh-ed25519 AAAA\n{sshd.known_hosts_line()}"


def test_a_changed_key_can_not_be_trusted_over_the_old_one(sshd):
    sshd.stop()
    sshd.new_host_key()
    sshd.start()
    with pytest.raises(ChangedHostKeyError):
        list(scan(config_for(sshd).remote))


def test_a_known_host_has_nothing_to_trust(sshd):
    assert list(scan(config_for(sshd).remote)) == []


@pytest.mark.parametrize(
    ("names", "name", "found"),
    [
        ("box", "box", True),
        ("box,10.0.0.1", "10.0.0.1", True),
        ("BOX", "box", True),
        ("*.farm", "render01.farm", True),
        ("render0?", "render01", True),
        ("*,!render01", "render01", False),
        ("[box]:2222", "[box]:2222", True),
        ("[box]:2222", "box", False),
        ("[box]:*", "[box]:2222", True),
        ("b", "[box]:2222", False),
        ("[bx]:2222", "b:2222", False),
    ],
)
def test_names_and_patterns_of_known_hosts(tmp_path, names, name, found):
    file = tmp_path / "known_hosts"
    file.write_text(f"# a comment\n\n{names} ssh-ed25519 AAAA comment\n@cert-authority * ssh-ed25519 AAAA\n")
    keys = known_keys([file, tmp_path / "missing"], name)
    assert [(key.kind, key.line) for key in keys] == ([("ssh-ed25519", 3)] if found else [])


@pytest.mark.parametrize(
    "line", ["box", "box ssh-ed25519", "box ssh-ed25519 %%%", "|1|x|y ssh-ed25519 AAAA", "|1|"]
)
def test_a_broken_line_is_no_key(tmp_path, line):
    file = tmp_path / "known_hosts"
    file.write_text(f"{line}\n")
    assert known_keys([file], "box") == []
