from __future__ import annotations

import pickle

import pytest

from cosmos_houdini import errors
from cosmos_houdini.progress import Meter, Progress, silent


def test_an_error_tells_what_why_and_fix_and_travels_between_processes():
    error = errors.BadInputError("It broke.", why="Too hot.", fix="Cool it.")
    for same in (error, pickle.loads(pickle.dumps(error))):
        assert str(same) == "It broke.\n  why: Too hot.\n  fix: Cool it."
        assert same.as_json() == {
            "error": "BadInputError", "what": "It broke.", "why": "Too hot.", "fix": "Cool it.",
        }  # fmt: skip
    assert str(errors.BoxError("Only this.")) == "Only this."


def test_each_kind_of_error_has_its_exit_code():
    codes = {
        errors.UsageError: 2, errors.BadInputError: 3, errors.BoxError: 4,
        errors.RunFailedError: 5, errors.CancelledError: 6, errors.BridgeError: 1,
    }  # fmt: skip
    assert {kind: kind.exit_code for kind in codes} == codes
    assert set(errors.CosmosError.__subclasses__()) == set(codes)


def test_progress_knows_rate_and_time_left():
    half = Progress("encode", 50, 100, "frames", 10.0)
    assert (half.fraction, half.rate, half.seconds_left) == (0.5, 5.0, 10.0)


def test_progress_without_anything_to_judge_by_promises_nothing():
    for unknown in (
        Progress("x", 0, 100, "frames", 1.0),
        Progress("x", 5, 0, "bytes", 1.0),
        Progress("x", 5, 9, "s", 0.0),
    ):
        assert unknown.seconds_left is None
    assert Progress("x", 5, 0, "bytes", 1.0).fraction == 0.0
    assert Progress("x", 12, 10, "frames", 1.0).fraction == 1.0
    assert Progress("x", 12, 10, "frames", 1.0).seconds_left == 0


def test_a_meter_reports_at_once_and_at_each_step():
    seen = []
    meter = Meter(seen.append, "encode", 3, "frames")
    meter.advance()
    meter.advance(2, "last one")
    assert [(p.done, p.total, p.phase, p.unit, p.message) for p in seen] == [
        (0, 3, "encode", "frames", ""),
        (1, 3, "encode", "frames", ""),
        (3, 3, "encode", "frames", "last one"),
    ]
    assert [p.seconds for p in seen] == sorted(p.seconds for p in seen)
    assert seen[0].seconds >= 0


def test_a_report_that_raises_ends_the_work():
    def cancel(_progress):
        raise errors.CancelledError("Cancelled.")

    with pytest.raises(errors.CancelledError):
        Meter(cancel, "encode", 3, "frames")
    Meter(silent, "encode", 3, "frames").advance()
