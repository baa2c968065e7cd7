from __future__ import annotations

import pytest

from cosmos_houdini.errors import BadInputError, BoxError, CancelledError, RunFailedError
from cosmos_houdini.houdini.work.flights import Done, Failed, Flights, Moved, Said
from cosmos_houdini.houdini.work.transfer import TransferOrder
from support.scripted_bridge import ScriptedBridge

OUTPUTS = {"video": "/p/outputs/r/output.mp4", "sheet": "/p/outputs/r/sheet.png"}
WARNING = {"severity": "warning", "what": "A short clip.", "why": "", "fix": ""}
ERROR = {"severity": "error", "what": "No depth.", "why": "It isn't there.", "fix": "Render it."}


@pytest.fixture
def bridge():
    return ScriptedBridge()


@pytest.fixture
def flights(bridge):
    return Flights(lambda: bridge)


@pytest.fixture
def project(tmp_path):
    return tmp_path / "cosmos"


@pytest.fixture
def run():
    return "rs_1"


def record(run, status="PENDING"):
    return {
        "record": {"id": run, "name": "shot", "prompt_spec_id": "ps_1", "execution_status": status},
    }


def order(project, run, **changes):
    return TransferOrder(project, run, **{"check": False, **changes})


def begun(flights, bridge, key, wish):
    """Takes a flight past the look at its record."""
    flights.begin(key, wish)
    flights.tick()
    assert bridge.last.method == "run.show"
    bridge.last.give(record(wish.run))
    return flights.tick()


def submitted(flights, bridge, key, wish):
    """Takes a flight to where it waits for its run to end."""
    begun(flights, bridge, key, wish)
    assert bridge.last.method == "run.submit"
    bridge.last.give({"id": wish.run})
    flights.tick()
    assert bridge.last.method == "run.follow"
    bridge.last.give({})
    assert flights.tick() == []


def test_a_run_is_checked_submitted_followed_and_brought_home(flights, bridge, project, run):
    assert begun(flights, bridge, 4, order(project, run, check=True, num_gpus=2, box="local")) == []
    assert bridge.last.params == {"project": str(project), "run": run, "num_gpus": 2}
    bridge.last.give({"problems": [WARNING]})
    assert flights.tick() == [Said(4, "A short clip.")]
    assert bridge.last.params == {"project": str(project), "run": run, "num_gpus": 2, "box": "local"}
    bridge.last.give({"id": run})
    flights.tick()
    assert bridge.last.params == {"project": str(project), "runs": [run]}
    bridge.last.give({})
    flights.tick()
    bridge.say("progress", run=run, project=str(project), phase="generating", fraction=0.5, message="half")
    [moved] = flights.tick()
    assert (moved.key, moved.text) == (4, "half")
    bridge.say("state", project=str(project), run=run, status="SUCCESS", outputs=OUTPUTS)
    [done] = flights.tick()
    assert isinstance(done, Done)
    assert (done.landed.run, done.landed.video) == (run, OUTPUTS["video"])
    assert bridge.asked == ["run.show", "run.check", "run.submit", "run.follow"]
    assert len(flights) == 0


def test_a_run_that_would_fail_is_not_submitted(flights, bridge, project, run):
    begun(flights, bridge, 1, order(project, run, check=True))
    bridge.last.give({"problems": [WARNING, ERROR]})
    [failed] = flights.tick()
    assert isinstance(failed, Failed)
    assert str(failed.error) == str(BadInputError("No depth.", "It isn't there.", "Render it."))
    assert bridge.asked == ["run.show", "run.check"]


def test_all_errors_are_told_at_once(flights, bridge, project, run):
    begun(flights, bridge, 1, order(project, run, check=True))
    bridge.last.give({"problems": [ERROR, {**ERROR, "what": "No edge."}]})
    [failed] = flights.tick()
    assert "No depth." in str(failed.error)
    assert "No edge." in str(failed.error)


@pytest.mark.parametrize(
    ("status", "kind"),
    [("FAILED", RunFailedError), ("CANCELLED", CancelledError), ("RUNNING", BoxError), (None, BadInputError)],
)
def test_a_run_that_ends_badly_says_so_in_its_own_words(flights, bridge, project, run, status, kind):
    """The last two: the box stayed out of reach, and the record was lost."""
    submitted(flights, bridge, 1, order(project, run))
    told = {"what": "The GPU ran out of memory.", "why": "It had 24 GB.", "fix": "Use more GPUs."}
    told["exit_code"] = kind.exit_code
    bridge.say("state", project=str(project), run=run, status="RUNNING", following=True)
    assert flights.tick() == []
    bridge.say("state", project=str(project), run=run, status=status, error=told)
    [failed] = flights.tick()
    assert type(failed.error) is kind
    assert "why: It had 24 GB." in str(failed.error)


def test_a_box_that_cant_be_reached_is_told_as_the_bridge_tells_it(flights, bridge, project, run):
    begun(flights, bridge, 1, order(project, run))
    bridge.last.fail(BoxError("gpu01 can't be reached.", "No route.", "Check the network."))
    assert flights.tick() == [
        Failed(1, bridge.last.error, pytest.approx(0, abs=60)),
    ]


def test_many_runs_share_one_subscription_and_each_hears_of_its_own(flights, bridge, project):
    runs = {key: f"rs_{key}" for key in range(5)}
    for key, run in runs.items():
        submitted(flights, bridge, key, order(project, run))
    bridge.say("progress", run=runs[3], project=str(project), phase="loading", fraction=1.0)
    bridge.say("progress", run=runs[3], project="/another", phase="generating", fraction=1.0)
    assert flights.tick() == [Moved(3, 10.0, "loading")]


