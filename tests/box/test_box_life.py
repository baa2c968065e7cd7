"""How the box begins and ends: with its users, also when they are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
# A box without services, in a folder of its own, held by one process that prints what it made.
HOLDER = """
import sys, time
from box import locks, machine
from box.places import VETH
lease = locks.Lease()
with locks.starting():
    machine.sweep()
    pid = machine.power_on(keep={keep})
    machine.plug_in(pid)
print(pid, VETH, flush=True)
{then}
"""


@pytest.fixture
def other_box(box_parts, tmp_path, monkeypatch):
    """Starts Python code that sees another box; whatever it left is swept away at the end."""
    monkeypatch.setenv("COSMOS_TEST_BOX", str(tmp_path / "other"))
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    yield lambda text: subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True)
    subprocess.run([sys.executable, "-c", "from box import machine; machine.sweep()"], check=True)


def test_the_box_ends_by_itself_when_its_last_user_is_killed(other_box):
    with other_box(HOLDER.format(keep=False, then="time.sleep(600)")) as holder:
        pid, veth = holder.stdout.readline().split()
        time.sleep(1)
        assert alive(pid)
        assert cable(veth)
        holder.kill()
    assert within_seconds(10, lambda: not alive(pid) and not cable(veth))


def test_the_box_stays_while_one_of_its_users_lives(other_box):
    with (
        other_box(HOLDER.format(keep=False, then="time.sleep(600)")) as first,
        other_box(
            "import time\nfrom box import locks\nheld = locks.Lease()\nprint(flush=True)\ntime.sleep(600)"
        ) as other,
    ):
        pid, _veth = first.stdout.readline().split()
        other.stdout.readline()
        first.kill()
        first.wait()
        time.sleep(1.5)
        assert alive(pid)
        other.kill()
    assert within_seconds(10, lambda: not alive(pid))


def test_a_kept_box_outlives_its_user_and_is_swept_away_whole(other_box):
    with other_box(HOLDER.format(keep=True, then="")) as holder:
        pid, veth = holder.stdout.readline().split()
    time.sleep(1)
    assert alive(pid)
    with other_box("from box import machine; machine.sweep()") as sweep:
        assert sweep.wait(30) == 0
    assert not alive(pid)
    assert not cable(veth)


def test_a_box_after_a_crash_replaces_the_one_before(other_box):
    with other_box(HOLDER.format(keep=True, then="")) as crashed:
        before, _veth = crashed.stdout.readline().split()
    with other_box(HOLDER.format(keep=False, then="time.sleep(600)")) as holder:
        pid, veth = holder.stdout.readline().split()
        assert not alive(before)
        assert alive(pid)
        assert cable(veth)
        holder.send_signal(signal.SIGTERM)


def alive(pid):
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    return True


def cable(name):
    return Path(f"/sys/class/net/{name}").exists()


def within_seconds(seconds, came):
    ends = time.monotonic() + seconds
    while not came():
        if time.monotonic() > ends:
            return False
        time.sleep(0.05)
    return True
