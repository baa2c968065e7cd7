"""Talking to the runtime from Houdini: nothing here blocks, except for who asks to wait.

One thread writes, one reads. A bridge that dies is started anew once for each call, which may be repeated
since every method does the same when it is called again.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Callable, Optional

from ...errors import BridgeError, CancelledError, CosmosError
from .calls import Call, Followed, died, message, plain
from .process import BridgeProcess, command
from .replies import Notification, Reply, Subscription, error_of, protocol_of, read_message

PROTOCOL = 1
HELLO = "hello"  # the id of the first call of each bridge
TRIES = 2  # of one call
END_PATIENCE = 3.0  # seconds that a bridge gets to end by itself


class Bridge:
    """The runtime of this process, started with the first call. Safe to use from all threads."""

    def __init__(self, start: Callable[[], Sequence[str]] = command) -> None:
        self._start = start
        self._lock = threading.Lock()
        self._tasks: queue.Queue[Optional[Callable[[], None]]] = queue.Queue()
        self._pump: Optional[threading.Thread] = None
        self._process: Optional[BridgeProcess] = None
        self._calls: dict[int, Call] = {}
        self._followed: dict[tuple[str, str], Followed] = {}
        self._last_id = 0
        self._closed = False
        self._subscriptions: list[Subscription] = []
        self._own = self.subscribe()

    def call(
        self,
        method: str,
        params: Mapping[str, Any],
        timeout: Optional[float] = None,
        on_progress: Optional[Callable[[Mapping[str, Any]], None]] = None,
    ) -> Any:
        """Waits for the answer, so never to be used in Houdini's main thread; raises what went wrong.

        After `timeout` seconds the call is cancelled and BridgeError raised. `on_progress` may raise to
        cancel.
        """
        reply = self.send(method, params)
        try:
            return reply.result(timeout, on_progress)
        except BaseException:
            reply.cancel()
            raise

    def send(self, method: str, params: Mapping[str, Any]) -> Reply:
        """Comes back at once; TypeError for parameters that are no JSON.

        Several may follow a run: `run.unfollow` reaches the runtime when the last of them leaves it.
        """
        text = json.dumps(params, default=plain, allow_nan=False)
        with self._lock:
            self._last_id += 1
            reply = Reply(method, self._cancel)
            closed = self._closed
            asked = None if closed else self._note_followed(method, text)
            call = Call(self._last_id, method, asked or text, reply)
            if asked is not None:
                self._calls[call.id] = call
        if closed:
            reply.settle(error=BridgeError(f"{method} was called on a bridge that is closed."))
        elif asked is None:
            reply.settle(value={})
        else:
            self._do(lambda: self._write(call))
        return reply

    def poll(self) -> list[Notification]:
        """The notifications since the last time; for one listener. Others `subscribe`."""
        return self._own.poll()

    def subscribe(self) -> Subscription:
        """Notifications from now on, for one more listener."""
        subscription = Subscription(self._unsubscribe)
        with self._lock:
            self._subscriptions.append(subscription)
        return subscription

    @property
    def closed(self) -> bool:
        return self._closed

    def close(self, patience: float = END_PATIENCE) -> None:
        """Ends the runtime, after `patience` seconds by force; what runs on a box goes on."""
        with self._lock:
            self._closed = True
            calls, self._calls, self._followed = list(self._calls.values()), {}, {}
            process = self._process
        for call in calls:
            call.reply.settle(error=BridgeError(f"The bridge was closed during {call.method}."))
        if self._pump is not None:
            self._tasks.put(None)
        if process is not None:
            process.end(patience)

    # What follows runs in the thread that writes, unless it says otherwise.

    def _do(self, task: Callable[[], None]) -> None:
        """From any thread."""
        with self._lock:
            if self._pump is None:
                self._pump = threading.Thread(target=self._run, name="cosmos bridge writer", daemon=True)
                self._pump.start()
        self._tasks.put(task)

    def _run(self) -> None:
        while True:
            task = self._tasks.get()
            if task is None:
                break
            task()
        if self._process is not None:
            self._process.close_input()

    def _write(self, call: Call) -> None:
        if call.reply.done() or self._closed:
            return
        try:
            process = self._running()
        except CosmosError as error:
            self._settle(call, error=error)
            return
        call.process, call.tries = process, call.tries + 1
        self._write_line(process, call.line())

    def _running(self) -> BridgeProcess:
        if self._process is None:
            process = BridgeProcess(self._start(), self._hear, self._heard_end)
            with self._lock:
                self._process = process
            hello = '{"jsonrpc":"2.0","id":"hello","method":"hello","params":{}}\n'
            self._write_line(process, hello.encode("ascii"))
        return self._process

    def _write_line(self, process: BridgeProcess, line: bytes) -> None:
        try:
            process.write(line)
        except (OSError, ValueError):
            process.close_input()  # it is gone: its reader says so, and what was asked is asked again
            process.end(1.0, "It took no more messages.")

    def _heard_end(self, process: BridgeProcess) -> None:
        """From the thread that reads."""
        if not self._closed:
            self._do(lambda: self._bury(process))

    def _bury(self, process: BridgeProcess) -> None:
        """After a death: calls that were sent once are sent again, to a new bridge."""
        if process is not self._process:
            return
        with self._lock:
            self._process = None
            calls = [call for call in self._calls.values() if call.process is process]
            followed = list(self._followed.items())
        why = process.how_it_ended()
        for call in calls:
            if process.greeted and call.tries < TRIES:
                self._write(call)
            else:
                self._settle(call, error=died(call.method, process.greeted, why))
        for (project, run), one in followed:
            if process.greeted and one.tries < TRIES:
                one.tries += 1
                self._follow_again(one)
            else:
                self._stop_following(project, run, died("run.follow", process.greeted, why))

    def _follow_again(self, one: Followed) -> None:
        with self._lock:
            self._last_id += 1
            reply = Reply("run.follow", self._cancel)
            call = Call(self._last_id, "run.follow", one.params, reply, unasked=True)
            self._calls[call.id] = call
        self._write(call)

    def _stop_following(self, project: str, run: str, error: CosmosError) -> None:
        with self._lock:
            self._followed.pop((project, run), None)
        told = {**error.as_json(), "exit_code": error.exit_code}
        state = {"project": project, "run": run, "following": False, "status": None, "error": told}
        self._publish(Notification("state", state))

    def _cancel(self, reply: Reply) -> None:
        """From any thread."""
        if reply.done():
            return
        reply.settle(error=CancelledError(f"The call {reply.method} was cancelled."))
        with self._lock:
            call = next((one for one in self._calls.values() if one.reply is reply), None)
            if call is not None:
                del self._calls[call.id]
        if call is not None:
            self._do(lambda: self._tell_cancelled(call))

    def _tell_cancelled(self, call: Call) -> None:
        if call.process is not None and call.process is self._process:
            self._write_line(call.process, message("$/cancel", json.dumps({"id": call.id})))

    # What follows runs in the thread that reads.

    def _hear(self, line: bytes) -> None:
        said = read_message(line)
        if said is None:
            text = f"The runtime said: {line[:200].decode('utf-8', 'replace').strip()}"
            self._publish(Notification("log", {"level": "warning", "text": text}))
            return
        if "method" in said:
            self._take_notification(said["method"], said.get("params", {}))
        elif said.get("id") == HELLO:
            self._greeted(said)
        else:
            with self._lock:
                call = self._calls.get(said["id"])
            if call is not None:
                error = error_of(said["error"]) if "error" in said else None
                self._settle(call, said.get("result"), error)

    def _greeted(self, answer: Mapping[str, Any]) -> None:
        process = self._process
        spoken = protocol_of(answer)
        if process is None or spoken == PROTOCOL:
            if process is not None:
                process.greeted = True
            return
        error = BridgeError(
            "The runtime and this plug-in are of different versions.",
            why=f"The runtime speaks protocol {spoken}, the plug-in {PROTOCOL}.",
            fix="Run `cosmos-houdini install` in a shell, then start Houdini anew.",
        )
        with self._lock:
            calls = list(self._calls.values())
        for call in calls:
            self._settle(call, error=error)

    def _take_notification(self, method: str, params: Mapping[str, Any]) -> None:
        if method == "progress" and "id" in params:
            with self._lock:
                call = self._calls.get(params["id"])
            if call is not None:
                call.reply.tell(params)
            return
        key = (str(params.get("project")), str(params.get("run")))
        with self._lock:
            followed = self._followed.get(key)
            if followed is not None:
                followed.tries = 1  # it is seen again
            if method == "state" and not params.get("following"):
                self._followed.pop(key, None)
        self._publish(Notification(method, params))

    def _publish(self, notification: Notification) -> None:
        with self._lock:
            subscriptions = list(self._subscriptions)
        for subscription in subscriptions:
            subscription.put(notification)

    def _settle(self, call: Call, value: Any = None, error: Optional[CosmosError] = None) -> None:
        with self._lock:
            self._calls.pop(call.id, None)
        if error is not None and call.method == "run.follow":
            self._not_followed(call, error)
        call.reply.settle(value, error)

    def _not_followed(self, call: Call, error: CosmosError) -> None:
        """Who asked has the error as an answer; whoever else waits for the runs is told, or waits forever."""
        for project, run in call.runs():
            if call.unasked:
                self._stop_following(project, run, error)
            else:
                with self._lock:
                    self._left(project, run)

    def _note_followed(self, method: str, text: str) -> Optional[str]:
        """Under the lock: what is to be asked again of a new bridge.

        Returns what there is to ask now: the same, or without the runs that others follow still; None where
        nothing is left.
        """
        if method not in ("run.follow", "run.unfollow"):
            return text
        params = json.loads(text)
        project, runs = str(params.get("project")), list(params.get("runs") or ())
        if method == "run.follow":
            for run in runs:
                before = self._followed.get((project, run))
                listeners = 1 if before is None else before.listeners + 1
                self._followed[project, run] = Followed(json.dumps({**params, "runs": [run]}), listeners)
            return text
        left = [run for run in runs if self._left(project, run)]
        return json.dumps({**params, "runs": left}) if left else None

    def _left(self, project: str, run: str) -> bool:
        """Under the lock: whether nobody follows the run any more, now that one leaves it."""
        one = self._followed.get((project, run))
        if one is not None:
            one.listeners -= 1
            if one.listeners > 0:
                return False
            del self._followed[project, run]
        return True

    def _unsubscribe(self, subscription: Subscription) -> None:
        with self._lock:
            self._subscriptions = [one for one in self._subscriptions if one is not subscription]


_shared: Optional[Bridge] = None
_shared_by = 0
_shared_lock = threading.Lock()


def shared() -> Bridge:
    """The one bridge of this process; closed when the process ends. Once closed, the next one is another."""
    global _shared, _shared_by
    with _shared_lock:
        if (
            _shared is None or _shared.closed or _shared_by != os.getpid()
        ):  # a fork has the pipes, but not the threads
            _shared, _shared_by = Bridge(), os.getpid()
            atexit.register(_shared.close)
        return _shared
