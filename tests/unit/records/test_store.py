from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pytest

from cosmos_houdini.errors import BadInputError, UsageError
from cosmos_houdini.records.enums import Control, Status
from cosmos_houdini.records.run_spec import ControlWeight, Execution, FailureNote, Parameters
from cosmos_houdini.records.store import Store

FINAL = [Status.SUCCESS, Status.FAILED, Status.CANCELLED]


def with_status(status, **execution):
    def change(run):
        return dataclasses.replace(
            run, execution_status=status, execution=dataclasses.replace(run.execution, **execution)
        )

    return change


def at(second):
    return f"2024-05-17T12:00:{second:02}.000000+00:00"


@pytest.fixture
def three(store, make_run):
    """Three runs; created in the order a, b, c, written in the order c, a, b."""
    runs = {name: make_run(name=name, created_at=at(second)) for second, name in enumerate("abc")}
    for name in "cab":
        store.add_run(runs[name])
    return runs


def test_a_record_lies_in_the_folder_of_its_day_under_name_time_and_id(store, make_prompt, make_run):
    prompt, prompt_file = store.add_prompt(make_prompt(name="my city/v2"))
    run, run_file = store.add_run(make_run(name="🚗"))
    root = store.paths.root
    time = "20240517-120000-000001"
    assert prompt_file == root / f"inputs/prompts/2024-05-17/my_city_v2_{time}_{prompt.id}.json"
    assert run_file.parent == root / "inputs/runs/2024-05-17"
    assert run_file.name.endswith(f"_{time}_{run.id}.json")


def test_a_time_of_another_zone_is_filed_under_its_day_in_utc(store, make_run):
    run, file = store.add_run(make_run(created_at="2024-05-18T01:30:00.000000+02:00"))
    assert file.parent.name == "2024-05-17"
    assert "_20240517-233000-000000_" in file.name
    assert store.run("last") == run


def test_two_records_of_the_same_microsecond_never_collide(store, make_prompt):
    specs = [store.add_prompt(make_prompt()) for _ in range(5)]
    assert len({file for _, file in specs}) == 5
    assert len({spec.id for spec, _ in specs}) == 5
    for spec, _ in specs:
        assert store.prompt(spec.id) == spec


@pytest.mark.parametrize("name", ["a/b", "..", "x" * 300, "CON", " ", "夜", "a\nb", "-rf"])
def test_hard_names_become_one_file_in_the_right_folder(store, make_prompt, name):
    spec, file = store.add_prompt(make_prompt(name=name))
    assert file.parent == store.paths.prompts / "2024-05-17"
    assert len(file.name) < 160
    assert store.prompt(spec.id).name == name


def test_a_run_is_found_by_file_id_and_prefix(store, three, monkeypatch):
    run = three["b"]
    file = store.run_file(run.id)
    monkeypatch.chdir(file.parent)
    for reference in (
        str(file),
        file.name,
        file.relative_to(store.paths.root).as_posix(),
        run.id,
        run.id[:9],
        run.id.removeprefix("rs_"),
    ):
        assert store.run(reference) == run, reference


def test_a_file_is_named_relative_to_the_current_folder_or_to_the_project(
    store, three, monkeypatch, tmp_path
):
    file = store.run_file(three["a"].id)
    monkeypatch.chdir(tmp_path)
    assert store.run(os.path.relpath(file)) == three["a"]
    monkeypatch.chdir("/")
    assert store.run(file.relative_to(store.paths.root).as_posix()) == three["a"]


