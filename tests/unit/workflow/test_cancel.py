"""Whenever a cancel comes, the record and the box agree, and no engine goes on unseen."""

from __future__ import annotations

import time

import pytest

from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.box_run import BoxState
from cosmos_houdini.config import load_config
from cosmos_houdini.errors import CancelledError
from cosmos_houdini.progress import silent
from cosmos_houdini.records.enums import Status
from cosmos_houdini.workflow.cancel import cancel
from cosmos_houdini.workflow.notes import note
from cosmos_houdini.workflow.plan import plan
from cosmos_houdini.workflow.submit import submit
from support import script_box

ENGINE = "import time; time.sleep(60)"


class Interrupting:
    """A connection on which something happens right after (or before) the first call of one verb."""

    def __init__(self, real, verb, happens, before=False):
        self._real = real
        self._verb = verb
        self._happens = happens
        self._before = before
        self._done = False

    def __getattr__(self, name):
        return getattr(self._real, name)

    def call(self, verb, request):
        mine = verb == self._verb and not self._done
        if mine and self._before:
            self._done = True
            self._happens()
        answer = self._real.call(verb, request)
        if mine and not self._before:
            self._done = True
            self._happens()
        return answer


@pytest.fixture
def box(store):
    return script_box.script_box(store, ENGINE)


def submit_while(store, run, box, connection):
    """Submits over `connection`; returns how the run stands on the box afterwards."""
    interrupted = script_box.ScriptBox(box.name, connection, Agent(connection), box.script)
    with pytest.raises(CancelledError):
        submit(store, plan(store, run, 1), interrupted, load_config(store.paths.root), None, silent)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        there = box.agent.status([run.id])[run.id]
        if there.state is BoxState.UNKNOWN or there.state.ended:
            return there
        time.sleep(0.05)
    raise AssertionError(f"the run goes on: {there.state}")


@pytest.mark.parametrize(
    ("verb", "before"),
    [("survey", True), ("survey", False), ("commit", True), ("commit", False)],
)
def test_a_run_cancelled_anywhere_on_its_way_to_the_box_does_not_run_there(store, run, box, verb, before):
    def happens():
        assert cancel(store, store.run(run.id), box).execution_status is Status.CANCELLED

    there = submit_while(store, run, box, Interrupting(box.connection, verb, happens, before))
    assert store.run(run.id).execution_status is Status.CANCELLED
    assert there.state in (BoxState.UNKNOWN, BoxState.CANCELLED)
    assert there.acknowledged or there.state is BoxState.UNKNOWN  # nothing waits to be fetched


class EnoughError(Exception):
    pass


class HalfDone:
    """A connection to a box that dies between the two things that a commit is asked to do."""

    def __init__(self, real):
        self._real = real

    def __getattr__(self, name):
        return getattr(self._real, name)

    def call(self, verb, request):
        if verb == "commit":
            self._real.call(verb, {name: value for name, value in request.items() if name != "start"})
            raise EnoughError
        return self._real.call(verb, request)


def prepare(store, run, box):
    half = script_box.ScriptBox(
        box.name, HalfDone(box.connection), Agent(HalfDone(box.connection)), box.script
    )
    with pytest.raises(EnoughError):
        submit(store, plan(store, run, 1), half, load_config(store.paths.root), None, silent)
    assert box.agent.status([run.id])[run.id].state is BoxState.PREPARED


def test_a_run_that_is_only_prepared_is_started_by_the_next_submission(store, run, box):
    prepare(store, run, box)
    there = submit(store, plan(store, run, 1), box, load_config(store.paths.root), None, silent)
    assert there.state in (BoxState.QUEUED, BoxState.RUNNING)
    cancel(store, store.run(run.id), box)


def test_a_run_that_is_only_prepared_is_closed_on_the_box_too(store, run, box):
    prepare(store, run, box)
    cancel(store, store.run(run.id), box)
    there = box.agent.status([run.id])[run.id]
    assert there.state is BoxState.CANCELLED
    assert there.acknowledged


def test_a_cancel_whose_client_died_after_writing_it_down_is_carried_out_by_the_next(store, run, box):
    submit(store, plan(store, run, 1), box, load_config(store.paths.root), None, silent)
    note(store, run.id, Status.CANCELLED)
    cancel(store, store.run(run.id), box)
    assert box.agent.status([run.id])[run.id].state is BoxState.CANCELLED
