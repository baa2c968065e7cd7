"""`gc` on the local box: what may go is listed first, and goes with --apply only."""

from __future__ import annotations

import json

import pytest

from cosmos_houdini.records.store import Store
from support.shots import make_run

pytestmark = pytest.mark.slow


@pytest.fixture
def run_id(shell):
    return make_run(Store(shell.folder)).id


def on_box(shell, run_id):
    return shell.folder / ".cosmos_houdini" / "runs" / run_id


def test_gc_lists_first_and_takes_with_apply_what_has_arrived(shell, run_id):
    shell("run", run_id)
    listed = shell("gc", "--older-than", "0").out
    assert run_id in listed
    assert "add --apply" in listed
    assert on_box(shell, run_id).exists()

    told = json.loads(shell("gc", "--older-than", "0", "--apply", "--json").out)
    assert (told["box"], told["applied"], [run["id"] for run in told["runs"]]) == ("local", True, [run_id])
    assert told["bytes"] >= told["runs"][0]["bytes"] > 0
    assert not on_box(shell, run_id).exists()
    assert (shell.folder / "outputs" / run_id / "output.mp4").exists()
    assert "nothing that is older than 0 days" in shell("gc", "--older-than", "0", "--apply").out


def test_gc_leaves_what_is_young_or_has_not_arrived(shell, run_id):
    shell("run", run_id, "--detach")
    shell("logs", run_id, "--follow")
    assert json.loads(shell("gc", "--older-than", "0", "--apply", "--json").out)["runs"] == []
    shell("attach", run_id)
    assert "nothing that is older than 14 days" in shell("gc", "--apply").out
    assert on_box(shell, run_id).exists()


def test_an_age_that_is_none_is_an_error_of_usage(shell):
    for days in ("-1", "1e9", "nan", "soon"):
        shell("gc", "--older-than", days, code=2)
