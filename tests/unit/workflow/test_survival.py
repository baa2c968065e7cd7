"""Whatever is repeated, or dies half-way, the engine runs once and the result arrives."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cosmos_houdini.box.box_run import BoxState
from cosmos_houdini.config import load_config
from cosmos_houdini.errors import BoxError
from cosmos_houdini.progress import Progress, silent
from cosmos_houdini.records.enums import Status
from cosmos_houdini.records.store import Store
from cosmos_houdini.workflow.cancel import cancel
from cosmos_houdini.workflow.deliver import refetch
from cosmos_houdini.workflow.follow import follow, follow_all
from cosmos_houdini.workflow.patience import Patience
from cosmos_houdini.workflow.plan import plan
from cosmos_houdini.workflow.submit import submit
from support import script_box
from support.shots import make_run

COUNTING = """
import shutil, sys, time
with open({count!r}, "a") as counter:
    counter.write("x")
time.sleep(0.3)
shutil.copy({video!r}, sys.argv[1])
"""
MOST_STEPS = 60


@pytest.fixture
def count(tmp_path: Path) -> Path:
    return tmp_path / "count"


@pytest.fixture
def script(tmp_path: Path, count: Path, good_video: Path) -> Path:
    file = tmp_path / "engine.py"
    file.write_text(COUNTING.format(count=str(count), video=str(good_video)))
    return file


def client(store: Store, run_id: str, script: Path, steps: int) -> int:
    command = [sys.executable, script_box.__file__, str(store.paths.root), run_id, str(script), str(steps)]
    return subprocess.run(command, timeout=120, check=False).returncode


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.slow
def test_a_client_killed_after_every_single_step_still_ends_in_one_verified_run(store, run, script, count):
    deaths = 0
    for steps in range(1, MOST_STEPS):
        code = client(store, run.id, script, steps)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        deaths += 1
        status = store.run(run.id).execution_status  # every death leaves a whole record
        if status.final:
            break
    assert deaths >= 4
    if not store.run(run.id).execution_status.final:
        assert client(store, run.id, script, 0) == 0
    assert store.run(run.id).execution_status is Status.SUCCESS
    assert store.paths.output(run.id).video.is_file()
    assert count.read_text() == "x"


@pytest.mark.slow
def test_many_clients_at_once_start_one_engine(store, run, script, count):
    command = [sys.executable, script_box.__file__, str(store.paths.root), run.id, str(script), "0"]
    clients = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(8)]
    for one in clients:
        _, err = one.communicate(timeout=120)
        assert one.returncode == 0, err
    assert store.run(run.id).execution_status is Status.SUCCESS
    assert count.read_text() == "x"


def test_a_client_overtaken_while_it_uploads_joins_the_run_that_the_other_started(store, run, script, count):
    box = script_box.script_box(store, script.read_text())
    config = load_config(store.paths.root)
    overtaken = []

    def overtake(progress: Progress) -> None:
        if progress.phase == "uploading" and progress.done and not overtaken:
            overtaken.append(submit(store, plan(store, run, 1), box, config, None, silent))

    joined = submit(store, plan(store, run, 1), box, config, None, overtake)
    assert overtaken
    assert joined.run_id == overtaken[0].run_id
    assert script_box.carry_out(store, store.run(run.id), box).execution_status is Status.SUCCESS
    assert count.read_text() == "x"
    assert not Path(box.layout.incoming(run.id)).exists()


def test_an_upload_that_fails_with_nobody_else_at_it_is_told(store, run, script):
    box = script_box.script_box(store, script.read_text())

    def take_away(progress: Progress) -> None:
        if progress.phase == "uploading" and progress.done:
            shutil.rmtree(box.layout.incoming(run.id))

    with pytest.raises(BoxError, match="can't be copied"):
        submit(store, plan(store, run, 1), box, load_config(store.paths.root), None, take_away)


def test_a_queued_run_is_cancelled_without_ever_starting(store, run, script, count, tmp_path):
    waiting = script_box.script_box(store, "import time; time.sleep(60)")
    blocker, _ = store.add_run(
        type(run)(run.name, run.prompt_spec_id, run.engine, run.created_at, run.control_weights)
    )
    config = load_config(store.paths.root)
    submit(store, plan(store, blocker, 1), waiting, config, None, silent)
    submit(store, plan(store, run, 1), script_box.script_box(store, script.read_text()), config, None, silent)
    try:
        assert cancel(store, run, waiting).execution_status is Status.CANCELLED
    finally:
        assert cancel(store, blocker, waiting).execution_status is Status.CANCELLED
    assert not count.exists()


def test_following_a_run_that_was_never_submitted_says_so(store, run):
    with pytest.raises(BoxError, match="does not know"):
        follow(store, run.id, script_box.script_box(store, ""), silent)


def test_a_damaged_result_is_fetched_again(store, run, script):
    box = script_box.script_box(store, script.read_text())
    done = script_box.carry_out(store, run, box)
    video = store.paths.output(run.id).video
    whole = video.read_bytes()
    video.write_bytes(whole[:100])
    refetch(store, done, box, silent)
    assert video.read_bytes() == whole


def test_a_result_that_is_gone_on_both_sides_is_told(store, run, script):
    box = script_box.script_box(store, script.read_text())
    done = script_box.carry_out(store, run, box)
    store.paths.output(run.id).video.unlink()
    box.agent.gc(0, apply=True)
    with pytest.raises(BoxError, match="neither here nor on local"):
        refetch(store, done, box, silent)


def test_the_same_controls_travel_once(store, run, script):
    box = script_box.script_box(store, script.read_text())
    script_box.carry_out(store, run, box)
    order = plan(store, run, 1)
    assert not box.agent.have([file.sha256 for file in order.files])


def test_many_runs_are_followed_by_one_question_at_a_time(store, run, script):
    box = script_box.script_box(store, script.read_text())
    others = [make_run(store, prompt) for prompt in ("a lane", "a bridge")]
    config = load_config(store.paths.root)
    for one in (run, *others):
        submit(store, plan(store, one, 1), box, config, None, silent)
    asked = []
    real = box.agent.status
    box.agent.status = lambda ids: asked.append(list(ids)) or real(ids)
    wanted = [run.id, *(one.id for one in others)]
    seen = {}
    patience = Patience("--all", box.name, silent)
    ended = [there.run_id for there in follow_all(store, wanted, box, patience, seen.__setitem__)]
    assert sorted(ended) == sorted(wanted)
    assert asked[0] == wanted
    assert set(seen) <= set(wanted)


def test_a_run_that_the_box_does_not_know_is_told_beside_those_it_does(store, run, script):
    box = script_box.script_box(store, script.read_text())
    lost = make_run(store, "never submitted")
    submit(store, plan(store, run, 1), box, load_config(store.paths.root), None, silent)
    patience = Patience("--all", box.name, silent)
    found = {r.run_id: r.state for r in follow_all(store, [lost.id, run.id], box, patience, lambda *_: None)}
    assert found == {lost.id: BoxState.UNKNOWN, run.id: BoxState.FINISHED}
