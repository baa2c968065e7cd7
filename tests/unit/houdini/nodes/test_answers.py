"""What a dialog says is made from the very answers of the runtime."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

from cosmos_houdini.engines.estimate import Estimate
from cosmos_houdini.engines.registry import engine
from cosmos_houdini.houdini.nodes import answers as say
from cosmos_houdini.passes.inspect import inspect
from cosmos_houdini.passes.request import EncodeRequest, Sources
from cosmos_houdini.preflight.problem import error, warning
from cosmos_houdini.records.run_spec import RunSpec
from cosmos_houdini.records.store import Store, timestamp
from cosmos_houdini.workflow.doctor import Finding
from support.shots import write_video

ERROR = error("edge_gray", "The edges are gray.", "The model expects black and white.", "Encode them here.")
WARNING = warning("seg_soft", "The segmentation is soft.", "", "")


def problems_json(problems):
    """As the bridge and `check --json` say them."""
    return [{**vars(problem), "severity": str(problem.severity)} for problem in problems]


def test_frames_are_told_with_their_planes_and_what_can_be_made(tmp_path):
    film = write_video(tmp_path / "shot.mp4")
    found = inspect(EncodeRequest("a", tmp_path, Sources(frames=str(film)), fps=Fraction(24)))
    text = say.inspection_text(found.as_json())
    assert text.startswith(f"{film}\nFrames 1 to 3, 3 in all, 1280x704\nPlanes: RGB\n")
    for one in found.videos:
        made = f"{one.video}: from {', '.join(one.uses)}" if one.uses else f"{one.video}: can't be made."
        assert made in text
    assert {bool(one.uses) for one in found.videos} == {True, False}


@pytest.mark.parametrize(
    ("problems", "head"),
    [
        ([], "Nothing would go wrong with 2 runs."),
        ([WARNING], "No error and 2 warnings in 2 runs."),
        ([ERROR, WARNING], "2 errors and 2 warnings in 2 runs."),
    ],
)
def test_the_headline_counts_what_pre_flight_found(problems, head):
    answer = {"problems": problems_json(problems)}
    assert say.check_text([("rs_1", answer), ("rs_2", answer)])[0] == head


def test_the_details_say_what_why_and_fix_of_each_run():
    answers = [("rs_1", {"problems": problems_json([ERROR, WARNING])}), ("rs_2", {"problems": []})]
    assert say.check_text(answers)[1].splitlines() == [
        "rs_1:",
        "  error: The edges are gray.",
        "    why: The model expects black and white.",
        "    fix: Encode them here.",
        "  warning: The segmentation is soft.",
        "rs_2: nothing to mend",
    ]


def test_estimates_are_added_up():
    known = Estimate("transfer1", 240, 2, 1, seconds=(600.0, 1200.0)).as_json()
    assert (
        say.estimate_text([known, known])
        == "Cost: 4 chunks, about 20 to 40 minutes of the GPUs one after the other."
    )


def test_a_cost_that_nobody_knows_is_not_guessed():
    known = Estimate("transfer1", 240, 2, 1, seconds=(600.0, 1200.0))
    unknown = dataclasses.replace(known, chunks=1, seconds=None)
    text = say.estimate_text([known.as_json(), unknown.as_json()])
    assert text == "Cost: 3 chunks; there are no published times for all of it."


def test_what_an_engine_says_of_its_cost_is_told():
    preview = engine("preview").estimate(240, 1, RunSpec("a", "ps_1", "preview", timestamp()))
    assert say.estimate_text([preview.as_json()]) == f"Cost: 2 chunks. {preview.note}"


def test_the_doctor_begins_with_what_is_to_be_mended():
    findings = [Finding("connection", True, "to box"), Finding("disk", False, "1 GB free", "Make room.")]
    answer = {"findings": [finding.as_json() for finding in findings]}
    head, details = say.findings_text(answer)
    assert head == "disk: 1 GB free\n\nMake room."
    assert details == "ok  connection: to box\nFAIL  disk: 1 GB free\n      fix: Make room."
    assert say.findings_text({"findings": [findings[0].as_json()]})[0].endswith("in order.")


def test_the_status_tells_runs_and_gpus():
    gpu = {"index": 0, "name": "H100", "memory_used_bytes": 2**30, "memory_bytes": 80 * 2**30}
    runs = [{"run_id": "rs_1", "state": "running"}, {"run_id": "rs_2", "state": "finished"}]
    answer = {"box": "box", "reachable": True, "probe": {"gpus": [gpu], "bytes_free": 5e10}, "runs": runs}
    head, details = say.status_text(answer)
    assert head == "box can be reached: 1 run under way, 50 GB free."
    assert details == "GPU 0: H100, 1.0 of 80.0 GB in use\nrs_1: running\nrs_2: finished"


def test_a_box_that_cant_be_reached_is_told_with_why_and_fix():
    failure = {"what": "No route.", "why": "", "fix": "Look at the cable."}
    head, details = say.status_text({"box": "box", "reachable": False, "error": failure})
    assert head == "box can't be reached. Runs that it has begun go on."
    assert details == "No route.\nLook at the cable."


def test_a_run_of_the_list_is_told_by_time_status_and_name(tmp_path):
    store = Store(tmp_path)
    run, _ = store.add_run(RunSpec("city", "ps_1", "preview", timestamp()))
    [summary] = store.runs()
    line = say.run_line(vars(summary))
    assert line.split("  ")[1].strip() == "PENDING"
    assert line.endswith(f"city  {run.id}")
