from __future__ import annotations

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor

FILM = b"a film" * 1000
SHA = hashlib.sha256(FILM).hexdigest()


def delivered(box, run_id, acknowledge=True, shell="true"):
    box.submit(run_id, shell, inputs=[("a.mp4", FILM)])
    run = box.wait_for_end(run_id)
    if acknowledge:
        box.call("ack", run_id=run_id, outputs={file["name"]: file["sha256"] for file in run["outputs"]})


def collect(box, apply, days=0):
    return box.call("gc", older_than_days=days, apply=apply)


def names(answer):
    return [run["run_id"] for run in answer["runs"]]


def test_gc_lists_before_it_takes(box, waiting):
    delivered(box, "r-1")
    waiting(lambda: names(collect(box, apply=False)) == ["r-1"], "the supervisor to be gone")
    listed = collect(box, apply=False)
    assert [blob["sha256"] for blob in listed["blobs"]] == [SHA]
    assert listed["applied"] is False
    assert box.run("r-1").exists()

    taken = collect(box, apply=True)
    assert names(taken) == ["r-1"]
    assert not box.run("r-1").exists()
    assert box.call("have", hashes=[SHA])["missing"] == [SHA]
    assert len(list((box.root / "trash").iterdir())) == 2
    assert box.status("r-1")["state"] == "unknown"


def test_a_run_that_nobody_acknowledged_is_never_taken(box, waiting):
    delivered(box, "r-1", acknowledge=False)
    delivered(box, "r-2", acknowledge=False, shell="exit 1")
    box.commit("r-3", inputs=[("b.mp4", b"other")])
    box.submit("r-4", box.gate("go"))
    box.child("r-4")
    answer = collect(box, apply=True)
    assert (answer["runs"], answer["blobs"]) == ([], [])
    assert all(box.run(run_id).exists() for run_id in ("r-1", "r-2", "r-3", "r-4"))
    box.open_gate("go")


def test_a_blob_that_another_run_uses_stays(box, waiting):
    delivered(box, "r-1")
    delivered(box, "r-2", acknowledge=False)
    waiting(lambda: names(collect(box, apply=False)) == ["r-1"], "the supervisor to be gone")
    answer = collect(box, apply=True)
    assert names(answer) == ["r-1"]
    assert answer["blobs"] == []
    assert box.call("have", hashes=[SHA])["missing"] == []


def test_young_runs_and_blobs_stay(box):
    delivered(box, "r-1")
    answer = collect(box, apply=True, days=1)
    assert (answer["runs"], answer["blobs"]) == ([], [])


def test_a_blob_that_somebody_just_asked_for_stays(box):
    box.commit("r-1", inputs=[("a.mp4", FILM)])
    blob = box.root / "blobs" / SHA[:2] / SHA
    box.call("stop", run_id="r-1", grace_seconds=0)
    box.call("ack", run_id="r-1", outputs={})
    old = time.time() - 10 * 86400
    os.utime(blob, (old, old))
    box.call("have", hashes=[SHA])
    assert collect(box, apply=True, days=5)["blobs"] == []


def test_gc_twice_at_once_takes_everything_once(box, waiting):
    for number in range(4):
        delivered(box, f"r-{number}")
    waiting(lambda: len(collect(box, apply=False)["runs"]) == 4, "the supervisors to be gone")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: collect(box, apply=True), range(2)))
    assert sorted(names(answers[0]) + names(answers[1])) == ["r-0", "r-1", "r-2", "r-3"]
    assert len(answers[0]["blobs"]) + len(answers[1]["blobs"]) == 1
    assert len(list((box.root / "trash").iterdir())) == 5


def test_abandoned_uploads_go_after_a_day(box):
    box.upload("r-old", FILM)
    box.upload("r-new", FILM)
    old = time.time() - 2 * 86400
    for path in (box.root / "incoming" / "r-old" / SHA, box.root / "incoming" / "r-old"):
        os.utime(path, (old, old))
    assert collect(box, apply=True)["uploads"] == ["r-old"]
    assert sorted(path.name for path in (box.root / "incoming").iterdir()) == ["r-new"]


def test_old_trash_is_removed_for_good(box):
    box.call("probe")
    trash = box.root / "trash"
    (trash / f"{int(time.time()) - 3 * 86400}-ab-r-1").mkdir(parents=True)
    (trash / f"{int(time.time())}-ab-r-2").mkdir()
    assert len(collect(box, apply=True)["purged"]) == 1
    assert [path.name[-3:] for path in trash.iterdir()] == ["r-2"]
