"""What ~/.ssh/config says about a host, and the way through jump hosts."""

from __future__ import annotations

import pytest

from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.connection import Upload
from cosmos_houdini.box.ssh_config import resolve
from cosmos_houdini.box.ssh_config_file import words
from cosmos_houdini.box.ssh_errors import ChangedHostKeyError, UnknownHostKeyError, UnreachableError
from cosmos_houdini.box.ssh_trust import scan, trust
from cosmos_houdini.config import load_config
from cosmos_houdini.errors import BadInputError
from cosmos_houdini.progress import silent
from support.ssh_box import config_for, connect, film
from support.sshd import home, make_sshd, sshd

__all__ = ["home", "sshd"]


def remote(tmp_path, host, **more):
    settings = {"remote.host": host, **{f"remote.{key}": value for key, value in more.items()}}
    return load_config(tmp_path, environment={}, command_line=settings).remote


@pytest.fixture
def write(home):
    return (home / ".ssh" / "config").write_text


def test_a_host_alias_brings_its_name_user_port_and_key(home, write, tmp_path):
    write(
        "Host render\n HostName 10.0.0.7\n User artist\n Port 2222\n IdentityFile ~/.ssh/farm\n"
        " IdentitiesOnly yes\n UserKnownHostsFile ~/.ssh/farm_hosts /etc/farm\n GlobalKnownHostsFile none\n"
        "Host *\n User nobody\n"
    )
    host = resolve(remote(tmp_path, "render"))
    assert (host.alias, host.hostname, host.user, host.port) == ("render", "10.0.0.7", "artist", 2222)
    assert host.key_files == (home / ".ssh" / "farm",)
    assert host.identities_only is True
    assert [str(file) for file in host.known_hosts] == [str(home / ".ssh" / "farm_hosts"), "/etc/farm"]
    assert host.known_as == "[10.0.0.7]:2222"
    assert host.name == "artist@render:2222"


def test_our_settings_win_over_the_ssh_config(write, tmp_path):
    write("Host render\n User artist\n Port 2222\n IdentityFile ~/.ssh/farm\n")
    host = resolve(remote(tmp_path, "render", user="me", port="22", key_file="/keys/mine"))
    assert (host.user, host.port, str(host.key_files[0])) == ("me", 22, "/keys/mine")


def test_included_files_count(home, write, tmp_path):
    write("Include farm.d/*.conf\nHost render\n User late\n")
    (home / ".ssh" / "farm.d").mkdir()
    (home / ".ssh" / "farm.d" / "a.conf").write_text("Host render\n User early\n")
    assert resolve(remote(tmp_path, "render")).user == "early"


def test_paths_of_windows_keep_their_backslashes():
    assert words(r'C:\Users\me\.ssh\hosts "C:\My Keys\hosts" ~/.ssh/known_hosts') == [
        r"C:\Users\me\.ssh\hosts",
        r"C:\My Keys\hosts",
        "~/.ssh/known_hosts",
    ]


def test_a_host_key_alias_is_looked_up_as_it_is(write, tmp_path):
    write("Host render\n HostName 10.0.0.7\n Port 2222\n HostKeyAlias farm\n")
    assert resolve(remote(tmp_path, "render")).known_as == "farm"


def test_a_chain_of_jump_hosts_is_resolved_in_order(write, tmp_path):
    write(
        "Host render\n ProxyJump first,me@second:2200\n"
        "Host first\n HostName 10.0.0.1\n User one\n ProxyJump gate\n"
        "Host second\n ProxyJump ignored\n"
    )
    host = resolve(remote(tmp_path, "render", user="artist"))
    assert [(jump.alias, jump.port) for jump in host.jumps] == [("gate", 22), ("first", 22), ("second", 2200)]
    assert [jump.user for jump in host.jumps[1:]] == ["one", "me"]


def test_a_jump_host_for_all_hosts_does_not_jump_through_itself(write, tmp_path):
    write("Host *\n ProxyJump gate\n")
    assert [jump.alias for jump in resolve(remote(tmp_path, "render")).jumps] == ["gate"]


def test_jump_hosts_in_a_circle_are_refused(write, tmp_path):
    write("Host a\n ProxyJump b\nHost b\n ProxyJump a\n")
    with pytest.raises(BadInputError, match="circle"):
        resolve(remote(tmp_path, "a"))


