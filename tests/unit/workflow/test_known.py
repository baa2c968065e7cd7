"""Records that are made once: what others add, remove and mend meanwhile is seen each time."""

from __future__ import annotations

import pytest

from cosmos_houdini.authoring import prompt_spec, run_spec
from cosmos_houdini.records.enums import Control, Status
from cosmos_houdini.records.prompt_spec import ControlInput
from cosmos_houdini.records.run_spec import ControlWeight, Parameters
from cosmos_houdini.records.store import Store
from cosmos_houdini.workflow.known import KnownRecords
from cosmos_houdini.workflow.notes import note


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "pröject 1")


@pytest.fixture
def prompt(store):
    return store.add_prompt(prompt_spec(store, "city", "night", controls={Control.DEPTH: ControlInput()}))[0]


@pytest.fixture
def wanted(prompt):
    def make(seed: int):
        weights = {Control.DEPTH: ControlWeight(1.0)}
        return run_spec(prompt, engine="preview", weights=weights, parameters=Parameters(seed=seed))

    return make


def test_what_another_process_made_meanwhile_is_found(store, wanted):
    here, there = KnownRecords(store), KnownRecords(store)
    first = here.run(wanted(1))
    made = there.run(wanted(2))
    assert here.run(wanted(2)) == made
    assert there.run(wanted(1)) == first
    assert len(store.runs()) == 2


def test_a_record_that_was_removed_is_made_again(store, wanted):
    known = KnownRecords(store)
    _, file = known.run(wanted(1))
    file.unlink()
    _, again = known.run(wanted(1))
    assert again.is_file()
    assert len(store.runs()) == 1


def test_a_day_that_was_removed_is_forgotten(store, wanted):
    known = KnownRecords(store)
    _, file = known.run(wanted(1))
    file.unlink()
    file.parent.rmdir()
    assert known.run(wanted(1))[1].is_file()


def test_a_damaged_record_is_equal_to_none_until_it_is_mended(store, wanted):
    known = KnownRecords(store)
    damaged, file = store.add_run(wanted(1))
    whole = file.read_bytes()
    file.write_bytes(whole[:40])
    other, _ = known.run(wanted(1))
    assert other.id != damaged.id
    file.write_bytes(whole)
    note(store, other.id, Status.CANCELLED)
    assert known.run(wanted(1))[0].id == damaged.id


def test_of_equal_runs_the_newest_that_may_yet_succeed_is_taken(store, wanted):
    known = KnownRecords(store)
    older, _ = store.add_run(wanted(1))
    newer, _ = store.add_run(wanted(1))
    assert known.run(wanted(1))[0].id == newer.id
    note(store, newer.id, Status.CANCELLED)
    assert known.run(wanted(1))[0].id == older.id
    note(store, older.id, Status.FAILED)
    assert known.run(wanted(1))[0].id not in (older.id, newer.id)


def test_other_files_beside_the_records_are_left_out_of_account(store, wanted):
    known = KnownRecords(store)
    run, file = known.run(wanted(1))
    for name in ("notes.txt", f".{file.stem}.part-1-abcdef12.json", "backup.json"):
        (file.parent / name).write_bytes(file.read_bytes())
    assert known.run(wanted(1)) == (run, file)
