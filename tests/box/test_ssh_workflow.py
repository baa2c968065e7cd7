"""Submit, follow and deliver over ssh, with a script as the engine."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass

import pytest

from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.manifest import Launcher
from cosmos_houdini.box.ssh_errors import UnreachableError
from cosmos_houdini.config import load_config
from cosmos_houdini.engines.engine import BuiltSpec
from cosmos_houdini.progress import silent
from cosmos_houdini.records.enums import Status
from cosmos_houdini.workflow import patience
from cosmos_houdini.workflow.box import Box
from cosmos_houdini.workflow.deliver import deliver
from cosmos_houdini.workflow.follow import follow
from cosmos_houdini.workflow.plan import Plan, plan
from cosmos_houdini.workflow.submit import submit
from support import script_box
from support.shots import make_run, store, write_video
from support.ssh_box import connect
from support.sshd import home, sshd
from support.wire import wire_to

__all__ = ["home", "sshd", "store"]


@dataclass(frozen=True)
class RemoteScriptBox(Box):
    """The ssh box, but the engine is this script; `sys.argv[1]` is the video to write."""

    script: str = ""

    def launcher(self, plan: Plan, built: BuiltSpec) -> Launcher:
        return Launcher("process", (sys.executable, "-c", self.script, built.output_file))


@pytest.fixture
def box_of(sshd):
    opened = []

    def make(script, **options):
        connection = connect(sshd, **options)
        opened.append(connection)
        return RemoteScriptBox("gpu-box", connection, Agent(connection), script)

    yield make
    for connection in opened:
        connection.close()


@pytest.fixture
def good_video(tmp_path):
    return write_video(tmp_path / "made" / "good.mp4")


def copy_of(video):
    return f"import shutil, sys; shutil.copy({str(video)!r}, sys.argv[1])"


def test_a_run_over_ssh_is_a_success_on_one_connection(sshd, store, box_of, good_video):
    run = make_run(store)
    box = box_of(copy_of(good_video))
    done = script_box.carry_out(store, run, box)
    assert done.execution_status is Status.SUCCESS
    assert store.paths.output(run.id).video.read_bytes() == good_video.read_bytes()
    assert done.execution.box == "gpu-box"
    assert sshd.logins() == 1


def test_the_second_run_with_the_same_controls_sends_no_video(sshd, store, box_of, good_video, monkeypatch):
    box = box_of(copy_of(good_video))
    script_box.carry_out(store, make_run(store), box)

    def never(*_):
        raise AssertionError("nothing is to be sent")

    monkeypatch.setattr(box.connection, "upload", never)
    again = script_box.carry_out(store, make_run(store, prompt="a desert"), box)
    assert again.execution_status is Status.SUCCESS


def test_a_failing_engine_is_told_as_that_and_its_log_is_kept(store, box_of):
    run = make_run(store)
    words = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB."
    box = box_of(f"import sys; print({words!r}, file=sys.stderr); sys.exit(1)")
    done = script_box.carry_out(store, run, box)
    assert done.execution_status is Status.FAILED
    assert done.execution.failure.kind == "out_of_memory"
    assert words in store.paths.output(run.id).log.read_text()


WAIT_THEN_COPY = "import shutil, sys, time; time.sleep({seconds}); shutil.copy({video!r}, sys.argv[1])"


@pytest.fixture
def wire(sshd, home):
    with wire_to(sshd.port) as made:
        (home / ".ssh" / "known_hosts").write_text(sshd.known_hosts_line(made.port))
        yield made


def submitted(store, run, box):
    submit(store, plan(store, run, 1), box, load_config(store.paths.root), None, silent)


def test_a_box_out_of_reach_while_following_is_waited_for_and_shown(
    store, box_of, good_video, wire, monkeypatch
):
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.2)
    run = make_run(store)
    script = WAIT_THEN_COPY.format(seconds=3, video=str(good_video))
    box = box_of(script, port=wire.port, retry_seconds=0.5)
    submitted(store, run, box)
    seen = []

    def report(progress):
        seen.append(progress)
        if progress.phase != "queued" and not wire.down and not wire.cuts:
            wire.down = True
            wire.cut()
            threading.Timer(2.0, setattr, (wire, "down", False)).start()

    there = follow(store, run.id, box, report, patience_seconds=20)
    away = [progress for progress in seen if progress.message.startswith("unreachable since ")]
    assert away
    assert there.exit.code == 0
    done = deliver(store, store.run(run.id), there, box, silent)
    assert done.execution_status is Status.SUCCESS


def test_when_patience_is_over_the_run_is_as_it_was_and_the_way_back_is_told(
    store, box_of, good_video, wire, monkeypatch
):
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.2)
    run = make_run(store)
    script = WAIT_THEN_COPY.format(seconds=1, video=str(good_video))
    box = box_of(script, port=wire.port, retry_seconds=0.3)
    submitted(store, run, box)
    before = store.run(run.id)
    wire.down = True
    wire.cut()
    with pytest.raises(UnreachableError, match="unreachable since") as caught:
        follow(store, run.id, box, silent, patience_seconds=1)
    assert caught.value.exit_code == 4
    assert f"cosmos-houdini attach {run.id}" in caught.value.fix
    assert store.run(run.id) == before

    wire.down = False  # and later, the same again
    done = script_box.carry_out(store, store.run(run.id), box)
    assert done.execution_status is Status.SUCCESS


@pytest.mark.parametrize("transfer", ["sftp", "rsync"])
def test_an_interrupted_submission_is_continued_by_the_same_command(
    store, box_of, good_video, wire, transfer
):
    run = make_run(store)
    box = box_of(copy_of(good_video), port=wire.port, retry_seconds=0.3, transfer=transfer)
    box.agent.probe()

    def down_with_it(_progress):
        wire.down = True
        wire.cut()

    with pytest.raises(UnreachableError):
        submit(store, plan(store, run, 1), box, load_config(store.paths.root), None, down_with_it)
    assert store.run(run.id).execution_status is Status.PENDING
    wire.down = False
    done = script_box.carry_out(store, store.run(run.id), box)
    assert done.execution_status is Status.SUCCESS