def test_two_items_may_wait_for_the_same_run(flights, bridge, project, run):
    for key in (1, 2):
        submitted(flights, bridge, key, order(project, run))
    bridge.say("state", project=str(project), run=run, status="SUCCESS", outputs=OUTPUTS)
    assert {event.key for event in flights.tick()} == {1, 2}


def test_the_same_progress_is_not_told_twice(flights, bridge, project, run):
    submitted(flights, bridge, 1, order(project, run))
    for _ in range(3):
        bridge.say("progress", run=run, phase="loading", fraction=0.5, message="")
    assert len(flights.tick()) == 1


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
def test_a_run_that_failed_before_is_taken_up_by_a_run_like_it(flights, bridge, project, run, status):
    flights.begin(1, order(project, run))
    flights.tick()
    bridge.last.give(record(run, status))
    flights.tick()
    assert bridge.last.method == "run.create"
    assert bridge.last.params == {
        "project": str(project),
        "prompt_spec_id": "ps_1",
        "name": "shot",
        "like": run,
    }
    bridge.last.give({"id": "rs_again"})
    flights.tick()
    assert (bridge.last.method, bridge.last.params["run"]) == ("run.submit", "rs_again")


@pytest.mark.parametrize("status", ["PENDING", "RUNNING", "SUCCESS"])
def test_a_run_that_was_begun_or_done_by_whomever_is_submitted_as_it_is(
    flights, bridge, project, run, status
):
    """Submitting is idempotent: what is there already is only followed, or fetched."""
    flights.begin(1, order(project, run))
    flights.tick()
    bridge.last.give(record(run, status))
    flights.tick()
    assert (bridge.last.method, bridge.last.params["run"]) == ("run.submit", run)


def test_an_upscaled_result_is_a_run_of_its_own_and_frames_come_last(flights, bridge, project, run):
    submitted(flights, bridge, 1, order(project, run, upscale_weight=0.5, frames_format="png"))
    bridge.say("state", project=str(project), run=run, status="SUCCESS", outputs=OUTPUTS)
    flights.tick()
    assert (bridge.last.method, bridge.last.params["weight"]) == ("run.upscale", 0.5)
    bridge.last.give({"id": "rs_big"})
    flights.tick()
    assert bridge.last.params == {"project": str(project), "run": "rs_big"}
    bridge.last.give({"id": "rs_big"})
    flights.tick()
    bridge.last.give({})
    flights.tick()
    big = {"video": "/p/outputs/rs_big/output.mp4", "sheet": "/p/outputs/rs_big/sheet.png"}
    bridge.say("state", project=str(project), run="rs_big", status="SUCCESS", outputs=big)
    flights.tick()
    assert bridge.last.params == {"project": str(project), "run": "rs_big", "format": "png"}
    bridge.last.give({"pattern": "f.####.png", "files": ["f.0001.png"]})
    [done] = flights.tick()
    assert (done.landed.run, done.landed.video, done.landed.frames["pattern"]) == (
        "rs_big",
        big["video"],
        "f.####.png",
    )


def test_cancelling_tells_the_box_and_leaving_only_stops_looking(flights, bridge, project):
    cancelled, left = "rs_one", "rs_two"
    submitted(flights, bridge, 1, order(project, cancelled))
    submitted(flights, bridge, 2, order(project, left))
    flights.cancel(1)
    assert (bridge.last.method, bridge.last.params["run"]) == ("run.cancel", cancelled)
    flights.leave(2)
    assert (bridge.last.method, bridge.last.params["runs"]) == ("run.unfollow", [left])
    assert flights.tick() == []
    flights.close()
    assert not bridge.open


def test_a_run_that_is_not_followed_yet_is_not_unfollowed(flights, bridge, project, run):
    begun(flights, bridge, 1, order(project, run))
    flights.leave(1)
    assert "run.unfollow" not in bridge.asked


def test_a_run_that_another_item_waits_for_is_not_cancelled_with_the_first(flights, bridge, project, run):
    for key in (1, 2):
        submitted(flights, bridge, key, order(project, run))
    flights.cancel(1)
    assert "run.cancel" not in bridge.asked
    flights.cancel(2)
    assert bridge.last.method == "run.cancel"


def test_a_record_that_is_gone_fails_its_item_alone(flights, bridge, project, run):
    flights.begin(1, order(project, "rs_gone"))
    flights.begin(2, order(project, run))
    flights.tick()
    bridge.sent[0].fail(BadInputError("There is no run rs_gone."))
    bridge.sent[1].give(record(run))
    [failed] = flights.tick()
    assert (failed.key, failed.error.what) == (1, "There is no run rs_gone.")
    assert len(flights) == 1


def test_an_upload_that_is_under_way_ends_with_the_cancelling(flights, bridge, project, run):
    begun(flights, bridge, 1, order(project, run))
    submit = bridge.last
    flights.cancel(1)
    assert submit.cancelled
    assert bridge.last.method == "run.cancel"


def test_settings_of_the_scheduler_go_with_every_call(flights, bridge, project, run):
    submitted(flights, bridge, 1, order(project, run, settings={"remote.patience_seconds": "5"}))
    assert {tuple(reply.params["settings"].items()) for reply in bridge.sent} == {
        (("remote.patience_seconds", "5"),)
    }
