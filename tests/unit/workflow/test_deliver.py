"""Only a video that is what was ordered makes a run a success; everything else is named rightly."""

from __future__ import annotations

import dataclasses
import json
import sys

import pytest

from cosmos_houdini.records.enums import Status
from cosmos_houdini.records.geometry import Resolution
from cosmos_houdini.workflow.deliver import outcome
from support import script_box

COPY = "import shutil, sys; shutil.copy({!r}, sys.argv[1])"


def test_the_video_that_was_ordered_is_a_success(carry_out, good_video, store):
    run = carry_out(COPY.format(str(good_video)))
    assert run.execution_status is Status.SUCCESS
    result = json.loads(store.paths.output(run.id).result.read_text())
    assert (result["frames"], result["width"], result["height"], result["fps"]) == (3, 1280, 704, 24)
    assert store.paths.output(run.id).video.read_bytes() == good_video.read_bytes()
    assert store.paths.output(run.id).spec.is_file()


def test_exit_code_0_without_a_video_is_a_failure(carry_out):
    run = carry_out("print('all good')")
    assert run.execution_status is Status.FAILED
    assert run.execution.failure.kind == "no_output"


def test_a_truncated_video_is_a_failure(carry_out, good_video):
    cut = (
        "import sys; data = open({!r}, 'rb').read(); open(sys.argv[1], 'wb').write(data[:len(data) * 2 // 3])"
    )
    run = carry_out(cut.format(str(good_video)))
    assert run.execution_status is Status.FAILED
    assert run.execution.failure.kind == "wrong_output"


def test_a_video_of_the_wrong_length_is_a_failure_that_names_both_lengths(carry_out, make_video):
    run = carry_out(COPY.format(str(make_video(frames=4))))
    assert run.execution_status is Status.FAILED
    assert "4 frames" in run.execution.failure.what
    assert "should have 3" in run.execution.failure.what


def test_a_video_of_the_wrong_size_is_a_failure(carry_out, make_video):
    run = carry_out(COPY.format(str(make_video(size=Resolution(960, 704)))))
    assert "960x704" in run.execution.failure.what


def test_a_video_of_the_wrong_rate_is_a_failure(carry_out, make_video):
    run = carry_out(COPY.format(str(make_video(fps=30))))
    assert "30 fps" in run.execution.failure.what


def test_out_of_memory_is_told_as_that(carry_out):
    words = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB."
    run = carry_out(f"import sys; print({words!r}, file=sys.stderr); sys.exit(1)")
    assert run.execution.failure.kind == "out_of_memory"
    assert f"create-run {run.prompt_spec_id} --like {run.id}" in run.execution.failure.fix
    assert run.execution.failure.fix


def test_a_guardrail_block_is_told_as_that(carry_out):
    words = "Guardrail blocked generation for entire batch."
    run = carry_out(f"import sys; print({words!r}); sys.exit(1)")
    assert run.execution.failure.kind == "guardrail"


def test_a_failed_run_keeps_its_log_beside_it(carry_out, store):
    run = carry_out("import sys; print('something odd 🌆'); sys.exit(7)")
    assert run.execution_status is Status.FAILED
    assert "something odd 🌆" in store.paths.output(run.id).log.read_text(encoding="utf-8")


def test_a_video_of_a_failed_engine_does_not_make_a_success(carry_out, good_video):
    run = carry_out(COPY.format(str(good_video)) + "; sys.exit(3)")
    assert run.execution_status is Status.FAILED


def test_a_failed_run_whose_record_says_no_reason_is_still_a_failure(run):
    error = outcome(dataclasses.replace(run, execution_status=Status.FAILED))
    assert error is not None
    assert run.id in error.fix


LOSE = """
import os, shutil, signal, sys
shutil.copy({video!r}, sys.argv[1])
print({told!r}, flush=True)
os.kill(os.getppid(), signal.SIGKILL)  # the one who would have written down how this ends
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_whole_result_whose_exit_code_was_lost_is_a_success_when_the_engine_said_so(carry_out, good_video):
    run = carry_out(LOSE.format(video=str(good_video), told="Saved video to output.mp4"))
    assert run.execution_status is Status.SUCCESS


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_result_of_a_lost_engine_that_did_not_say_so_is_a_failure(carry_out, good_video):
    run = carry_out(LOSE.format(video=str(good_video), told="working"))
    assert run.execution_status is Status.FAILED


def test_a_delivered_run_is_acknowledged_whenever_its_client_dies(store, run, good_video):
    """Once the record is closed nobody asks the box again, so by then it must know."""
    box = script_box.script_box(store, COPY.format(str(good_video)))
    acknowledged = []
    real = store.update_run

    def watch(run_id, change):
        closed = real(run_id, change)
        if closed.execution_status.final:
            acknowledged.append(box.agent.status([run_id])[run_id].acknowledged)
        return closed

    store.update_run = watch
    script_box.carry_out(store, run, box)
    assert acknowledged == [True]
