"""Answers are handed on by Houdini's event loop, once they are all there, and nothing is held up."""

from __future__ import annotations

import pytest

from cosmos_houdini.errors import BoxError
from cosmos_houdini.houdini.bridge_client.event_loop import Replies


class Loop:
    """Calls what was added to it, when the test says so."""

    def __init__(self):
        self.callbacks = []

    def addEventLoopCallback(self, callback):
        self.callbacks.append(callback)

    def removeEventLoopCallback(self, callback):
        self.callbacks.remove(callback)

    def idle(self):
        for callback in list(self.callbacks):
            callback()


class Answer:
    def __init__(self, result=None):
        self.there, self._result = False, result

    def done(self):
        return self.there

    def result(self):
        assert self.there, "asking would block"
        if isinstance(self._result, Exception):
            raise self._result
        return self._result


@pytest.fixture
def loop():
    return Loop()


@pytest.fixture
def replies(loop):
    return Replies(loop)


def test_results_come_together_when_the_last_is_there(loop, replies):
    first, second, heard = Answer(1), Answer(2), []
    replies.when_done([first, second], heard.append, heard.append)
    second.there = True
    loop.idle()
    assert heard == []
    first.there = True
    loop.idle()
    assert heard == [[1, 2]]
    assert loop.callbacks == [], "nothing is looked for any more"


def test_an_error_goes_to_the_one_who_explains_it(loop, replies):
    error, heard, failed = BoxError("away"), [], []
    answer = Answer(error)
    answer.there = True
    replies.when_done([answer], heard.append, failed.append)
    loop.idle()
    assert (heard, failed) == ([], [error])


def test_the_second_wait_goes_on_when_the_first_is_over(loop, replies):
    first, second, heard = Answer("a"), Answer("b"), []
    replies.when_done([first], heard.append, heard.append)
    replies.when_done([second], heard.append, heard.append)
    assert len(loop.callbacks) == 1
    first.there = True
    loop.idle()
    assert heard == [["a"]]
    second.there = True
    loop.idle()
    assert heard == [["a"], ["b"]]
    assert loop.callbacks == []


def test_what_an_answer_sets_going_is_waited_for_as_well(loop, replies):
    second, heard = Answer("b"), []
    first = Answer("a")
    first.there = second.there = True
    replies.when_done(
        [first], lambda _: replies.when_done([second], heard.append, heard.append), heard.append
    )
    loop.idle()
    loop.idle()
    assert heard == [["b"]]
    assert loop.callbacks == []


def test_an_accident_in_the_one_who_listens_is_not_repeated(loop, replies):
    answer, calls = Answer(), []
    answer.there = True

    def stumble(results):
        calls.append(results)
        raise ValueError("a mistake")

    replies.when_done([answer], stumble, stumble)
    with pytest.raises(ValueError, match="a mistake"):
        loop.idle()
    loop.idle()
    assert len(calls) == 1
