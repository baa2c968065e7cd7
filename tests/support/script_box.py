"""The real local box with a script as its engine, and a client that kills itself at a chosen step.

As a program: `python script_box.py PROJECT RUN_ID SCRIPT_FILE STEPS` carries out a run, and ends itself with
SIGKILL once it has talked to the box STEPS times (0: never).
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cosmos_houdini.box.agent_client import Agent
from cosmos_houdini.box.manifest import Launcher
from cosmos_houdini.config import load_config
from cosmos_houdini.engines.engine import BuiltSpec
from cosmos_houdini.progress import silent
from cosmos_houdini.records.run_spec import RunSpec
from cosmos_houdini.records.store import Store
from cosmos_houdini.workflow.box import Box
from cosmos_houdini.workflow.boxes import open_box
from cosmos_houdini.workflow.deliver import deliver
from cosmos_houdini.workflow.follow import follow
from cosmos_houdini.workflow.plan import Plan, plan
from cosmos_houdini.workflow.submit import submit


@dataclass(frozen=True)
class ScriptBox(Box):
    """The real local box, but the engine is this Python script; `sys.argv[1]` is the video to write."""

    script: str = ""

    def launcher(self, plan: Plan, built: BuiltSpec) -> Launcher:
        return Launcher("process", (sys.executable, "-c", self.script, built.output_file))


def script_box(store: Store, script: str) -> ScriptBox:
    real = open_box(store, load_config(store.paths.root))
    return ScriptBox(real.name, real.connection, real.agent, script)


def carry_out(store: Store, run: RunSpec, box: Box) -> RunSpec:
    """The whole way of one run, as the command `run` goes it."""
    if not run.execution_status.final and run.execution.submitted_at is None:
        submit(store, plan(store, run, 1), box, load_config(store.paths.root), None, silent)
    there = follow(store, run.id, box, silent)
    return deliver(store, store.run(run.id), there, box, silent)


class DyingConnection:
    """A connection whose owner dies right after the n-th time it was used."""

    def __init__(self, real: Any, steps: int) -> None:
        self._real = real
        self._left = steps

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._real, name)
        return self._counted(value) if name in ("call", "upload", "download") else value

    def _counted(self, method: Any) -> Any:
        def once(*arguments: Any) -> Any:
            result = method(*arguments)
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return once


def main() -> None:
    project, run_id, script_file, steps = sys.argv[1:]
    store = Store(Path(project))
    box = script_box(store, Path(script_file).read_text(encoding="utf-8"))
    if int(steps):
        dying = DyingConnection(box.connection, int(steps))
        box = ScriptBox(box.name, dying, Agent(dying), box.script)
    carry_out(store, store.run(run_id), box)


if __name__ == "__main__":
    main()
