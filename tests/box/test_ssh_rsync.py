"""Uploads by rsync over the real ssh, and by SFTP where rsync can't go."""

from __future__ import annotations

import shutil

import pytest

from cosmos_houdini.box import rsync
from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.connection import Upload
from cosmos_houdini.box.manifest import InputFile
from cosmos_houdini.box.rsync import RsyncUnusableError
from cosmos_houdini.errors import BoxError
from cosmos_houdini.progress import silent
from support.small_disk import small_disk
from support.ssh_box import connect, film, manifest
from support.sshd import home, make_key, sshd
from support.wire import wire_to

__all__ = ["home", "sshd"]

pytestmark = pytest.mark.skipif(shutil.which("rsync") is None, reason="rsync is not installed here")


@pytest.fixture
def films(tmp_path):
    made = [film(tmp_path / f"film {n}; $(x).mp4", 200_000 + n) for n in range(5)]
    return [Upload(path, name) for path, name in made]


def arrived(sshd, run_id="r-1"):
    return sorted(path.name for path in (sshd.root / "incoming" / run_id).iterdir())


def test_all_files_go_in_one_rsync_and_pass_the_agents_check(sshd, films):
    box = connect(sshd, transfer="rsync")
    seen = []
    box.upload(films, "r-1", seen.append)
    assert arrived(sshd) == sorted(file.name for file in films)
    assert (seen[0].done, seen[-1].done) == (0, seen[-1].total)
    inputs = [InputFile(f"{n}.mp4", file.name, file.local.stat().st_size) for n, file in enumerate(films)]
    Agent(box).commit(manifest("r-1", "true", *inputs), {})
    assert box.opened + 1 == sshd.logins() == 2
    box.close()


def test_the_folder_on_the_box_may_have_spaces_and_signs(sshd, films):
    box = connect(sshd, transfer="rsync", remote_dir=sshd.folder / "a box; $(touch pwned) & more")
    box.upload(films, "r-1", silent)
    folder = sshd.folder / "a box; $(touch pwned) & more" / ".cosmos_houdini" / "incoming" / "r-1"
    assert sorted(path.name for path in folder.iterdir()) == sorted(file.name for file in films)
    box.close()


@pytest.mark.parametrize("transfer", ["rsync", "sftp"])
def test_a_full_disk_there_is_named_and_what_has_arrived_is_continued(sshd, films, tmp_path, transfer):
    (tmp_path / "disk").mkdir()
    with small_disk(tmp_path / "disk", "2m"):
        box = connect(sshd, transfer=transfer, remote_dir=tmp_path / "disk" / "cosmos")
        filler = tmp_path / "disk" / "filler"
        filler.write_bytes(bytes(1_500_000))
        with pytest.raises(BoxError, match=r"The disk of .* is full") as caught:
            box.upload(films, "r-1", silent)
        assert "bytes are left" in caught.value.why or "No space left" in caught.value.why
        filler.unlink()
        box.upload(films, "r-1", silent)
        folder = tmp_path / "disk" / "cosmos" / ".cosmos_houdini" / "incoming" / "r-1"
        assert {file.name for file in films} <= {path.name for path in folder.iterdir()}
        box.close()


@pytest.mark.parametrize("transfer", ["rsync", "sftp"])
def test_what_may_not_be_written_there_is_no_full_disk(sshd, films, tmp_path, transfer):
    box = connect(sshd, transfer=transfer, remote_dir="/proc/nobody/writes/here")
    with pytest.raises(BoxError) as caught:
        box.upload(films, "r-1", silent)
    assert "full" not in caught.value.what
    box.close()


def test_what_is_there_is_not_sent_again(sshd, films):
    with wire_to(sshd.port) as wire:
        (sshd.folder.parent / "home/.ssh/known_hosts").write_text(sshd.known_hosts_line(wire.port))
        box = connect(sshd, transfer="rsync", port=wire.port)
        box.upload(films, "r-1", silent)
        before = wire.passed
        box.upload(films, "r-1", silent)
        assert wire.passed - before < 100_000
        box.close()


def test_without_rsync_here_files_go_by_sftp(sshd, films, monkeypatch):
    monkeypatch.setattr(rsync.shutil, "which", lambda _program: None)
    box = connect(sshd, transfer="auto")
    box.upload(films, "r-1", silent)
    assert arrived(sshd) == sorted(file.name for file in films)
    assert sshd.logins() == 1
    box.close()


def test_without_rsync_there_files_go_by_sftp(sshd, films, tmp_path):
    sshd.stop()
    without = tmp_path / "bin"
    without.mkdir()
    for program in ("python3", "sh", "cp"):
        (without / program).symlink_to(shutil.which(program))
    sshd.settings.append(f"SetEnv PATH={without}")
    sshd.start()
    box = connect(sshd, transfer="auto")
    box.upload(films, "r-1", silent)
    assert arrived(sshd) == sorted(file.name for file in films)
    box.close()


def test_where_rsync_is_asked_for_its_absence_is_an_error(sshd, films, monkeypatch):
    monkeypatch.setattr(rsync.shutil, "which", lambda _program: None)
    box = connect(sshd, transfer="rsync")
    with pytest.raises(RsyncUnusableError) as caught:
        box.upload(films, "r-1", silent)
    assert "auto" in caught.value.fix
    box.close()


def test_rsyncs_ssh_takes_no_host_that_is_not_known(sshd, films, home):
    box = connect(sshd, transfer="rsync")
    assert box.root
    (home / ".ssh" / "known_hosts").unlink()
    with pytest.raises(RsyncUnusableError):
        box.upload(films, "r-1", silent)
    assert sshd.logins() == 1
    box.close()


def test_ctrl_c_ends_rsync_and_keeps_what_arrived(sshd, tmp_path):
    path, name = film(tmp_path / "film.mp4", 40_000_000)

    def interrupt(progress):
        if progress.done:
            raise KeyboardInterrupt

    box = connect(sshd, transfer="rsync")
    with pytest.raises(KeyboardInterrupt):
        box.upload([Upload(path, name)], "r-1", interrupt)
    box.upload([Upload(path, name)], "r-1", silent)
    assert (sshd.root / "incoming" / "r-1" / name).read_bytes() == path.read_bytes()
    box.close()


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_cut_is_survived_and_does_not_begin_from_nothing(sshd, home, tmp_path, share):
    path, name = film(tmp_path / "film.mp4", 30_000_000)
    with wire_to(sshd.port) as wire:
        (home / ".ssh" / "known_hosts").write_text(sshd.known_hosts_line(wire.port))
        box = connect(sshd, transfer="rsync", port=wire.port)
        assert box.root
        wire.cut_after = wire.passed + int(30_000_000 * share)
        begun = wire.passed
        box.upload([Upload(path, name)], "r-1", silent)
        assert wire.cuts == 1
        assert (sshd.root / "incoming" / "r-1" / name).read_bytes() == path.read_bytes()
        assert wire.passed - begun < 45_000_000
        box.close()


def test_a_key_with_a_passphrase_sends_by_sftp(sshd, films, home, tmp_path):
    from cosmos_houdini.box.ssh_login import Keyring

    key = make_key(tmp_path / "locked", passphrase="secret")
    (sshd.folder / "authorized_keys").write_text(key.with_suffix(".pub").read_text())
    box = connect(sshd, transfer="auto", key_file=key, keyring=Keyring(lambda _file: "secret"))
    box.upload(films, "r-1", silent)
    assert arrived(sshd) == sorted(file.name for file in films)
    assert sshd.logins() == 1
    box.close()
