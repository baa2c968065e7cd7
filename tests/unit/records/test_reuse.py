from __future__ import annotations

import dataclasses
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from cosmos_houdini.records.enums import Status
from cosmos_houdini.records.reuse import ReusingStore
from cosmos_houdini.records.run_spec import Execution, Parameters


@pytest.fixture
def reusing(tmp_path):
    return ReusingStore(tmp_path / "project")


def at(second):
    return f"2024-05-17T12:00:{second:02}.000000+00:00"


def ended(store, run, status):
    for step in (Status.RUNNING, status):
        store.update_run(run.id, lambda record, step=step: dataclasses.replace(record, execution_status=step))


def test_the_same_prompt_is_made_once(reusing, make_prompt):
    first, file = reusing.add_prompt(make_prompt(created_at=at(1)))
    again, same_file = reusing.add_prompt(make_prompt(created_at=at(2)))
    assert again == first
    assert same_file == file
    assert len(reusing.prompt_summaries()) == 1


def test_another_text_or_another_hash_is_another_prompt(reusing, make_prompt):
    ids = {
        reusing.add_prompt(make_prompt(**change))[0].id
        for change in ({}, {"prompt": "Snow"}, {"input_video_sha256": "9" * 64})
    }
    assert len(ids) == 3


def test_the_same_run_is_made_once_by_another_process_too(reusing, tmp_path, make_run):
    first, _ = reusing.add_run(make_run(created_at=at(1)))
    again, _ = ReusingStore(tmp_path / "project").add_run(make_run(created_at=at(2)))
    assert again.id == first.id


@pytest.mark.parametrize("status", [Status.RUNNING, Status.SUCCESS])
def test_a_run_that_is_under_way_or_done_is_come_back_to(reusing, make_run, status):
    run, _ = reusing.add_run(make_run())
    if status.final:
        ended(reusing, run, status)
    else:
        reusing.update_run(run.id, lambda record: dataclasses.replace(record, execution_status=status))
    assert reusing.add_run(make_run(created_at=at(9)))[0].id == run.id


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED])
def test_a_run_that_failed_or_was_cancelled_is_taken_up_anew_once(reusing, make_run, status):
    run, _ = reusing.add_run(make_run())
    ended(reusing, run, status)
    fresh, _ = reusing.add_run(make_run(created_at=at(9)))
    assert fresh.id != run.id
    assert fresh.execution_status is Status.PENDING
    assert fresh.execution == Execution()
    assert fresh.parameters == run.parameters
    assert reusing.add_run(make_run(created_at=at(10)))[0].id == fresh.id
    assert reusing.attempt(run.id).id == fresh.id
    ended(reusing, fresh, Status.FAILED)
    third = reusing.attempt(run.id)
    assert third.id not in (run.id, fresh.id)
    assert reusing.attempt(fresh.id).id == third.id


def test_a_run_with_another_seed_is_another_run(reusing, make_run):
    one, _ = reusing.add_run(make_run(parameters=Parameters(seed=1)))
    two, _ = reusing.add_run(make_run(parameters=Parameters(seed=2)))
    assert one.id != two.id


def test_many_at_once_make_one(reusing, make_run):
    with ThreadPoolExecutor(8) as crowd:
        made = list(
            crowd.map(lambda second: reusing.add_run(make_run(created_at=at(second)))[0].id, range(16))
        )
    assert len(set(made)) == 1
    assert len(reusing.runs()) == 1


@pytest.mark.parametrize("loss", ["index", "record", "nonsense"])
def test_what_was_tidied_away_is_made_again(reusing, make_run, loss):
    _, file = reusing.add_run(make_run())
    [note] = (reusing.paths.root / "inputs" / ".made").iterdir()
    if loss == "index":
        shutil.rmtree(note.parent)
    elif loss == "record":
        file.unlink()
    else:
        note.write_bytes(b"\xff../../nowhere")
    fresh, _ = reusing.add_run(make_run(created_at=at(5)))
    assert fresh.created_at == at(5)
    assert reusing.add_run(make_run(created_at=at(6)))[0].id == fresh.id
