"""`hou.ui`: what was shown is kept, and answers are those laid ready."""

from __future__ import annotations

import threading

import pytest


def test_a_message_is_kept_with_its_severity_and_buttons(hython):
    session = hython(ui=True)
    hou = session.hou
    session.screen.answers.append(1)
    pressed = hou.ui.displayMessage(
        "No camera.",
        buttons=("Close", "Help"),
        severity=hou.severityType.Error,
        title="Cosmos",
        details="why",
    )
    assert pressed == 1
    [shown] = session.screen.shown
    assert (shown.text, shown.severity, shown.buttons) == ("No camera.", "Error", ("Close", "Help"))
    assert (shown.title, shown.details) == ("Cosmos", "why")


def test_without_a_screen_there_is_no_ui(hython):
    hou = hython(ui=False).hou
    assert not hou.isUIAvailable()
    with pytest.raises(hou.NotAvailable):
        hou.ui.displayMessage("x")


def test_a_misspelt_argument_is_refused(hython):
    hou = hython(ui=True).hou
    with pytest.raises(TypeError, match="sevrity"):
        hou.ui.displayMessage("x", sevrity=hou.severityType.Error)
    with pytest.raises(AttributeError):
        hou.severityType.Eror  # noqa: B018


def test_questions_get_the_answers_laid_ready_or_the_default(hython):
    session = hython(ui=True)
    hou = session.hou
    assert hou.ui.readInput("Name", initial_contents="shot") == (0, "shot")
    assert hou.ui.selectFromList(["a", "b"], default_choices=[1]) == (1,)
    session.screen.answers += [(0, "day"), (0,), "/frames/x.exr", False]
    assert hou.ui.readInput("Name") == (0, "day")
    assert hou.ui.selectFromList(["a", "b"]) == (0,)
    assert hou.ui.selectFile() == "/frames/x.exr"
    assert hou.ui.displayConfirmation("Sure?") is False


def test_the_event_loop_turns_when_the_test_says_so(hython):
    session = hython(ui=True)
    turns = []

    def each_turn():
        turns.append("each")

    session.hou.ui.addEventLoopCallback(each_turn)
    session.hou.ui.postEventCallback(lambda: turns.append("once"))
    session.screen.turn()
    session.screen.turn()
    assert turns == ["once", "each", "each"]
    session.hou.ui.removeEventLoopCallback(each_turn)
    with pytest.raises(session.hou.OperationFailed):
        session.hou.ui.removeEventLoopCallback(each_turn)


def test_undo_groups_are_kept_by_their_label(hython):
    session = hython(ui=True)
    with session.hou.undos.group("Set up passes"), session.hou.undos.group("inner"):
        session.hou.node("/obj").createNode("cam")
    assert session.hou.undos.undoLabels() == ("Set up passes",)


def test_nodes_and_dialogs_belong_to_the_main_thread_where_there_is_a_window(hython):
    def work():
        session.hou.node("/obj").createNode("cam").destroy()
        if session.with_ui:
            session.hou.ui.setStatusMessage("done")
            session.hou.ui.postEventCallback(list)

    for ui, odd in ((False, 0), (True, 3)):
        session = hython(ui=ui)
        thread = threading.Thread(target=work, name="cook")
        thread.start()
        thread.join()
        assert len(session.oddities) == odd
        assert all("'cook'" in line for line in session.oddities)
        session.oddities.clear()


def test_a_button_that_is_not_there_is_odd(hython):
    session = hython(ui=True)
    session.hou.ui.displayMessage("Go on?", buttons=("Yes", "No"), close_choice=2)
    assert len(session.oddities) == 1
    session.oddities.clear()
