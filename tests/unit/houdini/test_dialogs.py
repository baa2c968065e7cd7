"""What goes wrong is shown where the artist looks: in a dialog, or without a window on the streams."""

from __future__ import annotations

import pytest

from cosmos_houdini.errors import BadInputError, BoxError

ERROR = BadInputError("The box is away.", "Nobody answers.", "Switch it on.")


@pytest.fixture
def dialogs(hython, tmp_path):
    session = hython(hip=tmp_path / "a.hip", ui=True)
    from cosmos_houdini.houdini import dialogs

    dialogs.session = session
    return dialogs


def failing(dialogs, error):
    @dialogs.entry_point("Set Up Passes")
    def tool():
        raise error

    return tool


def test_an_error_of_ours_is_a_dialog_with_why_and_fix(dialogs):
    assert failing(dialogs, ERROR)() is None
    [shown] = dialogs.session.screen.shown
    assert (shown.text, shown.severity) == ("The box is away.", "Error")
    assert shown.help == "Nobody answers.\n\nSwitch it on."


def test_an_error_of_houdinis_is_told_by_the_name_of_the_tool(dialogs):
    hou = dialogs.session.hou
    failing(dialogs, hou.PermissionError("The node is inside a locked asset"))()
    [shown] = dialogs.session.screen.shown
    assert shown.text == "Set Up Passes could not be done."
    assert "locked asset" in shown.help


def test_an_error_of_the_system_is_explained(dialogs):
    failing(dialogs, OSError(28, "No space left on device", "/shots/a.exr"))()
    [shown] = dialogs.session.screen.shown
    assert "full" in shown.text


def test_a_mistake_of_ours_is_not_swallowed(dialogs):
    with pytest.raises(ZeroDivisionError):
        failing(dialogs, ZeroDivisionError())()


def test_what_a_tool_does_is_one_step_of_undo(dialogs):
    hou = dialogs.session.hou

    @dialogs.entry_point("Set Up Passes")
    def tool(name):
        return hou.node("/obj").createNode("geo", name)

    assert tool("a").name() == "a"
    assert hou.undos.undoLabels() == ("Set Up Passes",)


def test_without_a_window_the_error_is_on_stderr_and_the_process_ends_with_its_code(hython, tmp_path, capsys):
    hython(hip=tmp_path / "a.hip")
    from cosmos_houdini.houdini import dialogs

    with pytest.raises(SystemExit) as ended:
        failing(dialogs, BoxError("The box is away.", "Nobody answers.", "Switch it on."))()
    assert ended.value.code == BoxError.exit_code
    said = capsys.readouterr().err
    assert said == "error: The box is away.\n  why: Nobody answers.\n  fix: Switch it on.\n"


def test_questions_have_an_answer_for_closing_the_dialog(dialogs):
    screen = dialogs.session.screen
    screen.answers = [1, (2,), ()]
    assert dialogs.ask("Which?", ("A", "B", "Cancel")) == 1
    assert dialogs.choose(["a", "b", "c"], "Runs", "Which?") == 2
    with pytest.raises(dialogs.Dismissed):
        dialogs.choose(["a"], "Runs", "Which?")


def test_without_a_window_nobody_is_asked(hython, tmp_path, capsys):
    hython(hip=tmp_path / "a.hip")
    from cosmos_houdini.houdini import dialogs

    assert dialogs.ask("Which?", ("A", "Cancel")) == 0
    assert dialogs.choose(["a"], "Runs", "Which?") is None
    dialogs.tell("Done.", "In detail.")
    dialogs.status("nowhere")
    assert capsys.readouterr().out == "Done.\nIn detail.\n"
