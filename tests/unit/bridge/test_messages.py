"""What is on the wire: every line is answered, and none of them stops the bridge."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from cosmos_houdini import __version__
from cosmos_houdini.bridge.messages import LINE_LIMIT
from support.bridges import Wire

GARBAGE = [
    (b"garbage", -32700, "not a message"),
    (b'{"jsonrpc": "2.0", "id": 1', -32700, "not a message"),
    (b"\xff\xfe\x00", -32700, "not a message"),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "hello", "params": {"x": NaN}}', -32700, "not a message"),
    (b"[" * 100_000, -32700, "not a message"),
    (b"[]", -32600, "should be an object"),
    (b'{"id": 1, "method": "hello"}', -32600, "jsonrpc"),
    (b'{"jsonrpc": "2.0", "id": true, "method": "hello"}', -32600, "'id'"),
    (b'{"jsonrpc": "2.0", "id": [1], "method": "hello"}', -32600, "'id'"),
    (b'{"jsonrpc": "2.0", "id": 1e999, "method": "hello"}', -32600, "'id'"),
    (b'{"jsonrpc": "2.0", "method": 7}', -32600, "'method'"),
    (b'{"jsonrpc": "2.0", "id": 1, "method": 7}', -32600, "'method'"),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "runs.list", "params": [1]}', -32602, "'params'"),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "runs.lits"}', -32601, "There is no method 'runs.lits'"),
    (b'{"jsonrpc": "2.0", "id": 1, "method": ""}', -32601, "There is no method"),
]


@pytest.mark.parametrize(("line", "code", "said"), GARBAGE)
def test_a_line_that_is_no_call_is_answered_and_the_next_one_is_heard(wire, line, code, said):
    wire.send_line(line)
    error = wire.read()["error"]
    assert error["code"] == code
    assert said in error["message"]
    assert error["data"]["what"] == error["message"]
    assert wire.ask("hello")["result"]["version"] == __version__


def test_a_message_that_is_too_long_is_refused_and_the_next_one_is_heard(wire):
    wire.send_line(b'{"jsonrpc": "2.0", "id": 1, "method": "' + b"x" * (2 * LINE_LIMIT) + b'"}')
    assert "longer than 32 MiB" in wire.read()["error"]["message"]
    assert wire.ask("hello")["result"]["protocol"] == 1


def test_a_message_of_many_megabytes_is_read(wire, store):
    answer = wire.ask("runs.list", {"project": str(store.paths.root), "x" * (8 << 20): 1})
    assert answer["error"]["code"] == -32602


def test_an_unknown_method_names_the_nearest(wire):
    assert "'run.check'" in wire.ask("run.chek")["error"]["data"]["fix"]


@pytest.mark.parametrize(
    ("params", "said", "fix"),
    [
        ({"limt": 3}, "unknown key 'limt'", "'limit'"),
        ({"limit": "3"}, "'limit' should be a whole number", ""),
        ({"limit": 0}, "'limit' should be at least 1", ""),
        ({"limit": True}, "'limit' should be a whole number", ""),
        ({"settings": {"engine.name": 1}}, "'settings': 'engine.name' should be text", ""),
        ({"settings": ["engine.name"]}, "'settings' should be an object", ""),
        ({"project": "relative/folder"}, "no absolute path", "from the root"),
        ({"project": None}, "'project' should be text", ""),
    ],
)
def test_a_wrong_parameter_is_named(wire, store, params, said, fix):
    error = wire.ask("runs.list", {"project": str(store.paths.root), **params})["error"]
    assert error["code"] == -32602
    assert said in error["message"]
    assert "runs.list" in error["message"]
    assert fix in error["data"]["fix"]


def test_a_call_without_project_says_so(wire):
    assert "lacks the key 'project'" in wire.ask("runs.list")["error"]["message"]


def test_errors_carry_what_why_and_fix_and_the_exit_code_of_the_command_line(wire, tmp_path):
    missing = tmp_path / "nowhere"
    error = wire.ask("runs.list", {"project": str(missing)})["error"]
    assert error["code"] == -300
    assert error["data"] == {
        "error": "BadInputError",
        "what": f"The project folder {missing} does not exist.",
        "why": "",
        "fix": "Create it, or name another one.",
        "exit_code": 3,
    }


def test_a_call_without_id_gets_no_answer(wire):
    wire.send("hello")
    wire.send("hello", id=7)
    assert wire.read()["id"] == 7


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "runs.lits"},
        {"method": "runs.list", "params": [1]},
        {"method": "hello", "params": {"odd": 1}},
        {"method": "runs.list", "params": {"odd": 1}},
    ],
)
def test_a_notification_gets_no_answer_even_where_it_is_wrong(wire, wrong):
    wire.send_line(json.dumps({"jsonrpc": "2.0", **wrong}).encode())
    wire.send("shutdown", id=7)
    _, messages, _ = wire.finish()
    assert [message["id"] for message in messages] == [7]


@pytest.mark.parametrize("identity", [0, -1, 1.5, 10**30, "", "7", "é", None])
def test_an_answer_has_the_id_of_its_call_whatever_that_is(wire, identity):
    wire.send("hello", id=identity)
    answer = wire.read()
    assert answer["id"] == identity
    assert answer["result"]["protocol"] == 1


def test_a_null_id_may_be_used_again_while_it_is_at_work(wire, store):
    for _ in range(3):
        wire.send("runs.list", {"project": str(store.paths.root)}, id=None)
    assert [wire.read()["result"] for _ in range(3)] == [{"runs": []}] * 3


def test_the_answers_to_a_batch_come_together_and_none_for_its_notifications(wire, store):
    calls = [
        {"id": 1, "method": "runs.list", "params": {"project": str(store.paths.root)}},
        {"method": "hello"},
        {"method": "nothing"},
        {"method": "hello", "params": [1]},
        {"id": "two", "method": "hello"},
        {"id": 3, "method": "nothing"},
        {"id": 4, "method": "runs.list", "params": {"limit": "many"}},
    ]
    batch = [{"jsonrpc": "2.0", **call} for call in calls]
    wire.send_line(json.dumps([*batch, 5]).encode())
    answers = {answer["id"]: answer for answer in wire.read()}
    assert answers.keys() == {1, "two", 3, 4, None}
    assert answers[1]["result"] == {"runs": []}
    assert answers["two"]["result"]["protocol"] == 1
    assert [answers[key]["error"]["code"] for key in (3, 4, None)] == [-32601, -32602, -32600]


def test_a_batch_of_notifications_gets_no_answer(wire):
    wire.send_line(b'[{"jsonrpc": "2.0", "method": "hello"}, {"jsonrpc": "2.0", "method": "nothing"}]')
    assert wire.ask("hello")["result"]["protocol"] == 1


def test_an_id_that_is_at_work_is_not_taken_twice(store):
    wire = Wire(sys.executable, "-c", SLOW_LISTING)
    for _ in range(2):
        wire.send("runs.list", {"project": str(store.paths.root)}, id=5)
    _, messages, _ = wire.finish()
    answers = [message for message in messages if message.get("id") == 5]
    refusals = [message for message in messages if "at work already" in str(message.get("error"))]
    assert len(refusals) == 1
    assert len(answers) == 1


def test_an_answer_is_ascii_and_says_the_name_of_the_project_all_the_same(wire, tmp_path):
    project = tmp_path / "Aufnahme 7 – Straße"
    wire.send("project.open", {"project": str(project), "create": True}, id=1)
    line = wire.process.stdout.readline()
    assert line.isascii()
    assert json.loads(line)["result"]["project"] == str(project)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_folder_whose_name_is_no_utf_8_is_a_project_too(wire, tmp_path):
    project = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")
    wire.send("project.open", {"project": project, "create": True}, id=1)
    assert wire.read()["result"]["project"] == project
    assert (Path(project) / "inputs").is_dir()


def test_the_end_of_its_input_ends_the_bridge_after_what_was_asked(store):
    wire = Wire()
    wire.send("runs.list", {"project": str(store.paths.root)}, id=1)
    code, messages, _ = wire.finish()
    assert code == 0
    assert messages[0]["result"] == {"runs": []}


def test_shutdown_is_answered_and_then_it_ends(wire):
    assert wire.ask("shutdown")["result"] == {}
    assert wire.process.wait(60) == 0


def test_a_call_at_work_is_answered_when_its_input_ends(store):
    wire = Wire(sys.executable, "-c", ENDLESS_LISTING)
    wire.send("runs.list", {"project": str(store.paths.root)}, id=1)
    code, messages, _ = wire.finish()
    assert code == 0
    assert messages[0]["error"]["data"]["error"] == "CancelledError"


def test_a_cancelled_call_is_answered_at_once_and_only_once(store):
    wire = Wire(sys.executable, "-c", REPORTING_LISTING)
    wire.send("runs.list", {"project": str(store.paths.root)}, id=1)
    assert wire.read()["method"] == "progress"
    wire.send("$/cancel", {"id": 1})
    while (message := wire.read()).get("method") == "progress":
        pass
    _, rest, err = wire.finish()
    assert (message["id"], message["error"]["data"]["error"]) == (1, "CancelledError")
    assert [message for message in rest if message.get("id") == 1] == []
    assert "the listing has ended" in err


def test_to_cancel_what_is_not_at_work_changes_nothing(wire):
    for params in ({"id": 99}, {"id": [1]}, {}, {"id": None}):
        wire.send("$/cancel", params)
    assert wire.ask("hello")["result"]["protocol"] == 1


def test_what_libraries_and_children_print_never_meets_the_messages(store):
    wire = Wire(sys.executable, "-c", CHATTY_LISTING)
    wire.send("runs.list", {"project": str(store.paths.root)}, id=1)
    _, messages, err = wire.finish()
    assert messages == [{"jsonrpc": "2.0", "id": 1, "result": {"runs": ["read: ''"]}}]
    for said in ("printed", "written", "by a child", "logged"):
        assert said in err


def test_a_mistake_of_ours_is_told_with_its_name_and_leaves_its_trace_in_the_log(store):
    wire = Wire(sys.executable, "-c", BROKEN_LISTING)
    wire.send("runs.list", {"project": str(store.paths.root)}, id=1)
    wire.send("hello", id=2)
    _, messages, err = wire.finish()
    error = next(message for message in messages if message["id"] == 1)["error"]
    assert error["code"] == -32603
    assert error["data"]["why"] == "ZeroDivisionError: division by zero"
    assert error["data"]["exit_code"] == 1
    assert "Traceback" in err
    assert any(message["id"] == 2 and "result" in message for message in messages)


def test_what_the_system_refuses_is_told_in_its_words(store):
    wire = Wire(sys.executable, "-c", REFUSED_LISTING)
    wire.send("runs.list", {"project": str(store.paths.root)}, id=1)
    _, [message], _ = wire.finish()
    assert message["error"]["code"] == -300
    assert "full" in message["error"]["message"]


def test_the_first_answers_load_nothing_that_is_slow(store):
    wire = Wire(sys.executable, "-c", LOADED)
    wire.send("hello", id=1)
    wire.send("runs.list", {"project": str(store.paths.root)}, id=2)
    _, messages, err = wire.finish()
    assert [message["id"] for message in messages] == [1, 2]
    assert messages[1]["result"] == {"runs": []}
    loaded = {name.partition(".")[0] for name in json.loads(err)}
    assert loaded & {"numpy", "av", "cv2", "OpenImageIO", "paramiko", "click", "tqdm", "ssl"} == set()


LISTING = """
import os, subprocess, sys, time
from cosmos_houdini.bridge import __main__ as bridge
from cosmos_houdini.bridge.calls import projects
from cosmos_houdini.progress import Progress
def listing(service, call, asked):
    {}
projects.list_runs = listing
bridge.main()
"""
SLOW_LISTING = LISTING.format("time.sleep(0.5); return {'runs': []}")
ENDLESS_LISTING = LISTING.format("time.sleep(1000)")
REPORTING_LISTING = LISTING.format(
    """
    try:
        while True:
            call.report(Progress("listing", 1, 0, "runs", 0.0))
            time.sleep(0.01)
    finally:
        print("the listing has ended", flush=True)
"""
)
CHATTY_LISTING = LISTING.format(
    """
    print("printed", flush=True)
    os.write(1, b"written\\n")
    subprocess.run([sys.executable, "-c", "print('by a child')"], check=True)
    import logging
    logging.getLogger("library").warning("logged")
    return {"runs": [f"read: {sys.stdin.read()!r}"]}
"""
)
BROKEN_LISTING = LISTING.format("1 / 0")
REFUSED_LISTING = LISTING.format("raise OSError(28, 'No space left on device', '/there')")
LOADED = """
import json, os, sys
from cosmos_houdini.bridge.streams import take_streams
streams = take_streams()
from cosmos_houdini.bridge.server import Server
Server(*streams).serve()
print(json.dumps(sorted(sys.modules)), flush=True)
os._exit(0)
"""
