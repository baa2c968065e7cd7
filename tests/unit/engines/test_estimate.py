"""Estimates: the chunks are certain, the time is a range with a source, or nothing is said."""

from __future__ import annotations

import pytest

from cosmos_houdini.engines.registry import engine
from cosmos_houdini.records.enums import Control

TRANSFER1 = engine("transfer1")


def estimate(order, frames, num_gpus=1, **settings):
    return TRANSFER1.estimate(frames, num_gpus, order((Control.EDGE,), **settings).run)


def test_the_published_run_lies_inside_its_own_range(order):
    low, high = estimate(order, 122).seconds
    assert low < 19 * 60 < high


def test_one_frame_over_a_chunk_doubles_the_time(order):
    one, two = estimate(order, 121), estimate(order, 122)
    assert (one.chunks, two.chunks) == (1, 2)
    assert two.seconds == pytest.approx([2 * seconds for seconds in one.seconds])


def test_fewer_steps_and_more_gpus_take_less(order):
    usual = estimate(order, 121)
    assert estimate(order, 121, num_steps=10).seconds[1] < usual.seconds[0]
    low, high = estimate(order, 121, num_gpus=4).seconds
    assert low == pytest.approx(usual.seconds[0] / 4)
    assert usual.seconds[1] / 4 < high < usual.seconds[1] / 2


@pytest.mark.parametrize("settings", [{"distilled": True}, {"upscale_of": "rs_1"}])
def test_where_nobody_published_a_figure_none_is_given(order, settings):
    found = estimate(order, 121, **settings)
    assert found.seconds is None
    assert found.chunks == 1
    assert "no estimate" in found.text()


def test_the_preview_counts_the_chunks_of_the_model_and_gives_no_time(order):
    found = engine("preview").estimate(122, 1, order().run)
    assert (found.chunks, found.seconds) == (2, None)


def test_the_text_says_that_it_is_an_estimate_and_whose(order):
    text = estimate(order, 122, num_gpus=2).text()
    assert "122 frames, 2 chunks, 2 GPUs" in text
    assert "This is an estimate" in text
    assert "pull request 9798" in text
    assert "Transfer2.5" in text


def test_the_json_says_the_same(order):
    value = estimate(order, 122).as_json()
    assert value["chunks"] == 2
    assert value["seconds"] == list(estimate(order, 122).seconds)
    assert value["source"]
