"""The same with the real bridge, the local box and the preview engine."""

from __future__ import annotations

import time

import pytest

from cosmos_houdini.houdini.bridge_client.client import Bridge
from cosmos_houdini.houdini.work.flights import Done, Failed, Flights, Moved
from cosmos_houdini.houdini.work.transfer import TransferOrder
from cosmos_houdini.records.enums import Status
from support.shots import make_run, store

__all__ = ["store"]
pytestmark = pytest.mark.slow


@pytest.fixture
def bridge(monkeypatch):
    import sys

    monkeypatch.setenv("COSMOS_RUNTIME_PYTHON", sys.executable)
    one = Bridge()
    yield one
    one.close()


def landed(flights, count=1, patience=240.0):
    """The events until `count` flights have ended."""
    events = []
    deadline = time.monotonic() + patience
    while sum(isinstance(event, (Done, Failed)) for event in events) < count:
        assert time.monotonic() < deadline, events
        events += flights.tick()
        time.sleep(0.05)
    return events


def order(store, run, **changes):
    return TransferOrder(store.paths.root, run.id, **changes)


def test_a_run_comes_home_with_video_sheet_and_frames(store, bridge):
    run = make_run(store)
    flights = Flights(lambda: bridge)
    flights.begin(7, order(store, run, frames_format="png"))
    *moved, done = landed(flights)
    assert isinstance(done, Done), done
    outputs = store.paths.output(run.id)
    assert (done.landed.video, done.landed.sheet) == (str(outputs.video), str(outputs.sheet))
    assert outputs.video.is_file()
    assert len(done.landed.frames["files"]) == 3
    percents = [event.percent for event in moved if isinstance(event, Moved)]
    assert percents == sorted(percents)
    assert store.run(run.id).execution_status is Status.SUCCESS


def test_who_comes_back_to_a_run_that_is_done_brings_it_home_again(store, bridge):
    run = make_run(store)
    first = Flights(lambda: bridge)
    first.begin(1, order(store, run))
    landed(first)
    ended = store.run(run.id).execution.ended_at
    store.paths.output(run.id).video.unlink()
    again = Flights(lambda: bridge)
    again.begin(2, order(store, run))
    done = landed(again)[-1]
    assert isinstance(done, Done), done
    assert store.paths.output(run.id).video.is_file()
    assert store.run(run.id).execution.ended_at == ended


def test_a_cancelled_run_is_begun_anew_by_the_next_cook(store, bridge):
    run = make_run(store)
    flights = Flights(lambda: bridge)
    flights.begin(1, order(store, run))
    while store.run(run.id).execution.submitted_at is None:
        flights.tick()
        time.sleep(0.02)
    flights.cancel(1)
    deadline = time.monotonic() + 60
    while not store.run(run.id).execution_status.final:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    if store.run(run.id).execution_status is Status.SUCCESS:
        pytest.skip("the preview was quicker than the cancelling")
    flights.begin(2, order(store, run))
    done = landed(flights)[-1]
    assert isinstance(done, Done), done
    assert done.landed.run != run.id
    assert len(store.runs()) == 2