def test_a_store_named_relatively_finds_the_same(store, three, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert Store(Path("project")).run("last") == store.run("last")


def test_last_is_the_one_created_last_not_the_one_written_last(store, three):
    assert store.run("last") == three["c"]
    store.update_run(three["a"].id, with_status(Status.RUNNING))
    os.utime(store.run_file(three["a"].id), (4e9, 4e9))
    assert store.run("last").name == "c"
    assert [line.name for line in store.runs()] == ["c", "b", "a"]


def test_last_looks_across_midnight(store, make_run):
    store.add_run(make_run(name="late", created_at="2024-05-18T00:00:00.000000+00:00"))
    store.add_run(make_run(name="early", created_at="2024-05-17T23:59:59.999999+00:00"))
    assert store.run("last").name == "late"


def test_runs_of_one_microsecond_keep_one_order(store, make_run):
    for name in "hgfedcba":
        store.add_run(make_run(name=name))
    order = [line.name for line in store.runs()]
    assert order == sorted("abcdefgh", reverse=True)
    assert store.run("last").name == order[0]


def test_an_ambiguous_prefix_lists_what_it_may_mean(store, three):
    with pytest.raises(UsageError, match="names 3 records") as caught:
        store.run("rs_")
    assert all(run.id in caught.value.what for run in three.values())
    assert caught.value.fix


def test_a_long_list_of_meanings_is_cut(store, make_run):
    for second in range(7):
        store.add_run(make_run(created_at=at(second)))
    with pytest.raises(UsageError, match="…"):
        store.run("rs_")


def test_a_prefix_that_is_a_whole_id_wins(store, make_run):
    spec, file = store.add_run(make_run())
    longer = file.with_name(file.name.replace(".json", "0.json"))
    longer.write_bytes(file.read_bytes())
    assert store.run_file(spec.id) == file


def test_an_unknown_id_names_the_nearest(store, three):
    identity = three["a"].id
    wrong = identity[:-1] + ("0" if identity[-1] != "0" else "1")
    with pytest.raises(UsageError) as caught:
        store.run(wrong)
    assert wrong in caught.value.what
    assert identity in caught.value.fix
    assert str(store.paths.runs) in caught.value.why


@pytest.mark.parametrize(
    "reference", ["", " ", "zzz", "rs_*", "../x", "nope.json", "x" * 300 + ".json", "a\0.json"]
)
def test_what_names_nothing_is_explained(store, three, reference):
    with pytest.raises((UsageError, BadInputError)) as caught:
        store.run(reference)
    assert caught.value.fix


def test_one_single_run_is_not_found_by_an_empty_name(store, make_run):
    store.add_run(make_run())
    with pytest.raises(UsageError, match="is empty"):
        store.run("")


def test_the_id_of_the_other_kind_is_told(store, make_prompt, make_run):
    prompt, _ = store.add_prompt(make_prompt())
    run, _ = store.add_run(make_run())
    with pytest.raises(UsageError, match="is the id of a prompt spec"):
        store.run(prompt.id)
    with pytest.raises(UsageError, match="is the id of a run"):
        store.prompt(run.id)


def test_an_empty_project_says_what_to_create_first(store):
    for read in (store.prompt, store.run):
        with pytest.raises(UsageError, match="yet") as caught:
            read("last")
        assert "create-spec" in caught.value.fix
        with pytest.raises(UsageError):
            read("rs_1234" if read == store.run else "ps_1234")
    assert store.runs() == []
    assert list(store.prompts()) == []


@pytest.mark.parametrize("status", list(Status))
def test_a_run_that_has_run_cannot_be_added(store, make_run, status):
    for execution in (Execution(), Execution(phase="done")):
        if (status, execution) == (Status.PENDING, Execution()):
            continue
        with pytest.raises(ValueError, match="a new run is PENDING"):
            store.add_run(make_run(execution_status=status, execution=execution))
    assert store.runs() == []


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_is_none_is_refused_with_its_field(store, make_run, make_prompt, number):
    weights = {Control.DEPTH: ControlWeight(number)}
    masked = {Control.EDGE: ControlWeight(0.5, "m.mp4", "4" * 64, number)}
    for run, field in (
        (make_run(control_weights=weights), "control_weights: depth is "),
        (make_run(control_weights=masked), "control_weights: edge: outside is "),
        (make_run(parameters=Parameters(guidance=number)), "parameters: guidance is "),
    ):
        with pytest.raises(BadInputError, match=field):
            store.add_run(run)
    with pytest.raises(BadInputError, match="metadata: takes: 1 is "):
        store.add_prompt(make_prompt(metadata={"takes": [1, number]}))
    assert store.runs() == []
    assert store.prompt_summaries() == []


def test_a_missing_prompt_spec_is_looked_for_in_its_own_list(store, make_prompt):
    store.add_prompt(make_prompt())
    for reference in ("zzz", "", "nope.json", "rs_1234"):
        with pytest.raises((UsageError, BadInputError)) as caught:
            store.prompt(reference)
        assert "cosmos-houdini list --specs" in caught.value.fix
        with pytest.raises((UsageError, BadInputError)) as caught:
            store.run(reference)
        assert "--specs" not in caught.value.fix


def test_a_listing_of_prompt_specs_tells_their_controls_newest_first(store, make_prompt):
    specs = [store.add_prompt(make_prompt(name=name, created_at=at(n))) for n, name in enumerate("abc")]
    lines = store.prompt_summaries()
    assert [line.name for line in lines] == ["c", "b", "a"]
    assert lines[0].controls == ("depth", "seg", "edge")
    assert (lines[0].id, lines[0].file) == (specs[2][0].id, specs[2][1])
    assert (lines[0].prompt, lines[0].created_at) == (specs[2][0].prompt, at(2))
    assert [line.name for line in store.prompt_summaries(limit=1)] == ["c"]


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"null", b"{}", b'{"id": 5}', "prompt", "control_inputs"]
)
def test_a_listing_of_prompt_specs_goes_past_a_broken_one(store, make_prompt, damage):
    spec, file = store.add_prompt(make_prompt())
    if isinstance(damage, str):
        damage = json.dumps({**json.loads(file.read_bytes()), damage: 7}).encode()
    file.write_bytes(damage)
    [line] = store.prompt_summaries()
    assert (line.id, line.name, line.controls, line.file) == (spec.id, "unreadable record", (), file)


