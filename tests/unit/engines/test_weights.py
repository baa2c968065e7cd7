"""Weights as they are sent."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from cosmos_houdini.engines.weights import normalised, without_zeros
from cosmos_houdini.records.enums import Control
from cosmos_houdini.records.run_spec import ControlWeight

WEIGHTS = st.dictionaries(st.sampled_from(list(Control)), st.floats(1e-3, 100), min_size=1)


@given(WEIGHTS)
def test_weights_count_as_the_model_would_count_them(weights):
    total = max(1.0, sum(weights.values()))
    sent = normalised(weights)
    assert math.fsum(sent.values()) <= 1 + 1e-9
    for control, weight in weights.items():
        assert abs(sent[control] - weight / total) <= 2e-6


@given(WEIGHTS)
def test_normalising_again_changes_nothing(weights):
    sent = normalised(weights)
    assert normalised(sent) == sent


def test_weights_that_add_up_to_one_are_left_alone():
    weights = {Control.VIS: 0.1, Control.EDGE: 0.2, Control.DEPTH: 0.7}
    assert normalised(weights) == weights


def test_zeros_are_dropped_and_the_order_is_that_of_the_controls():
    weights = {
        Control.SEG: ControlWeight(0.1),
        Control.EDGE: ControlWeight(0),
        Control.VIS: ControlWeight(0.4),
    }
    assert list(without_zeros(weights)) == [Control.VIS, Control.SEG]
