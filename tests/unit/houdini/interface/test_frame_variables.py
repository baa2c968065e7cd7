"""Frame variables of Houdini, kept from being replaced by the current frame."""

from __future__ import annotations

import pytest

from cosmos_houdini.houdini.interface.frame_variables import with_hashes


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("$HIP/a.$F4.exr", "$HIP/a.####.exr"),
        ("a.${F4}.exr", "a.####.exr"),
        ("a_$F.exr", "a_#.exr"),
        ("a_${F}b.exr", "a_#b.exr"),
        ("a.$F10.exr", "a.##########.exr"),
        ("$HIPNAME.$F4/$F4.exr", "$HIPNAME.####/####.exr"),
    ],
)
def test_a_frame_variable_becomes_hashes(text, hashes):
    assert with_hashes(text) == hashes


@pytest.mark.parametrize("text", ["a.$FF.exr", "$FPS", "$FSTART", "$FEND", "a.####.exr", "$F4a", "F4", ""])
def test_other_variables_are_let_be(text):
    assert with_hashes(text) == text
