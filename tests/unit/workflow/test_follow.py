"""What a follower shows: the chunk the model is at, and a time left that goes by what was seen."""

from __future__ import annotations

import pytest

from cosmos_houdini.box.box_run import Beat, BoxRun, BoxState
from cosmos_houdini.workflow import follow
from cosmos_houdini.workflow.follow import progress_of


def run_at(chunk=None, chunks=None, step=None, steps=None, phase="generating", state=BoxState.RUNNING):
    beat = Beat(1.0, 1.0, phase, chunk, chunks, step, steps, "the last line", 1, "b", 1, 2)
    nothing = dict.fromkeys(("owner", "spec_sha256", "queue_position", "exit", "outputs", "submitted_at"))
    return BoxRun(
        run_id="rs_1",
        state=state,
        slots=(),
        beat=beat,
        log_bytes=0,
        acknowledged=False,
        stalled=False,
        cancel_requested=False,
        started_at=1.0,
        **nothing,
    )


@pytest.fixture
def clock(monkeypatch):
    """Sets what time it is, in seconds."""
    now = [100.0]
    monkeypatch.setattr(follow.time, "monotonic", lambda: now[0])
    return lambda seconds: now.__setitem__(0, seconds)


def test_steps_of_all_chunks_make_one_bar():
    progress = progress_of(run_at(chunk=2, chunks=3, step=7, steps=35))
    assert (progress.done, progress.total, progress.unit) == (42, 105, "steps")
    assert progress.message == "chunk 2/3"


def test_a_model_that_says_nothing_of_its_steps_is_counted_by_chunks():
    progress = progress_of(run_at(chunk=2, chunks=3))
    assert (progress.done, progress.total, progress.unit, progress.message) == (1, 3, "chunks", "chunk 2/3")


def test_the_time_left_of_a_run_that_one_comes_back_to_goes_by_what_was_seen(clock):
    watch = follow._Watch()
    clock(100.0)
    first = watch.timed(progress_of(run_at(chunk=1, chunks=2, step=30, steps=35)))
    assert first.seconds_left is None  # 30 steps were done before anybody looked
    clock(110.0)
    later = watch.timed(progress_of(run_at(chunk=2, chunks=2, step=0, steps=35)))
    assert later.rate == pytest.approx(0.5)  # 5 steps in 10 seconds
    assert later.seconds_left == pytest.approx(70.0)


def test_phases_of_one_chunk_do_not_begin_the_count_anew(clock):
    watch = follow._Watch()
    watch.timed(progress_of(run_at(chunk=1, chunks=4)))
    clock(160.0)
    watch.timed(progress_of(run_at(chunk=2, chunks=4, phase="decoding")))
    clock(220.0)
    third = watch.timed(progress_of(run_at(chunk=3, chunks=4)))
    assert third.seconds_left == pytest.approx(120.0)  # two chunks a minute each, two to go