def test_a_proxy_command_is_refused_with_what_to_write_instead(write, tmp_path):
    write("Host a\n ProxyCommand ssh gate -W %h:%p\n")
    with pytest.raises(BadInputError, match="ProxyCommand") as caught:
        resolve(remote(tmp_path, "a"))
    assert "ProxyJump" in caught.value.fix


@pytest.mark.parametrize(
    "text",
    [
        "Host a\n HostName -oProxyCommand=x\n",
        "Host a\n HostName x;y\n",
        "Host a\n User a b\n",
        "Host a\n Port x\n",
        "Host a\n ProxyJump -J\n",
        "Host a\n ProxyJump b:0\n",
        "Host a\n IdentityFile /x'y\n",
    ],
)
def test_hostile_values_of_the_ssh_config_are_refused(write, tmp_path, text):
    write(text)
    with pytest.raises(BadInputError):
        resolve(remote(tmp_path, "a"))


@pytest.fixture
def gate(tmp_path, home):
    """A second server, as jump host; HOME knows it too."""
    server = make_sshd(tmp_path / "gate")
    server.start()
    with (home / ".ssh" / "known_hosts").open("a") as file:
        file.write(server.known_hosts_line())
    yield server
    server.stop()


@pytest.fixture
def through(sshd, gate, write):
    """The settings of a box behind `gate`."""
    write(
        f"Host box\n HostName 127.0.0.1\n Port {sshd.port}\n IdentityFile {sshd.user_key}\n ProxyJump gate\n"
        f"Host gate\n HostName 127.0.0.1\n Port {gate.port}\n IdentityFile {gate.user_key}\n"
    )
    return {"host": "box", "port": None, "key_file": ""}


@pytest.mark.parametrize("transfer", ["sftp", "rsync"])
def test_a_box_behind_a_jump_host_is_reached_by_verbs_and_files(sshd, gate, through, tmp_path, transfer):
    path, name = film(tmp_path / "film.mp4", 500_000)
    box = connect(sshd, transfer=transfer, **through)
    assert Agent(box).probe().root == str(sshd.root)
    box.upload([Upload(path, name)], "r-1", silent)
    assert (sshd.root / "incoming" / "r-1" / name).read_bytes() == path.read_bytes()
    logins = 2 if transfer == "rsync" else 1
    assert (sshd.logins(), gate.logins()) == (logins, logins)
    box.close()


def test_a_jump_host_that_is_down_is_named(sshd, gate, through):
    gate.stop()
    box = connect(sshd, retry_seconds=0.5, **through)
    with pytest.raises(UnreachableError, match="@gate"):
        Agent(box).probe()


def test_a_box_that_is_down_behind_its_jump_host_is_named(sshd, gate, through):
    sshd.stop()
    box = connect(sshd, retry_seconds=0.5, **through)
    with pytest.raises(UnreachableError, match=r"@box.* from its jump host"):
        Agent(box).probe()


def test_a_jump_host_with_a_changed_key_gets_no_login(sshd, gate, through):
    gate.stop()
    gate.new_host_key()
    gate.start()
    box = connect(sshd, **through)
    with pytest.raises(ChangedHostKeyError, match="@gate"):
        Agent(box).probe()
    assert gate.logins() == 0


def test_jump_host_and_box_are_trusted_one_after_the_other(sshd, gate, through, home):
    (home / ".ssh" / "known_hosts").unlink()
    box = connect(sshd, **through)
    with pytest.raises(UnknownHostKeyError, match="@gate"):
        Agent(box).probe()
    met = []
    for offer in scan(config_for(sshd, **through).remote):
        met.append((offer.host.alias, offer.fingerprint))
        trust(offer.host, offer.key)
    assert met == [("gate", gate.fingerprint()), ("box", sshd.fingerprint())]
    assert Agent(box).probe().root == str(sshd.root)
    box.close()


def test_a_jump_host_that_was_not_trusted_is_not_passed(sshd, gate, through, home):
    (home / ".ssh" / "known_hosts").unlink()
    with pytest.raises(UnknownHostKeyError, match="@gate"):
        list(scan(config_for(sshd, **through).remote))
    assert gate.logins() == 0
