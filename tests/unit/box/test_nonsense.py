"""A box that answers with anything but an answer: always an explained error, never a crash of ours."""

from __future__ import annotations

import json

import pytest

from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.local import LocalConnection
from cosmos_houdini.errors import BoxError

RUN = {
    "run_id": "r-1",
    "state": "finished",
    "owner": "a",
    "spec_sha256": "a" * 64,
    "queue_position": None,
    "slots": ["cpu0"],
    "exit": None,
    "beat": None,
    "outputs": [{"name": "a.mp4", "sha256": "b" * 64, "bytes": 3}],
    "log_bytes": 0,
    "acknowledged": False,
    "stalled": False,
    "cancel_requested": False,
    "submitted_at": "2026",
    "started_at": 1.5,
}


class Told:
    """A connection whose box says one thing."""

    root, python = "/box", "python3"

    def __init__(self, answer):
        self.answer = answer

    def call(self, _verb, _request):
        return self.answer

    def describe(self):
        return "render01"


@pytest.fixture
def python_that_prints(tmp_path):
    """A stand-in for the box's Python that prints what a test wants."""

    def make(shell):
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\n{shell}\n")
        path.chmod(0o755)
        return Agent(LocalConnection(tmp_path / "box", python=str(path)))

    return make


@pytest.mark.parametrize(
    ("shell", "words"),
    [
        ("true", "printed nothing"),
        ("echo Welcome to render01", "Welcome to render01"),
        ("printf '\\377\\376\\033[31m'", "Instead of an answer"),
        ("echo '[1]'", "not an object"),
        ("""echo '{"ok": "yes"}'""", "not an object"),
        ("""echo '{"ok": true, "agent_version": 2}'""", "we speak 1"),
        ("""echo '{"ok": true}'""", "we speak 1"),
        ("""echo '{"ok": false, "agent_version": 1, "error": 7}'""", "without saying why"),
        ("""echo '{"ok": false, "agent_version": 1, "error": {"kind": 1}}'""", "a form that we don't know"),
        ("echo 'Traceback (most recent call last):' >&2; echo 'KeyError: 7' >&2; exit 1", "KeyError: 7"),
        ("exec cat /dev/zero", "larger than 32 MB"),
        ("yes noise | head -c 300000 >&2; echo oops", "oops"),
        ("exec 0<&-; echo bye", "bye"),
    ],
)
def test_what_is_no_answer_is_explained(python_that_prints, shell, words):
    with pytest.raises(BoxError) as caught:
        python_that_prints(shell).status([f"r-{number}" for number in range(20000)])
    assert words in caught.value.why
    assert caught.value.fix
    assert "\033" not in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"outputs": [{"name": name, "sha256": "b" * 64, "bytes": 3}]}
        for name in ("..", "../a", "/a", "a/b", "a\\b", "a\nb", "a\0", ".a", "", "x" * 300, "con", 7, None)
    ]
    + [
        {"outputs": RUN["outputs"] * 2},
        {"outputs": [{"name": "a.mp4", "sha256": "b", "bytes": 3}]},
        {"outputs": [{"name": "a.mp4", "sha256": "b" * 64, "bytes": -3}]},
        {"outputs": {}},
        {"run_id": "../r-1"},
        {"state": "exploded"},
        {"state": None},
        {"log_bytes": "many"},
        {"log_bytes": True},
        {"stalled": 1},
        {"slots": [1]},
        {"exit": {"code": 0}},
        {"beat": []},
        {"started_at": float("nan")},
    ],
)
def test_a_run_told_wrongly_is_refused(change):
    answer = {"ok": True, "agent_version": 1, "runs": [dict(RUN, **change)]}
    with pytest.raises(BoxError) as caught:
        Agent(Told(answer)).status()
    assert "Render01" in caught.value.what
    assert "\n" not in caught.value.why


def test_the_same_run_told_rightly_is_taken():
    run = Agent(Told({"runs": [RUN]})).status(["r-1"])["r-1"]
    assert run.output("a.mp4").bytes == 3
    assert run.output("b.mp4") is None


def test_an_answer_about_another_run_is_refused():
    with pytest.raises(BoxError):
        Agent(Told({"runs": [RUN]})).status(["r-2"])
    with pytest.raises(BoxError):
        Agent(Told({"run": RUN})).start("r-2")
    with pytest.raises(BoxError):
        Agent(Told({"missing": ["c" * 64]})).have(["b" * 64])


@pytest.mark.parametrize("field", sorted(RUN))
def test_a_field_that_is_missing_is_named(field):
    told = {name: value for name, value in RUN.items() if name != field}
    with pytest.raises(BoxError, match="status") as caught:
        Agent(Told({"runs": [told]})).status()
    assert field in caught.value.why


def test_a_log_that_goes_backwards_is_refused():
    with pytest.raises(BoxError):
        Agent(Told({"from": 5, "next": 2, "text": "x", "size": 9})).log("r-1", 5)


def test_control_characters_in_texts_do_not_reach_the_terminal():
    beat = {
        "at": 1,
        "changed_at": 1,
        "phase": "a\033[2Jb",
        "chunk": None,
        "chunks": None,
        "step": None,
        "steps": None,
    }
    beat.update(message="x\ny", bytes_free=1, boot_id="", pid=1, child_pid=None)
    run = Agent(Told({"runs": [json.loads(json.dumps(dict(RUN, beat=beat)))]})).status()["r-1"]
    assert "\033" not in run.beat.phase
    assert "\n" not in run.beat.message
