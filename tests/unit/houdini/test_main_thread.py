from __future__ import annotations

import threading

import pytest

from cosmos_houdini.houdini.main_thread import in_main_thread


def elsewhere(action, patience=5.0):
    """Calls it in another thread, as PDG cooks; returns the thread and what came of it."""
    came = []

    def run():
        try:
            came.append(in_main_thread(action, patience))
        except ValueError as error:
            came.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, came


def turn_until_it_ends(session, thread):
    """The event loop of a window that is open."""
    while thread.is_alive():
        session.screen.turn()
        thread.join(0.01)


def test_with_a_window_it_is_called_by_the_event_loop(hython):
    session = hython(ui=True)
    thread, came = elsewhere(threading.current_thread)
    turn_until_it_ends(session, thread)
    assert came == [threading.main_thread()]


def test_an_error_there_is_raised_here(hython):
    def wrong():
        raise ValueError("no network")

    session = hython(ui=True)
    thread, came = elsewhere(wrong)
    turn_until_it_ends(session, thread)
    assert str(came[0]) == "no network"


def test_without_a_window_it_is_called_at_once(hython):
    hython()
    thread, came = elsewhere(threading.current_thread)
    thread.join()
    assert came == [thread]


def test_an_event_loop_that_waits_for_the_cook_is_not_waited_for(hython):
    session = hython(ui=True)
    calls = []
    thread, came = elsewhere(lambda: calls.append(threading.current_thread()), patience=0.05)
    thread.join()
    session.screen.turn()
    assert calls == [thread]
    assert came == [None]


@pytest.mark.parametrize("ui", [True, False])
def test_in_the_main_thread_itself_it_is_called_at_once(hython, ui):
    hython(ui=ui)
    assert in_main_thread(threading.current_thread) is threading.main_thread()
