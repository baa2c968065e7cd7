"""Real bridges to talk to, line by line or through the client that Houdini uses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cosmos_houdini.environment import RUNTIME_VARIABLE
from cosmos_houdini.houdini.bridge_client import client
from cosmos_houdini.houdini.bridge_client.client import Bridge
from cosmos_houdini.houdini.bridge_client.replies import Subscription
from cosmos_houdini.records.run_spec import RunSpec
from cosmos_houdini.records.store import Store

COMMAND = [sys.executable, "-m", "cosmos_houdini.bridge"]
PATIENCE = 300  # seconds until a test gives up, far beyond what anything takes


class Wire:
    """A bridge as a bare process: what is sent and what comes, line by line."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(
            command or COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def send_line(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def send(self, method: str, params: Any = None, **other: Any) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params or {}, **other}
        self.send_line(json.dumps(message).encode())

    def read(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def ask(self, method: str, params: Any = None) -> Any:
        """The answer to one call; notifications before it are passed over."""
        self.send(method, params, id="asked")
        while (message := self.read()).get("id") != "asked":
            pass
        return message

    def finish(self) -> tuple[int, list[Any], str]:
        """Ends its input; exit code, the messages that still came, and what it wrote to standard error."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, [json.loads(line) for line in out.splitlines()], err.decode()


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.process.kill()
    wire.process.communicate()


@pytest.fixture(autouse=True)
def runtime_of_the_tests(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python that runs the tests is the runtime; returns where its logs go."""
    cache = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv(RUNTIME_VARIABLE, sys.executable)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("LOCALAPPDATA", str(cache))
    return cache / "cosmos-houdini" / "logs"


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    bridge = Bridge()
    yield bridge
    bridge.close()


@pytest.fixture
def close_bridge() -> Iterator[None]:
    """The bridge that this process shares ends with the test, so that no test sees another's settings."""
    yield
    if client._shared is not None:
        client._shared.close()
        client._shared = None


class Asker:
    """Calls about one project."""

    def __init__(self, bridge: Bridge, store: Store) -> None:
        self.bridge = bridge
        self.store = store

    def __call__(self, method: str, **params: Any) -> Any:
        return self.bridge.call(method, {"project": str(self.store.paths.root), **params}, timeout=PATIENCE)


@pytest.fixture
def ask(bridge: Bridge, store: Store) -> Asker:
    return Asker(bridge, store)


def last_state(subscription: Subscription, run: str) -> dict[str, Any]:
    """What is said of a run when it can be followed no further."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for notification in subscription.poll():
            said = notification.params
            if notification.method == "state" and said["run"] == run and not said["following"]:
                return dict(said)
        time.sleep(0.02)
    raise AssertionError(f"nothing final was said of {run}")


def wait_for(condition: Any) -> Any:
    """The first true value of `condition`."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError("it did not come true")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def submitted(ask: Asker, run: RunSpec) -> str:
    ask("run.submit", run=run.id)
    return run.id
