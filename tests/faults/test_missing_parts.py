"""Row 8: something that a run stands on isn't there, or somebody else has it."""

from __future__ import annotations

import json
import shutil

import pytest

from box.box import Gpu
from cosmos_houdini.records.enums import Status
from faults.misdeeds import failed, use_model


def run_anew(shot):
    """What the advice says, word by word: a new run like the failed one, and that one is run."""
    failure = shot.record.execution.failure
    words = failure.fix.partition("cosmos-houdini create-run ")[2].rstrip(".").split()
    again = json.loads(shot.type("create-run", *words, "--json").out)["id"]
    assert again != shot.run_id
    shot.type("run", again)
    assert shot.store.run(again).execution_status is Status.SUCCESS
    assert len(shot.box.containers_ever(again)) == 1


@pytest.mark.fault("8", "the image is missing")
def test_a_missing_image_is_named_by_run_and_doctor(shot, row):
    with shot.box.without_image():
        row.did("the image's name was taken away on the box")
        shot.type("run", shot.run_id, code=5)
        answer = failed(shot, "image_missing")
        assert "docker.image" in answer.err
        assert "FAIL  image" in shot.type("doctor", code=4).out
        assert shot.box.containers_ever(shot.run_id) == []
        row.came("no container was made; the run failed as `image_missing`, and `doctor` names the image")
    run_anew(shot)
    row.came("once it was back, the advice as printed (create-run --like) led to a verified video")


@pytest.mark.parametrize(
    ("part", "kind", "finding"),
    [
        ("checkpoints", "missing_checkpoint", "FAIL  checkpoints of transfer1"),
        ("", "not_started", "FAIL  checkout"),
    ],
    ids=["checkpoints", "checkout"],
)
@pytest.mark.fault("8", "a folder of the model is missing")
def test_a_missing_folder_is_named_by_run_and_doctor(shot, row, part, kind, finding):
    checkout = use_model(shot, "make_video()\n")
    folder = checkout / part
    hidden = folder.rename(checkout.with_name(f"hidden-{checkout.name}"))
    row.did(f"the {'checkpoint folder' if part else 'checkout'} was taken away on the box")
    shot.type("run", shot.run_id, code=5)
    failed(shot, kind)
    assert finding in shot.type("doctor", code=4).out
    assert shot.box.containers_ever(shot.run_id) == []
    row.came(f"no container was made; the run failed as `{kind}`, and `doctor` names the folder")
    hidden.rename(folder)
    run_anew(shot)
    row.came("once it was back, the advice as printed (create-run --like) led to a verified video")
    shutil.rmtree(checkout)


@pytest.mark.fault("8", "the GPU is taken by somebody else's process")
def test_a_run_waits_for_a_gpu_that_somebody_else_uses_and_says_so(shot, row):
    pid = int(shot.box.inside("sh", "-c", "sleep 900 >/dev/null 2>&1 & echo $!"))
    with shot.box.gpus(Gpu(0, used=40000, processes=((pid, 40000),))):
        row.did("nvidia-smi of the box told of one GPU, 39 GB of it held by a process of root")
        client = shot.start("run", shot.run_id)
        shot.wait_until(lambda: "in use by" in shot.type("status").out, "`status` to say who has the GPU")
        [line] = [line for line in shot.type("status").out.splitlines() if shot.run_id in line]
        assert "queued" in line
        assert f"GPU 0 is in use by root (process {pid})" in line
        assert shot.box.containers_ever(shot.run_id) == []
        row.came(
            "the run stayed queued, `status` named GPU 0, the user and the process; no container was made"
        )
        with shot.box.gpus(Gpu(0)):
            row.did("then of a free one")
            shot.end(client)
    shot.box.inside("kill", str(pid))
    assert shot.succeeded()
    row.came("the run began by itself, and the verified video arrived")
