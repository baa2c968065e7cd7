"""Row 4: the ssh server of the box, or the one before it, is not as it was."""

from __future__ import annotations

import time

import pytest

from cosmos_houdini.records.enums import Status
from faults.events import Events
from faults.shot import HASTY
from support.sshd import make_sshd


def following(shot, quick, **settings):
    """A run that is being followed while its engine works; its events as they come."""
    shot.set(docker__checkout=quick.setting, remote__patience_seconds="60.0", **settings)
    quick.hold()
    events = Events(shot.start("run", shot.run_id, "--json", program=HASTY))
    events.wait_for("generating")
    return events


def came_home(shot):
    assert shot.succeeded()
    assert len(shot.box.containers_ever(shot.run_id)) == 1


@pytest.mark.fault("4", "sshd is restarted while following")
def test_a_run_that_is_followed_outlives_a_restart_of_sshd(shot, row, quick):
    events = following(shot, quick)
    shot.box.restart_sshd(sessions=True)
    events.wait_for_more()
    row.did("every session ended, the server back at once")
    shot.box.stop_sshd(sessions=True)
    events.wait_for("unreachable since")
    shot.box.start_sshd()
    events.wait_for_more()
    row.did("and once more, back only when the client had said that the box is unreachable")
    quick.release()
    events.end(0)
    came_home(shot)
    row.came("the command went on by itself both times and ended with 0; the video is verified")


@pytest.mark.fault("4", "the host key of the box changes between two commands, and while following")
def test_a_changed_host_key_stops_every_command_and_no_run(shot, row, quick):
    events = following(shot, quick)
    shot.box.new_host_key()
    row.did("another key while `run` follows; then `attach`, `status` and `cancel`; then the old key again")
    told = [events.end(4), *(shot.type(word, shot.run_id, code=4).err for word in ("attach", "cancel"))]
    told.append(shot.type("status", code=4).out)
    for text in told:
        assert "HAS CHANGED" in text
        assert "known_hosts" in text
    assert shot.record.execution_status is Status.RUNNING
    assert shot.container_runs()
    shot.box.first_host_key()
    quick.release()
    shot.type("attach", shot.run_id)
    came_home(shot)
    row.came(
        "all four ended with 4 and said that the key HAS CHANGED and where the old one stands; the run "
        "stayed RUNNING and its container ran on; with the old key `attach` brought the verified video"
    )


@pytest.mark.fault("4", "the login fails")
def test_a_login_that_fails_is_told_as_that_and_costs_no_run(shot, row, quick):
    shot.set(docker__checkout=quick.setting)
    with shot.box.no_entry():
        row.did("the key is not accepted when `run` and `status` are typed")
        assert "doesn't let us in" in shot.type("run", shot.run_id, code=4).err
        assert "doesn't let us in" in shot.type("status", code=4).out
    assert shot.record.execution_status is Status.PENDING
    quick.hold()
    shot.type("run", shot.run_id, "--detach")
    with shot.box.no_entry():
        row.did("and again when `attach` is typed, once the run is at work")
        assert "doesn't let us in" in shot.type("attach", shot.run_id, code=4).err
        assert not shot.record.execution_status.final
    quick.release()
    shot.type("attach", shot.run_id)
    came_home(shot)
    row.came(
        "each ended with 4 and said that the box doesn't let us in, the record stayed as it was; when the "
        "key was accepted again `attach` brought the verified video"
    )


@pytest.fixture
def gate(shot, tmp_path):
    """A second ssh server, the only way to the box that the person's ssh settings name."""
    server = make_sshd(tmp_path / "gate")
    server.start()
    folder = tmp_path / "home" / ".ssh"
    (folder / "known_hosts").write_text(server.known_hosts_line())
    text = shot.box.ssh_config + (
        f"  ProxyJump gate\nHost gate\n  HostName 127.0.0.1\n  Port {server.port}\n  User {server.user}\n"
        f'  IdentityFile "{server.user_key}"\n  UserKnownHostsFile "{folder / "known_hosts"}"\n'
    )
    (folder / "config").write_text(text)
    yield server
    server.stop()


@pytest.mark.parametrize("transfer", ["rsync", "sftp"])
@pytest.mark.fault("4", "the jump host is down")
def test_a_jump_host_that_is_down_is_named_and_costs_no_run(shot, row, quick, gate, transfer):
    shot.set(docker__checkout=quick.setting, remote__transfer=f'"{transfer}"')
    gate.stop()
    row.did(f"when `run` and `status` are typed (files by {transfer})")
    answer = shot.type("run", shot.run_id, program=HASTY, code=4)
    assert "gate" in answer.err
    assert "can't be reached" in answer.err
    assert "gate" in shot.type("status", program=HASTY, code=4).out
    assert shot.record.execution_status is Status.PENDING
    row.came("each ended with 4 and named the jump host")
    gate.start()
    events = following(shot, quick, remote__transfer=f'"{transfer}"')
    gate.stop()
    row.did("and while following")
    events.wait_for("unreachable since")
    time.sleep(1)
    gate.start()
    events.wait_for_more()
    quick.release()
    events.end(0)
    came_home(shot)
    row.came("the one that followed waited, went on by itself, and brought the verified video")
