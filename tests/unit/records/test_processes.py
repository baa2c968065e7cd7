"""Many real processes at one project: nothing is lost, nothing goes back, nothing stays locked."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.records.enums import Status
from cosmos_houdini.records.locks import locked

WORKER = Path(__file__).with_name("crowd_worker.py")
RANK = {"PENDING": 0, "RUNNING": 1, "SUCCESS": 2, "FAILED": 2, "CANCELLED": 2}


@pytest.fixture
def start():
    """Starts a worker process; whatever still runs at the end of the test is killed."""
    running = []

    def begin(*arguments):
        command = [sys.executable, str(WORKER), *map(str, arguments)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def answers(processes):
    texts = []
    for process in processes:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        texts.append(out)
    return texts


def test_8_processes_creating_and_updating_lose_nothing_and_only_go_forward(store, start, make_run):
    names, count = [f"p{index}" for index in range(8)], 6
    shared = [store.add_run(make_run(name=f"shared {index}"))[0].id for index in range(3)]
    counted, raced = shared[0], shared[1:]
    workers = [start("crowd", store.paths.root, name, count, *shared) for name in names]
    reports = [json.loads(text) for text in answers(workers)]

    created = [record for report in reports for record in report["created"]]
    assert len(set(created)) == len(created) == len(names) * count * 2
    assert {run.id for run in store.runs()} == {c for c in created if c.startswith("rs_")} | set(shared)
    assert {prompt.id for prompt in store.prompts()} == {c for c in created if c.startswith("ps_")}
    assert sum(report["unreadable"] for report in reports) == 0

    marks = Counter(store.run(counted).execution.phase.rstrip(";").split(";"))
    assert marks == Counter(f"{name}.{step}" for name in names for step in range(count))

    for run_id in raced:
        final = str(store.run(run_id).execution_status)
        assert RANK[final] == 2
        for report in reports:
            seen = [status for run, status in report["seen"] if run == run_id]
            assert [RANK[status] for status in seen] == sorted(RANK[status] for status in seen)
            assert {status for status in seen if RANK[status] == 2} == {final}


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_a_process_killed_among_updates_leaves_a_whole_record_and_no_lock(store, start, make_run):
    run_id = store.add_run(make_run())[0].id
    for updates in (1, 2, 5, 9, 14):
        process = start("updates", store.paths.root, run_id)
        for _ in range(updates):
            assert process.stdout.readline(), process.stderr.read()
        time.sleep(0.0007 * updates)  # so that it dies at different points of an update
        process.send_signal(signal.SIGKILL)
        process.wait()
        phase = store.run(run_id).execution.phase
        assert int(phase.split()[0]) >= updates - 1
        assert phase.endswith("x" * 20_000)
        with locked(store.paths.lock(run_id), patience=0.5):
            pass
        store.update_run(run_id, lambda run: dataclasses.replace(run, execution_status=Status.RUNNING))
        assert [line.id for line in store.runs()] == [run_id]


def test_a_reader_never_sees_a_mixture(tmp_path, start):
    file = tmp_path / "file.txt"
    writer = start("flips", file)
    assert writer.stdout.readline()
    seen = set()
    for _ in range(400):
        text = file.read_text()
        assert len(text) == 300_000
        seen.add("".join(sorted(set(text))))
    assert seen <= {"a", "b"}


@pytest.mark.parametrize("hard_links", ["yes", "no"])
def test_of_8_processes_that_create_one_file_just_one_does(tmp_path, start, hard_links):
    file = tmp_path / "new" / "file.txt"
    said = answers([start("create", file, letter, hard_links) for letter in "abcdefgh"])
    assert sorted(text.strip() for text in said) == ["made it"] + ["was there"] * 7
    winner = "abcdefgh"[[text.strip() for text in said].index("made it")]
    assert file.read_text() == winner * 10_000
    assert [path.name for path in file.parent.iterdir()] == ["file.txt"]


def test_a_lock_that_somebody_holds_is_waited_for(tmp_path):
    lock, order = tmp_path / "a.lock", []

    def second():
        with locked(lock):
            order.append("second")

    with locked(lock):
        other = threading.Thread(target=second)
        other.start()
        time.sleep(0.05)
        order.append("first")
    other.join()
    assert order == ["first", "second"]


def test_a_lock_held_too_long_says_so_and_stays_with_its_holder(tmp_path):
    lock = tmp_path / "a.lock"
    with locked(lock):
        with pytest.raises(BadInputError, match="locked by another process") as caught, locked(lock, 0.05):
            pytest.fail("took a lock that is held")
        assert caught.value.why
        assert caught.value.fix
        with pytest.raises(BadInputError), locked(lock, 0.0):
            pytest.fail("took a lock that is held")
    with locked(lock, patience=0.0):
        pass


def test_an_error_under_a_lock_frees_it(tmp_path):
    with pytest.raises(KeyboardInterrupt), locked(tmp_path / "a.lock"):
        raise KeyboardInterrupt
    with locked(tmp_path / "a.lock", patience=0.0):
        pass


def test_a_lock_that_cannot_be_made_is_explained(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(BadInputError, match="can't be locked") as caught,
        locked(tmp_path / "file" / "a.lock"),
    ):
        pytest.fail("locked a file below a file")
    assert caught.value.why
    assert caught.value.fix
