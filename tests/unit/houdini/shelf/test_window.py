"""What the tests of the shelf stand on: whoever makes Houdini's window wait fails."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

WAYS = {
    "sleep": lambda: time.sleep(0.001),
    "a process": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
}


@pytest.mark.parametrize("way", WAYS)
def test_who_makes_the_window_wait_is_told(desk, way):
    with pytest.raises(AssertionError, match="the window is made to wait"):
        desk.held(WAYS[way])


def test_the_bridge_is_not_waited_for_between_two_turns_either(desk):
    from cosmos_houdini.houdini.bridge_client.client import shared

    with pytest.raises(AssertionError, match="the window is made to wait: result"):
        shared().call("project.open", {"project": str(desk.project)})


def test_work_is_timed_and_waiting_elsewhere_is_not(desk):
    desk.held(lambda: sum(range(100_000)))
    worked = desk.longest
    time.sleep(0.001)
    assert 0 < worked == desk.longest
