"""Submit, follow and deliver over ssh, with a script as the engine."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest

from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.manifest import Launcher
from cosmos_houdini.engines.engine import BuiltSpec
from cosmos_houdini.records.enums import Status
from cosmos_houdini.workflow.boxes import Box
from cosmos_houdini.workflow.plan import Plan
from support import script_box
from support.shots import make_run, store, write_video
from support.ssh_box import connect
from support.sshd import home, sshd

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
