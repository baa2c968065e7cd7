"""Our part of Houdini as Houdini feels it: what its start costs, and how fast variants are made."""

from __future__ import annotations

import importlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cosmos_houdini.environment import RUNTIME_VARIABLE
from cosmos_houdini.houdini.network.wedge import Wedge
from rows import Row

ROOT = Path(__file__).parents[1]
STARTS = 15
ITEMS = 1000
WEDGES = 5
PRESSES = 5
# Each tool of the shelf, with the answers to its dialogs; the network comes last, since Submit would cook it.
TOOLS: dict[str, list[Any]] = {
    "set_up_passes": [1],  # Mantra
    "doctor": [],
    "submit": [],
    "load_result": [],
    "runs": [],
    "build_network": [],
}

# What Houdini loads by itself: the files of pdg/types. Its own modules stand in with the least that they
# import.
LOAD = """
import importlib.util, sys, time, types
pdg = types.ModuleType("pdg")
pdg.__path__ = []
sys.modules["pdg"] = pdg
for name in ("processor", "scheduler", "partitioner"):
    inner = types.ModuleType("pdg." + name)
    setattr(inner, "Py" + name.capitalize(), type("Base", (), {}))
    sys.modules["pdg." + name] = inner
    setattr(pdg, name, inner)
sys.modules["hou"] = types.ModuleType("hou")
import json, os, pathlib, subprocess, threading  # Houdini has loaded these
begun = time.perf_counter()
for path in sys.argv[1:]:
    spec = importlib.util.spec_from_file_location("types_" + pathlib.Path(path).stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
print(time.perf_counter() - begun)
"""


def measure() -> list[Row]:
    """The start, the tools of the shelf, and the generation of a thousand wedged items up to Cosmos Spec."""
    loads = [_load() for _ in range(STARTS)]
    pressed = [max(_press_all(), key=lambda held: held[0]) for _ in range(PRESSES)]
    wedges = [_wedge() for _ in range(WEDGES)]
    return [
        Row(
            "Houdini: import of everything that its start imports",
            round(statistics.median(loads) * 1000, 1),
            "ms",
            "at most 30",
            f"the files of pdg/types, median of {STARTS}, longest {max(loads) * 1000:.0f} ms",
        ),
        Row(
            "Houdini: longest that a tool of the shelf holds the window up",
            round(statistics.median(seconds for seconds, _ in pressed) * 1000),
            "ms",
            "at most 50",
            f"each of {len(TOOLS)} pressed in the stand-in for hython, and each turn of the loop after; "
            f"median of {PRESSES}, longest {max(pressed)[0] * 1000:.0f} ms ({max(pressed)[1]})",
        ),
        Row(
            f"Houdini: {ITEMS} wedged items, and those of Cosmos Spec, generated",
            round(statistics.median(wedges), 2),
            "s",
            "at most 2",
            f"in the stand-in for hython, median of {WEDGES}, longest {max(wedges):.2f} s",
        ),
    ]


def _load() -> float:
    files = sorted(str(file) for file in (ROOT / "pdg" / "types").glob("*.py"))
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python3.10libs")}
    command = [sys.executable, "-S", "-c", LOAD, *files]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return float(done.stdout)


def _wedge() -> float:
    """Seconds from the call that generates to the last item."""
    with tempfile.TemporaryDirectory() as folder:
        session = _session(Path(folder))
        with session.installed():
            net = session.hou.node("/obj").createNode("topnet")
            wedge = net.createNode("wedge")
            variants = Wedge(
                prompts=tuple(f"prompt {number}" for number in range(10)), seeds=tuple(range(ITEMS // 10))
            )
            for name, value in variants.parms():
                wedge.parm(name).set(value)
            spec = net.createNode("pdg_cosmosspec")
            spec.setInput(0, wedge)
            begun = time.perf_counter()
            spec.generateStaticWorkItems(True)
            seconds = time.perf_counter() - begun
            made = len(spec.getPDGNode().workItems)
            if made != ITEMS:
                raise RuntimeError(f"{made} items, not {ITEMS}: {wedge.errors()} {spec.errors()}")
        return seconds


def _press_all() -> list[tuple[float, str]]:
    """Seconds that the window's thread was held, and by what; our code is loaded anew, as after a start."""
    for name in [name for name in sys.modules if name.startswith("cosmos_houdini.houdini")]:
        del sys.modules[name]
    held: list[tuple[float, str]] = []

    def hold(what: str, action: Callable[[], object]) -> None:
        begun = time.perf_counter()
        action()
        held.append((time.perf_counter() - begun, what))

    with tempfile.TemporaryDirectory() as folder:
        os.environ[RUNTIME_VARIABLE] = sys.executable
        session = _session(Path(folder), ui=True)
        with session.installed():
            session.hou.objNodeTypeCategory().nodeTypes()  # the stand-in reads its facts: no time of a tool's
            session.hou.node("/obj").createNode("cam", "cam1")
            from cosmos_houdini.houdini.bridge_client.client import shared
            from cosmos_houdini.houdini.shelf import tools

            try:
                for tool, answers in TOOLS.items():
                    session.screen.answers[:] = answers
                    hold(tool, lambda tool=tool: getattr(tools, tool)({}))  # type: ignore[misc]
                    while session.screen.event_loop or session.screen.posted:
                        hold(f"after {tool}", session.screen.turn)
                        time.sleep(0.01)
            finally:
                shared().close()
    return held


def _session(folder: Path, **wishes: Any) -> Any:
    """The stand-in for hython of the tests."""
    tests = str(ROOT / "tests")
    if tests not in sys.path:
        sys.path.append(tests)
    session: Any = importlib.import_module("hython_harness.session")
    return session.Session("21.0", hip=folder / "shot.hip", plugins=[ROOT], **wishes)