@pytest.mark.parametrize("before", list(Status))
@pytest.mark.parametrize("wish", list(Status))
def test_a_status_only_goes_forward(store, make_run, before, wish):
    run_id = store.add_run(make_run())[0].id
    store.update_run(run_id, with_status(before))
    after = store.update_run(run_id, with_status(wish, phase="new"))
    goes = not before.final and (before, wish) != (Status.RUNNING, Status.PENDING)
    assert after.execution_status == (wish if goes else before)
    assert after.execution.phase == (None if before.final else "new")
    assert store.run(run_id) == after
    assert before.may_become(wish) == goes


@pytest.mark.parametrize("final", FINAL)
def test_a_final_record_is_never_written_again(store, make_run, final):
    run_id = store.add_run(make_run())[0].id
    store.update_run(run_id, with_status(final, ended_at=at(1)))
    file = store.run_file(run_id)
    before = (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino)
    store.update_run(run_id, with_status(Status.SUCCESS, phase="later", ended_at=at(2)))
    assert (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_a_change_that_changes_nothing_writes_nothing(store, make_run):
    run_id = store.add_run(make_run())[0].id
    inode = store.run_file(run_id).stat().st_ino
    store.update_run(run_id, lambda run: run)
    assert store.run_file(run_id).stat().st_ino == inode


def test_a_change_of_what_never_changes_is_a_mistake_of_ours(store, make_run):
    spec, file = store.add_run(make_run())
    before = file.read_bytes()
    with pytest.raises(ValueError, match="never changes"):
        store.update_run(spec.id, lambda run: dataclasses.replace(run, engine="other"))
    assert file.read_bytes() == before


def test_an_error_in_a_change_leaves_the_record_and_the_lock_free(store, make_run):
    spec, file = store.add_run(make_run())
    before = file.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        store.update_run(spec.id, _interrupt)
    assert file.read_bytes() == before
    assert store.update_run(spec.id, with_status(Status.RUNNING)).execution_status == Status.RUNNING


def test_every_way_to_name_a_run_takes_the_same_lock(store, make_run):
    spec, file = store.add_run(make_run())
    for reference in (spec.id, spec.id[:8], "last", str(file)):
        store.update_run(reference, lambda run: run)
    assert [lock.name for lock in (store.paths.root / "inputs" / ".locks").iterdir()] == [f"{spec.id}.lock"]


def test_a_failure_with_broken_text_is_recorded_all_the_same(store, make_run):
    run_id = store.add_run(make_run())[0].id
    failure = FailureNote("no_output", "no \udc80.mp4", "why 夜", "fix")
    store.update_run(run_id, with_status(Status.FAILED, failure=failure))
    run = store.run(run_id)
    assert run.execution_status == Status.FAILED
    assert run.execution.failure == FailureNote("no_output", "no ?.mp4", "why 夜", "fix")


def test_an_output_outside_of_the_project_is_not_recorded(store, make_run):
    run_id = store.add_run(make_run())[0].id
    with pytest.raises(BadInputError, match="outside the project"):
        store.update_run(run_id, with_status(Status.SUCCESS, output_path="/tmp/output.mp4"))
    assert store.run(run_id).execution == Execution()


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xff",
        b"{}",
        b'{"id": 5, "name": 1, "execution_status": [], "engine": 1, "execution": {}}',
        "status",
        "name",
        "surrogate",
        "execution",
    ],
)
def test_a_listing_shows_a_broken_record_as_a_question_mark(store, three, damage):
    file = store.run_file(three["b"].id)
    if isinstance(damage, str):
        value = json.loads(file.read_bytes())
        value.update(
            {
                "status": {"execution_status": "WHATEVER"},
                "name": {"name": 7},
                "surrogate": {"name": "\ud800"},
                "execution": {"execution": None},
            }[damage]
        )
        damage = json.dumps(value).encode()
    file.write_bytes(damage)
    assert [line.status for line in store.runs()] == ["PENDING", "?", "PENDING"]
    assert store.runs()[1].id == three["b"].id
    assert store.runs()[1].file == file


