"""The batch always ends with an exit code; what it does is tested where it is done."""

from __future__ import annotations

import pytest

from cosmos_houdini.houdini.batch import main as batch

WORDS = ["--prompt", "Rain", "--camera", "/obj/cam1", "--no-save", "--hip"]


@pytest.fixture
def hip(hython, tmp_path):
    file = tmp_path / "shot.hip"
    hython().hou.hipFile.save(file.as_posix())
    return str(file)


def test_what_houdini_refuses_is_bad_input(hip, monkeypatch):
    import hou

    def refuse(order, says):
        raise hou.PermissionError("inside of a locked asset")

    monkeypatch.setattr(batch, "take_shot", refuse)
    assert batch.main([*WORDS, hip]) == 3


def test_a_mistake_of_ours_shows_where_it_was_made_and_ends_with_1(hip, monkeypatch, capsys):
    def stumble(order, says):
        raise ZeroDivisionError

    monkeypatch.setattr(batch, "take_shot", stumble)
    assert batch.exit_code([*WORDS, hip]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_help_is_no_failure(capsys):
    assert batch.exit_code(["--help"]) == 0
    assert "--dry-run" in capsys.readouterr().out
