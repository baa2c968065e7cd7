from __future__ import annotations

import pytest

from cosmos_houdini.houdini.work.told import SHARES, duration, percent, words


def test_the_percents_of_the_phases_follow_each_other_up_to_the_whole():
    order = ["uploading", "queued", "loading", "generating", "collecting", "fetching", "verifying"]
    ends = [SHARES[phase] for phase in order]
    assert all(before[1] <= after[0] for before, after in zip(ends, ends[1:]))
    assert (ends[0][0], ends[-1][1]) == (0, 100)


def test_a_percent_never_goes_back():
    there = percent({"phase": "generating", "fraction": 0.5}, 0)
    assert 10 < there < 92
    assert percent({"phase": "uploading", "fraction": 1.0}, there) == there
    assert percent({"phase": "something new", "fraction": 1.0}, there) == there
    assert percent({"phase": "generating", "fraction": 7}, there) == 92


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (
            {"phase": "generating", "done": 12, "total": 35, "unit": "steps", "seconds_left": 181.0},
            "generating 12/35 steps, 3 min left",
        ),
        ({"phase": "generating", "message": "chunk 1 of 2", "done": 1, "total": 2}, "chunk 1 of 2"),
        ({"phase": "uploading", "done": 5, "total": 9, "unit": "bytes"}, "uploading"),
        ({"phase": "queued", "done": 0, "total": 0, "seconds_left": None}, "queued"),
    ],
)
def test_progress_is_one_short_line(progress, text):
    assert words(progress) == text


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "1 s"), (89, "89 s"), (90, "2 min"), (7200, "2.0 h")])
def test_times_are_rounded_to_what_matters(seconds, text):
    assert duration(seconds) == text
