"""Row 10: cleaning up takes what was acknowledged, once, and nothing else."""

from __future__ import annotations

import json

import pytest

from cosmos_houdini.records.enums import Status
from faults.misdeeds import use_model

# Waits where its prompt says so; the others make their video at once.
SOME_WAIT = "if 'waits' in Path(out.parent / 'spec.json').read_text():\n    wait_for('.go')\nmake_video()\n"


@pytest.mark.fault("10", "`gc` of two clients at once, and runs that nobody has acknowledged")
def test_two_clean_ups_at_once_take_what_was_acknowledged_once_and_nothing_else(shot, row):
    use_model(shot, SOME_WAIT)
    shot.type("run", shot.run_id)
    unfetched = shot.new_run("nobody has fetched this").id
    shot.type("run", unfetched, "--detach")
    folder = shot.on_box.parent
    shot.wait_until((folder / unfetched / "state" / "exit.json").exists, "the end of the second")
    working, queued = shot.new_run("this one waits").id, shot.new_run("and is behind it").id
    shot.type("run", working, "--detach")
    shot.type("run", queued, "--detach")
    others = (unfetched, working, queued)
    copy = shot.second_copy()

    listed = json.loads(shot.type("gc", "--older-than", "0", "--json").out)
    assert ([run["id"] for run in listed["runs"]], listed["applied"]) == ([shot.run_id], False)
    assert shot.on_box.exists()
    row.did("one run fetched, one ended and not fetched, one at work, one queued; `gc --older-than 0`")
    row.came("without --apply it listed the fetched run only, and touched nothing")

    words = ("gc", "--older-than", "0", "--apply", "--json")
    clients = [shot.start(*words, project=project) for project in (shot.project, copy) * 3]
    took = [json.loads(shot.end(client).out)["runs"] for client in clients]
    row.did("then with --apply six times at the same moment, from two project folders")
    assert [run["id"] for runs in took for run in runs] == [shot.run_id]
    assert not shot.on_box.exists()
    assert all((folder / run_id / "manifest.json").is_file() for run_id in others)
    row.came("one of the six took the fetched run, the others took nothing")

    (folder / working / "out" / ".go").touch()
    for run_id in others:
        shot.type("attach", run_id)
        assert shot.store.run(run_id).execution_status is Status.SUCCESS
        assert len(shot.box.containers_ever(run_id)) == 1
    row.came("the three others were brought home by `attach`, each verified")

    shot.type("attach", shot.run_id)
    video = shot.store.paths.output(shot.run_id).video
    content = video.read_bytes()
    video.unlink()
    assert "neither here nor on" in shot.type("fetch", shot.run_id, code=4).err
    video.write_bytes(content)
    row.came(
        "of the run that was taken, `fetch` says that it is neither here nor there once its video is deleted"
    )
