"""The bridge as Houdini feels it: how soon it answers, how long a call holds up its caller, many records."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cosmos_houdini.houdini.bridge_client.client import Bridge
from cosmos_houdini.records.enums import Control
from cosmos_houdini.records.prompt_spec import ControlInput, PromptSpec
from cosmos_houdini.records.run_spec import ControlWeight, Parameters, RunSpec
from cosmos_houdini.records.store import Store, timestamp
from rows import Row

RUNS = 1000
STARTS = 9
LISTINGS = 30
CREATIONS = 3
IMPORT = "import cosmos_houdini.houdini.bridge_client.client"


def start() -> list[str]:
    """The bridge of the Python that measures."""
    return [sys.executable, "-m", "cosmos_houdini.bridge"]


def measure() -> list[Row]:
    """First answer from nothing, `runs.list` of a thousand, and the longest that `send` and `poll` took."""
    imports = _imports()
    first = [_first_answer() for _ in range(STARTS)]
    with tempfile.TemporaryDirectory() as folder:
        project = _project(Path(folder))
        listed, longest = _listings(project)
    created, growth = zip(*[_creations() for _ in range(CREATIONS)])
    return [
        Row(
            "import of the bridge's client",
            round(statistics.median(imports) * 1000, 1),
            "ms",
            "at most 30",
            f"over `python -c pass`, median of {STARTS}",
        ),
        Row(
            "bridge: first answer, process started",
            round(statistics.median(first), 3),
            "s",
            "at most 1",
            f"median of {STARTS}, longest {max(first):.3f} s",
        ),
        Row(
            f"bridge: `runs.list` of {RUNS} runs",
            round(statistics.median(listed) * 1000, 1),
            "ms",
            "at most 50",
            f"asked and read, median of {LISTINGS}, longest {max(listed) * 1000:.0f} ms",
        ),
        Row(
            "bridge: longest call that must not block",
            round(longest * 1000, 2),
            "ms",
            "at most 50",
            "send, poll, done and cancel, the start of the process included, while runs are listed",
        ),
        Row(
            f"bridge: {RUNS} run records, a call each, as a wedge makes them",
            round(statistics.median(created), 2),
            "s",
            "linear",
            f"the last quarter took {statistics.median(growth):.2f} times the first, median of {CREATIONS}",
        ),
    ]


def _imports() -> list[float]:
    def seconds(code: str) -> float:
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - begun

    return [seconds(IMPORT) - seconds("pass") for _ in range(STARTS)]


def _first_answer() -> float:
    begun = time.perf_counter()
    bridge = Bridge(start)
    bridge.call("hello", {}, timeout=60)
    seconds = time.perf_counter() - begun
    bridge.close()
    return seconds


def _listings(project: Path) -> tuple[list[float], float]:
    """Seconds of each listing; and of the slowest call of the half that never waits, made all the while."""
    watch = _Watch()
    bridge = Bridge(start)
    ask = {"project": str(project)}
    watch.time(lambda: bridge.send("hello", {})).result(60)
    asking = threading.Thread(target=_ask_on, args=(bridge, watch, ask), daemon=True)
    asking.start()
    listed = []
    for _ in range(LISTINGS):
        begun = time.perf_counter()
        answer = bridge.call("runs.list", ask, timeout=60)
        listed.append(time.perf_counter() - begun)
        assert len(answer["runs"]) == RUNS
    watch.stop.set()
    asking.join()
    bridge.close()
    return listed, watch.longest


def _creations() -> tuple[float, float]:
    """Seconds for all, and how much longer the last quarter took than the first."""
    with tempfile.TemporaryDirectory() as folder:
        order = {"project": folder, "prompt_spec_id": _prompt(Store(Path(folder))).id, "engine": "preview"}
        bridge = Bridge(start)
        bridge.call("hello", {}, timeout=60)
        marks = [time.perf_counter()]
        for seed in range(RUNS):
            bridge.call("run.create", {**order, "parameters": {"seed": seed}}, timeout=60)
            marks.append(time.perf_counter())
        bridge.close()
        assert len(Store(Path(folder)).runs()) == RUNS
    quarter = RUNS // 4
    return marks[-1] - marks[0], (marks[-1] - marks[-1 - quarter]) / (marks[quarter] - marks[0])


class _Watch:
    def __init__(self) -> None:
        self.longest = 0.0
        self.stop = threading.Event()

    def time(self, action: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        result = action()
        self.longest = max(self.longest, time.perf_counter() - begun)
        return result


def _ask_on(bridge: Bridge, watch: _Watch, ask: dict[str, Any]) -> None:
    """As a panel does: looks ten times a second for what is new."""
    while not watch.stop.wait(0.1):
        reply = watch.time(lambda: bridge.send("runs.list", {**ask, "limit": 1}))
        watch.time(bridge.poll)
        watch.time(reply.done)
        watch.time(reply.cancel)


def _project(folder: Path) -> Path:
    store = Store(folder)
    prompt = _prompt(store)
    for index in range(RUNS):
        weights = {Control.DEPTH: ControlWeight(0.5)}
        store.add_run(RunSpec("city", prompt.id, "preview", timestamp(), weights, Parameters(seed=index)))
    return folder


def _prompt(store: Store) -> PromptSpec:
    control = {Control.DEPTH: ControlInput("inputs/videos/x/depth.mp4", "0" * 64)}
    return store.add_prompt(PromptSpec("city", "a street " * 20, timestamp(), control_inputs=control))[0]