def test_a_listing_tells_what_became_of_each_run(store, make_run):
    run_id = store.add_run(make_run())[0].id
    store.update_run(
        run_id, with_status(Status.RUNNING, phase="generating", output_path="outputs/x/output.mp4")
    )
    [line] = store.runs()
    assert (line.status, line.phase, line.output_path) == ("RUNNING", "generating", "outputs/x/output.mp4")
    assert (line.engine, line.name) == ("transfer1", "cityscape")


def test_a_listing_can_be_cut(store, three):
    assert [line.name for line in store.runs(limit=2)] == ["c", "b"]
    assert store.runs(limit=0) == []


def test_strange_things_beside_the_records_are_no_records(store, three):
    runs = store.paths.runs
    day = runs / "2024-05-17"
    (runs / "2024-05-16").touch()
    (runs / "notes").mkdir()
    (runs / ".DS_Store").touch()
    (day / "readme.txt").touch()
    (day / "x_rs_1.json").touch()
    (day / f".{next(day.iterdir()).stem[:40]}.part-1-abcd.json").touch()
    assert len(store.runs()) == 3


def test_a_file_in_the_way_of_a_folder_is_explained(store, make_prompt):
    store.paths.root.mkdir()
    (store.paths.root / "inputs").touch()
    with pytest.raises(BadInputError, match="could not be written") as caught:
        store.add_prompt(make_prompt())
    assert caught.value.why
    assert caught.value.fix
    with pytest.raises(BadInputError, match="can't be listed"):
        store.runs()


def _interrupt(_run):
    raise KeyboardInterrupt
