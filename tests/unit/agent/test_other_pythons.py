"""The box's Python is whatever the box has: the oldest that the agent promises, where it is found."""

from __future__ import annotations

import pytest

from support.agent_box import OLDEST
from support.pythons import find_python


def test_the_agent_does_all_its_work_under_the_oldest_python_it_promises(make_box):
    python = find_python(OLDEST)
    if python is None:
        pytest.skip(f"no python{OLDEST} on this machine")
    box = make_box(python=python)
    assert box.call("probe")["python"].startswith(OLDEST)
    box.submit("r-1", "echo hello; echo x > out/a.txt; exit 3", inputs=[("a.mp4", b"film")])
    run = box.wait_for_end("r-1")
    assert (run["exit"]["code"], [file["name"] for file in run["outputs"]]) == (3, ["a.txt"])
    box.submit("r-2", box.gate("never"))
    box.child("r-2")
    box.call("stop", run_id="r-2", grace_seconds=0)
    assert box.wait_for_end("r-2")["state"] == "cancelled"
    for run_id in ("r-1", "r-2"):
        box.call("ack", run_id=run_id, outputs={})
    box.call("gc", older_than_days=0, apply=True)
    assert (
        box.call("log", run_id="r-2", **{"from": 0, "limit": 10})["size"] == 0
        if box.run("r-2").exists()
        else True
    )
