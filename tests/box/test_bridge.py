"""The bridge and a GPU box: one watcher on one connection, and a line that breaks meanwhile."""

from __future__ import annotations

import pytest

from cosmos_houdini import authoring
from cosmos_houdini.houdini.bridge_client.client import Bridge
from cosmos_houdini.progress import UNREACHABLE
from cosmos_houdini.records.enums import Control
from cosmos_houdini.records.run_spec import ControlWeight, Parameters
from cosmos_houdini.records.store import Store
from support.bridges import Asker, last_state, runtime_of_the_tests, wait_for
from support.shots import write_video

__all__ = ["runtime_of_the_tests"]

pytestmark = pytest.mark.slow


@pytest.fixture
def houdini(tmp_path, monkeypatch):
    """Opens a session of somebody who knows the box, with a project on it."""
    opened = []

    def session(box):
        for name, value in box.write_person(tmp_path / "home").items():
            monkeypatch.setenv(name, value)
        store = Store(box.write_project(tmp_path / "project"))
        opened.append(Bridge())
        return Asker(opened[-1], store)

    yield session
    for bridge in opened:
        bridge.close()


def make_runs(store, count):
    video = write_video(store.paths.root / "inputs" / "videos" / "x" / "depth.mp4")
    controls = {Control.DEPTH: authoring.named_video(store, str(video))}
    prompt, _ = authoring.create_prompt(store, "shot", "a street", controls=controls)
    return [
        authoring.create_run(
            store,
            prompt,
            engine="transfer1",
            weights={Control.DEPTH: ControlWeight(1)},
            parameters=Parameters(seed=seed),
        )[0].id
        for seed in range(count)
    ]


def test_runs_on_a_gpu_box_are_followed_home_by_one_bridge(gpu_box, houdini):
    ask = houdini(gpu_box)
    runs = make_runs(ask.store, 2)
    heard = ask.bridge.subscribe()
    for run in runs:
        assert ask("run.submit", run=run)["box"] != "local"
    ask("run.follow", runs=runs)
    assert ask("box.status")["reachable"]
    for run in runs:
        listening = ask.bridge.subscribe()
        ask("run.follow", runs=[run])
        assert last_state(listening, run)["status"] == "SUCCESS"
    assert heard.poll()


def test_a_broken_line_is_shown_on_each_run_and_outlasted(lone_box, houdini):
    ask = houdini(lone_box)
    [run] = make_runs(ask.store, 1)
    ask("run.submit", run=run)
    heard = ask.bridge.subscribe()
    with lone_box.cut_off():
        ask("run.follow", runs=[run])
        wait_for(
            lambda: [
                one
                for one in heard.poll()
                if one.method == "progress" and one.params["message"].startswith(UNREACHABLE)
            ]
        )
        assert ask.store.run(run).execution_status.value in ("PENDING", "RUNNING")
    assert last_state(heard, run)["status"] == "SUCCESS"
