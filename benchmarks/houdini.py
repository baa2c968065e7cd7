"""Our part of Houdini as Houdini feels it: what its start costs, and how fast variants are made."""

from __future__ import annotations

import importlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from cosmos_houdini.houdini.network.wedge import Wedge
from rows import Row

ROOT = Path(__file__).parents[1]
STARTS = 15
ITEMS = 1000
WEDGES = 5

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
    """The start, and the generation of a thousand wedged items up to Cosmos Spec."""
    loads = [_load() for _ in range(STARTS)]
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


def _session(folder: Path) -> Any:
    """The stand-in for hython of the tests."""
    tests = str(ROOT / "tests")
    if tests not in sys.path:
        sys.path.append(tests)
    session: Any = importlib.import_module("hython_harness.session")
    return session.Session("21.0", hip=folder / "shot.hip", plugins=[ROOT])
