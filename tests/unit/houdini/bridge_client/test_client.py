"""The client of the bridge: nobody who doesn't ask to wait ever waits, and a death is survived once."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path

import pytest

from cosmos_houdini import errors
from cosmos_houdini.errors import BadInputError, BridgeError, CancelledError
from cosmos_houdini.houdini.bridge_client import client as bridge_client
from cosmos_houdini.houdini.bridge_client import process as bridge_process
from cosmos_houdini.houdini.bridge_client.client import Bridge
from cosmos_houdini.houdini.bridge_client.replies import MOST_KEPT, Notification, Subscription
from support.bridges import PATIENCE, is_alive, wait_for


def lives(folder: Path) -> int:
    return len(list(folder.glob("life-*")))


def asked(folder: Path) -> list[tuple[int, dict]]:
    """Each call that arrived, with the life of the bridge that it arrived in."""
    lines = (folder / "asked").read_text(encoding="utf-8").splitlines()
    return [(int(line.partition(" ")[0]), json.loads(line.partition(" ")[2])) for line in lines]


def test_a_bridge_that_dies_in_a_call_is_started_anew_and_asked_again(odd, tmp_path):
    assert odd("dies once").call("run.check", {"run": "rs_1"}, PATIENCE) == {"life": 2}
    assert [(life, call["params"]) for life, call in asked(tmp_path)] == [
        (1, {"run": "rs_1"}),
        (2, {"run": "rs_1"}),
    ]


def test_all_calls_that_were_waiting_are_asked_again(odd):
    bridge = odd("dies once")
    replies = [bridge.send("run.check", {"run": f"rs_{number}"}) for number in range(20)]
    assert {reply.result(PATIENCE)["life"] for reply in replies} == {2}


def test_a_bridge_that_dies_twice_in_a_call_is_given_up_with_its_last_words(odd, tmp_path):
    with pytest.raises(BridgeError) as failed:
        odd("mortal").call("run.check", {}, PATIENCE)
    assert "twice during run.check" in failed.value.what
    assert "exit code 9" in failed.value.why
    assert failed.value.why.count("out of memory") == 1, "the words of the one before it are its own"
    assert failed.value.fix
    assert lives(tmp_path) == 2


def test_the_next_call_after_a_death_finds_a_new_bridge(odd, tmp_path):
    bridge = odd("mortal")
    for _ in range(2):
        with pytest.raises(BridgeError):
            bridge.call("run.check", {}, PATIENCE)
    assert lives(tmp_path) == 4


def test_a_runtime_that_can_not_even_begin_is_not_tried_twice(odd, tmp_path):
    with pytest.raises(BridgeError) as failed:
        odd("stillborn").call("run.check", {}, PATIENCE)
    assert "before it answered" in failed.value.what
    assert "no module named numpy" in failed.value.why
    assert "cosmos-houdini install" in failed.value.fix
    assert lives(tmp_path) == 1


def test_a_runtime_that_never_answers_is_ended_and_told(odd, monkeypatch):
    monkeypatch.setattr(bridge_process, "GREETING", 0.3)
    with pytest.raises(BridgeError) as failed:
        odd("deaf").call("run.check", {}, PATIENCE)
    assert "before it answered" in failed.value.what
    assert "not answered within 0.3 seconds" in failed.value.why
    assert "cosmos-houdini install" in failed.value.fix


def test_a_line_without_end_does_not_fill_the_memory_of_houdini(odd, monkeypatch):
    monkeypatch.setattr(bridge_process, "LINE_LIMIT", 1 << 20)
    with pytest.raises(BridgeError, match="sent a line of more than 1 MiB"):
        odd("endless").call("run.check", {}, PATIENCE)


def test_a_bridge_that_listens_no_more_is_ended_and_another_one_asked(odd, tmp_path):
    bridge = odd("turns deaf")
    assert bridge.call("run.check", {}, PATIENCE) == {"life": 1}
    assert bridge.call("run.check", {}, PATIENCE) == {"life": 2}


def test_a_missing_runtime_is_told_by_the_call_and_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("COSMOS_RUNTIME_PYTHON", str(tmp_path / "nowhere"))
    bridge = Bridge()
    reply = bridge.send("hello", {})
    with pytest.raises(BadInputError, match="runtime of Cosmos Houdini is missing") as failed:
        reply.result(PATIENCE)
    assert "cosmos-houdini install" in failed.value.fix


def test_a_runtime_that_is_no_program_is_told_and_what_to_do(monkeypatch, tmp_path):
    (tmp_path / "python").write_text("no program")
    monkeypatch.setenv("COSMOS_RUNTIME_PYTHON", str(tmp_path / "python"))
    with pytest.raises(BridgeError, match="can't be started") as failed:
        Bridge().call("hello", {}, PATIENCE)
    assert "install" in failed.value.fix


def test_an_installation_that_is_gone_is_told_by_its_own_name(odd, monkeypatch, tmp_path):
    monkeypatch.setenv("COSMOS_HOUDINI", str(tmp_path / "gone"))
    with pytest.raises(BridgeError, match="can't be started") as failed:
        odd("obeys").call("hello", {}, PATIENCE)
    assert str(tmp_path / "gone") in failed.value.why


def test_a_runtime_of_another_version_is_named(odd):
    with pytest.raises(BridgeError, match="different versions") as failed:
        odd("newer").call("run.check", {}, PATIENCE)
    assert "protocol 2" in failed.value.why


def test_sending_never_waits_for_a_bridge_that_does_not_read(odd):
    bridge = odd("deaf")
    replies = [bridge.send("run.check", {"text": "x" * 1_000_000}) for _ in range(20)]
    assert not any(reply.done() for reply in replies)
    for reply in replies:
        reply.cancel()
    assert all(reply.done() for reply in replies)
    assert bridge.poll() == []


def test_a_bridge_that_hangs_is_killed_when_it_is_closed(odd):
    for how in ("hangs on", "deaf"):
        bridge = odd(how)
        reply = bridge.send("run.check", {"text": "x" * 1_000_000})
        pid = wait_for(lambda bridge=bridge: bridge._process)._process.pid
        bridge.close(0.2)
        assert not is_alive(pid)
        assert reply.done()


def test_what_waits_when_the_bridge_is_closed_is_told_so_and_what_comes_later_too(odd):
    bridge = odd("mute")
    reply = bridge.send("run.check", {})
    bridge.close()
    with pytest.raises(BridgeError, match="closed during run"):
        reply.result(PATIENCE)
    with pytest.raises(BridgeError, match="is closed"):
        bridge.call("hello", {}, PATIENCE)


def test_a_call_without_answer_ends_after_its_time(odd):
    with pytest.raises(BridgeError, match="has not answered run"):
        odd("mute").call("run.check", {}, timeout=0.2)


def test_a_cancelled_call_is_cancelled_there_too(odd, tmp_path):
    bridge = odd("mute")
    reply = bridge.send("run.check", {})
    wait_for((tmp_path / "asked").is_file)
    reply.cancel()
    with pytest.raises(CancelledError):
        reply.result(PATIENCE)
    cancel = wait_for(lambda: [call for _, call in asked(tmp_path) if call["method"] == "$/cancel"])
    assert cancel[0]["params"] == {"id": asked(tmp_path)[0][1]["id"]}


def test_progress_is_shown_in_the_thread_that_waits(odd):
    shown = []
    odd("tells").call(
        "run.check",
        {},
        PATIENCE,
        on_progress=lambda told: shown.append((told["done"], threading.get_ident())),
    )
    assert [done for done, _ in shown] == sorted({done for done, _ in shown})
    assert shown
    assert {thread for _, thread in shown} == {threading.get_ident()}


def test_who_watches_the_progress_may_cancel_by_raising(odd, tmp_path):
    def enough(_told):
        raise CancelledError("enough")

    with pytest.raises(CancelledError, match="enough"):
        odd("tells").call("run.check", {}, PATIENCE, on_progress=enough)
    wait_for(lambda: any(call["method"] == "$/cancel" for _, call in asked(tmp_path)))


def test_what_is_no_message_is_passed_on_as_a_log_line(odd):
    bridge = odd("chatty")
    assert bridge.call("run.check", {}, PATIENCE) == {"life": 1}
    [notification] = bridge.poll()
    assert notification.method == "log"
    assert "Loading plug-ins …" in notification.params["text"]


@pytest.mark.parametrize(
    "line",
    [
        "3",
        "null",
        '"text"',
        "[1]",
        '{"id": [1], "result": 3}',
        '{"id": 1, "error": null}',
        '{"method": [1]}',
        '{"method": "state", "params": [2]}',
        "[" * 100_000,
    ],
)
def test_a_line_of_json_that_is_no_message_ends_nothing(odd, line):
    bridge = odd("babbles")
    assert bridge.call("run.check", {"lines": [line]}, PATIENCE) == {"life": 1}
    [notification] = bridge.poll()
    assert notification.method == "log"
    assert line[:20] in notification.params["text"]


@pytest.mark.parametrize("data", [[1], "text", {"exit_code": [3]}, {"what": ["no"], "why": None}, None])
def test_an_error_that_is_oddly_built_is_raised_all_the_same(odd, data):
    error = {"code": -1, "message": "odd", "data": data}
    with pytest.raises(BridgeError, match=r"odd|no"):
        odd("refuses").call("run.check", {"error": error}, PATIENCE)


@pytest.mark.parametrize(
    "kind", ["UsageError", "BadInputError", "BoxError", "RunFailedError", "CancelledError"]
)
def test_an_error_is_raised_as_the_class_that_it_is_there(odd, kind):
    error = getattr(errors, kind)("what", "why", "fix")
    told = {"code": -1, "message": "what", "data": {**error.as_json(), "exit_code": error.exit_code}}
    with pytest.raises(getattr(errors, kind)) as raised:
        odd("refuses").call("run.check", {"error": told}, PATIENCE)
    assert (raised.value.what, raised.value.why, raised.value.fix) == ("what", "why", "fix")


def test_an_error_of_a_class_of_its_own_is_raised_as_its_base(odd):
    data = {"error": "LoginError", "what": "no", "why": "", "fix": "", "exit_code": 4}
    with pytest.raises(errors.BoxError):
        odd("refuses").call("run.check", {"error": {"code": -400, "message": "no", "data": data}}, PATIENCE)


def test_an_error_without_more_than_a_message_is_raised_too(odd):
    with pytest.raises(BridgeError, match="odd"):
        odd("refuses").call("run.check", {"error": {"code": -1, "message": "odd"}}, PATIENCE)


def test_the_child_sees_nothing_that_is_meant_for_houdini(odd, monkeypatch):
    for name in ("PYTHONHOME", "PYTHONPATH", "QT_PLUGIN_PATH", "LD_LIBRARY_PATH", "PYSIDE_DESIGNER_PLUGINS"):
        monkeypatch.setenv(name, "/opt/houdini")
    monkeypatch.delenv("PYTHONHOME")  # the interpreter of this test would not start with it
    monkeypatch.setenv("COSMOS_ENGINE_NAME", "preview")
    seen = odd("environment").call("run.check", {}, PATIENCE)
    assert [name for name, value in seen.items() if value == "/opt/houdini"] == []
    assert seen["COSMOS_ENGINE_NAME"] == "preview"


def test_followed_runs_are_followed_again_by_a_new_bridge(odd, tmp_path):
    bridge = odd("dies once")
    bridge.send("run.follow", {"project": "/p", "runs": ["rs_1", "rs_2"]}).result(PATIENCE)
    wait_for(lambda: len([call for life, call in asked(tmp_path) if life == 2]) == 3)
    runs = [run for life, call in asked(tmp_path) if life == 2 for run in call["params"]["runs"]]
    assert set(runs) == {"rs_1", "rs_2"}


def test_followed_runs_that_no_bridge_survives_are_told_of(odd):
    bridge = odd("mortal")
    with pytest.raises(BridgeError):
        bridge.send("run.follow", {"project": "/p", "runs": ["rs_1"]}).result(PATIENCE)
    [state] = wait_for(bridge.poll)
    assert (state.method, state.params["run"], state.params["following"]) == ("state", "rs_1", False)
    assert "twice" in state.params["error"]["what"]


def test_followed_runs_are_told_of_where_no_new_bridge_can_be_started(odd):
    bridge = odd("good")
    bridge.call("run.follow", {"project": "/p", "runs": ["rs_1"]}, PATIENCE)

    def missing():
        raise BadInputError("The runtime of Cosmos Houdini is missing.", fix="Run `cosmos-houdini install`.")

    bridge._start = missing
    os.kill(bridge._process._process.pid, signal.SIGKILL)
    [state] = wait_for(bridge.poll)
    assert (state.method, state.params["run"], state.params["following"]) == ("state", "rs_1", False)
    assert "is missing" in state.params["error"]["what"]


def test_a_run_that_is_followed_no_more_is_not_asked_for_again(odd, tmp_path):
    bridge = odd("dies once")
    bridge._note_followed("run.follow", of_runs("rs_1", "rs_2"))
    bridge._take_notification("state", {"project": "/p", "run": "rs_1", "following": False})
    bridge._note_followed("run.unfollow", of_runs("rs_2"))
    bridge.call("run.check", {}, PATIENCE)
    assert {call["method"] for _, call in asked(tmp_path)} == {"run.check"}


def of_runs(*runs):
    return json.dumps({"project": "/p", "runs": runs})


def test_a_run_is_unfollowed_when_the_last_who_follows_it_leaves(odd, tmp_path):
    bridge = odd("good")
    for runs in (["rs_1", "rs_2"], ["rs_1"]):
        bridge.call("run.follow", {"project": "/p", "runs": runs}, PATIENCE)
    for runs in (["rs_1", "rs_2"], ["rs_1"]):
        bridge.call("run.unfollow", {"project": "/p", "runs": runs}, PATIENCE)
    left = [call["params"]["runs"] for _, call in asked(tmp_path) if call["method"] == "run.unfollow"]
    assert left == [["rs_2"], ["rs_1"]]
    bridge.call("run.follow", {"project": "/p", "runs": ["rs_1"]}, PATIENCE)
    bridge.call("run.follow", {"project": "/p", "runs": ["rs_1"]}, PATIENCE)
    bridge.call("run.unfollow", {"project": "/p", "runs": ["rs_1"]}, PATIENCE)
    assert len([call for _, call in asked(tmp_path) if call["method"] == "run.unfollow"]) == 2


def test_parameters_may_be_paths_and_must_be_json(odd):
    bridge = odd("refuses")
    with pytest.raises(TypeError, match="object can't be sent"):
        bridge.send("run.check", {"what": object()})
    with pytest.raises(ValueError, match="JSON"):
        bridge.send("run.check", {"weight": float("nan")})
    told = {"code": -1, "message": Path("/a/b")}
    with pytest.raises(BridgeError, match="b"):
        bridge.call("run.check", {"error": told}, PATIENCE)


def test_of_a_run_s_progress_only_the_newest_waits_and_each_listener_has_its_own():
    left = []
    one, other = Subscription(left.append), Subscription(left.append)
    for done in range(100):
        for subscription in (one, other):
            subscription.put(Notification("progress", {"project": "/p", "run": "rs_1", "done": done}))
    one.put(Notification("state", {"run": "rs_1"}))
    assert [notification.params.get("done") for notification in one.poll()] == [99, None]
    assert one.poll() == []
    assert len(other.poll()) == 1
    one.close()
    assert left == [one]


def test_what_nobody_polls_does_not_grow_without_end():
    subscription = Subscription(lambda _: None)
    for number in range(MOST_KEPT + 10):
        subscription.put(Notification("log", {"text": number}))
    kept = [notification.params["text"] for notification in subscription.poll()]
    assert (len(kept), kept[-1]) == (MOST_KEPT, MOST_KEPT + 9)


def test_a_closed_subscription_gets_no_more(odd):
    bridge = odd("chatty")
    subscription = bridge.subscribe()
    subscription.close()
    bridge.call("run.check", {}, PATIENCE)
    assert subscription.poll() == []
    assert len(bridge.poll()) == 1


def test_the_process_has_one_bridge_which_ends_with_it(monkeypatch):
    monkeypatch.setattr(bridge_client, "_shared", None)
    bridge = bridge_client.shared()
    assert bridge_client.shared() is bridge
    assert bridge.call("hello", {}, PATIENCE)["pid"] != os.getpid()
    bridge.close()
    assert bridge_client.shared() is not bridge


def test_a_forked_process_has_a_bridge_of_its_own(monkeypatch):
    monkeypatch.setattr(bridge_client, "_shared", None)
    before = bridge_client.shared()
    monkeypatch.setattr(bridge_client, "_shared_by", os.getpid() + 1)
    assert bridge_client.shared() is not before


def test_the_log_is_in_the_users_cache_and_old_ones_go(odd, runtime_of_the_tests):
    runtime_of_the_tests.mkdir(parents=True)
    for number in range(40):
        (runtime_of_the_tests / f"bridge-2020010{number % 10}-0000{number}-1-1.log").touch()
    odd("mortal").send("run.check", {})
    # Only the old ones go, maybe while this looks: it reads the others.
    newest = wait_for(
        lambda: [
            log
            for log in runtime_of_the_tests.glob("bridge-*")
            if not log.name.startswith("bridge-2020") and "out of memory" in log.read_text()
        ]
    )
    assert newest
    assert len(list(runtime_of_the_tests.glob("bridge-*"))) <= bridge_process.LOGS_KEPT + 2


def test_a_cache_that_can_not_be_written_is_no_reason_to_stop(odd, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "file"))
    assert odd("obeys").call("run.check", {}, PATIENCE) == {"life": 1}
