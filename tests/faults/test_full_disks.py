"""Row 7: no room, on the box or here."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from faults.misdeeds import WAITS, failed, let_go, use_model, wait_for_end_on_box, wait_for_words
from support.small_disk import small_disk

ONLY_ITS_END_WAITS = 'make_video()\nsay("made")\nwait_for(".go")\n'


@contextmanager
def box_on_a_small_disk(shot, megabytes=12, program="make_video()\n", **settings):
    """The project's folder of the box lies on a disk of its own; installed is what a look installs."""
    with shot.box.small_disk(megabytes) as disk:
        use_model(shot, program, remote__remote_dir=json.dumps(disk), **settings)
        shot.type("status")
        yield disk


@pytest.mark.parametrize(
    ("transfer", "left"),
    [("rsync", 0), ("rsync", 24 << 10), ("sftp", 24 << 10)],
    ids=["none", "rsync", "sftp"],
)
@pytest.mark.fault("7", "the box's disk is full at upload")
def test_a_full_disk_at_upload_sends_nothing_and_the_same_command_goes_on_later(shot, row, transfer, left):
    shot.run_id = shot.new_run("longer", frames=60).id
    with box_on_a_small_disk(shot, remote__transfer=json.dumps(transfer)) as disk:
        filler = shot.box.fill(disk, leave_bytes=left)
        row.did(f"{left >> 10} kB were left when `run` began, with transfer = {transfer}")
        answer = shot.type("run", shot.run_id, code=4)
        assert "error: The disk of " in answer.err, answer.err
        assert " is full." in answer.err
        assert "fix: " in answer.err
        assert str(shot.record.execution_status) == "PENDING"
        assert shot.box.containers_ever(shot.run_id) == []
        row.came("exit code 4, naming the full disk of the box; nothing was started, the record is PENDING")
        assert " is full." in shot.type("attach", shot.run_id, code=4).err
        row.came("`attach` says the same")
        filler.unlink()
        shot.type("run", shot.run_id)
        assert shot.succeeded()
    row.came("with room again, the same command brought the verified video")


@pytest.mark.fault("7", "the box's disk is full during the run")
def test_a_disk_that_fills_up_during_the_run_fails_it_by_name(shot, row):
    with box_on_a_small_disk(shot, program=WAITS) as disk:
        client = shot.start("run", shot.run_id)
        wait_for_words(shot, "ready")
        let_go(shot, ".other")
        filler = shot.box.fill(disk)
        row.did("the disk was filled while the engine loaded; then it wanted to write its video")
        # A file that takes no room: the folder of the run has it already under another name.
        (shot.on_box / "out" / ".other").rename(shot.on_box / "out" / ".go")
        shot.end(client, code=5)
        answer = failed(shot, "disk_full")
        assert "Make room" in answer.err
        row.came("the run ended on the full disk, and failed as `disk_full`")
        filler.unlink()


@pytest.mark.fault("7", "the box's disk is full when the result is collected")
def test_a_result_is_collected_on_a_full_disk(shot, row):
    with box_on_a_small_disk(shot, program=ONLY_ITS_END_WAITS) as disk:
        client = shot.start("run", shot.run_id)
        wait_for_words(shot, "made")
        let_go(shot, ".other")
        filler = shot.box.fill(disk)
        row.did("the disk was filled when the video was written and the engine had not ended yet")
        (shot.on_box / "out" / ".other").rename(shot.on_box / "out" / ".go")
        wait_for_end_on_box(shot)
        shot.end(client)
        assert shot.succeeded()
        row.came("the end was written down all the same, and the verified video arrived")
        filler.unlink()


@pytest.fixture
def small_project(tmp_path):
    """The project of the shot lies on a small disk."""
    (tmp_path / "project").mkdir()
    with small_disk(tmp_path / "project", "12m"):
        yield tmp_path / "project"


@pytest.mark.parametrize("left", [0, 40 << 10], ids=["nothing", "too little"])
@pytest.mark.fault("7", "the client's disk is full at fetch")
def test_a_full_disk_here_loses_nothing_and_attach_goes_on_later(small_project, shot, row, left):
    shot.run_id = shot.new_run("longer", frames=60).id
    use_model(shot, WAITS)
    client = shot.start("run", shot.run_id)
    wait_for_words(shot, "ready")
    shot.wait_until(lambda: str(shot.record.execution_status) == "RUNNING", "the record to say RUNNING")
    filler = small_project / "filler"
    fill(filler, left)
    row.did(f"the disk of the whole project was filled while the engine worked, but for {left >> 10} kB")
    let_go(shot)
    answer = shot.end(client, code=4 if left else 3)
    first = told_of_a_full_disk(answer)
    assert str(shot.record.execution_status) == "RUNNING"
    row.came(f'exit code {answer.code}: "{first} …" (No space left on device)')
    row.came("the record is RUNNING, the box keeps the result")
    wait_for_end_on_box(shot)
    told_of_a_full_disk(shot.type("attach", shot.run_id, code=3))
    assert f"waits to be fetched: cosmos-houdini attach {shot.run_id}" in shot.type("status").out
    filler.unlink()
    shot.type("attach", shot.run_id)
    assert shot.succeeded()
    row.came("with room again, `attach` brought the verified video")


def told_of_a_full_disk(answer):
    """The error's first sentence, up to the name of a folder."""
    lines = answer.err[answer.err.index("error: ") :].splitlines()
    assert "No space left on device" in lines[1]
    assert lines[2].startswith("  fix: Make room")
    return lines[0].removeprefix("error: ").partition(" /")[0]


def fill(filler, leave_bytes):
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            file.truncate(file.tell() - leave_bytes)
