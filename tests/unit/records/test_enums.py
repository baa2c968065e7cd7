from __future__ import annotations

import json

from cosmos_houdini.records.enums import BlurStrength, CannyThreshold, Control, Status

STRENGTHS = ["none", "very_low", "low", "medium", "high", "very_high"]


def test_the_words_are_these():
    assert [str(word) for word in BlurStrength] == STRENGTHS
    assert [str(word) for word in CannyThreshold] == STRENGTHS
    assert [str(word) for word in Control] == [
        "vis",
        "edge",
        "depth",
        "seg",
        "keypoint",
        "hdmap",
        "lidar",
        "upscale",
    ]
    assert [str(word) for word in Status] == ["PENDING", "RUNNING", "SUCCESS", "FAILED", "CANCELLED"]


def test_a_word_is_written_as_itself():
    assert json.dumps({"status": Status.RUNNING}) == '{"status": "RUNNING"}'
    assert f"{Control.DEPTH}" == "depth"
    assert Control("seg") is Control.SEG
