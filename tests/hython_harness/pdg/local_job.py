"""A child process of the Local Scheduler: how it starts, what its end means, how it is ended."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from .items import WorkItem

if TYPE_CHECKING:
    from .local_scheduler import LocalScheduler

# What a package sets: jobs start without packages, where local_skippackages says so.
PACKAGE_VARIABLES = ("COSMOS_HOUDINI", "HOUDINI_PATH", "PYTHONPATH")
PATIENCE = 2.0  # seconds that a job has for its end, once it is asked to
REPORT_ERROR, REPORT_WARNING, RETRY, IGNORE = 0, 1, 2, 3  # local_echandleby (Houdini 20.0 parm dump)


class Verdict(Enum):
    RUNNING = 0
    SUCCEEDED = 1
    FAILED = 2
    RETRY = 3


@dataclass
class Job:
    item: WorkItem
    process: subprocess.Popen[bytes]
    log: Path
    slots: int
    alone: bool
    begun: float = field(default_factory=time.monotonic)

    def seconds(self) -> float:
        return time.monotonic() - self.begun

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """The job and what it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)
        with contextlib.suppress(ProcessLookupError):  # children that outlived it, too
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def start(scheduler: LocalScheduler, item: WorkItem, slots: int, alone: bool) -> Job:
    """OSError for a program that can't be started, ValueError for a command that is none."""
    command = scheduler.expandCommandTokens(item.platformCommand(), item)
    environment = scheduler._environment(item)
    words = ["/bin/sh", "-c", command] if item.shouldRunInShell else _words(command, environment)
    if not words:
        raise ValueError("its command is empty")
    log = Path(scheduler.logDir(True)) / f"{item.name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            words, env=environment, cwd=scheduler.workingDir(True), stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    return Job(item, process, log, slots, alone)


def _words(command: str, environment: Mapping[str, str]) -> list[str]:
    """Cut as a POSIX shell would; variables are filled in before, whatever quotes stand around them."""

    def filled(found: re.Match[str]) -> str:
        return environment.get(found[1] or found[2], found[0])

    return shlex.split(re.sub(r"\$(?:\{(\w+)\}|(\w+))", filled, command))


def verdict(scheduler: LocalScheduler, job: Job, failures: int) -> Verdict:
    """What has become of the job; `failures` were before. Says on the item what is worth saying."""
    code = job.process.poll()
    limit = scheduler["local_maxtime"].evaluateFloat(job.item)
    if code is None:
        if not scheduler["local_enabletimeout"].evaluateInt(job.item) or job.seconds() <= limit:
            return Verdict.RUNNING
        job.kill()
        job.item.addError(f"The job ran longer than {limit:g} s and was ended.")
        return Verdict.SUCCEEDED if scheduler["local_handletimeout"].evaluateInt(job.item) else Verdict.FAILED
    return Verdict.SUCCEEDED if code == 0 else _of_failure(scheduler, job, failures, code)


def _of_failure(scheduler: LocalScheduler, job: Job, failures: int, code: int) -> Verdict:
    item, node = job.item, job.item.node
    handled = scheduler.evaluateBoolOverride(node, "local", "echandleall", item, True)
    if not handled and code != scheduler.evaluateIntOverride(node, "local", "eccustomcode", item, 1):
        return Verdict.FAILED
    how = scheduler.evaluateIntOverride(node, "local", "echandleby", item, REPORT_ERROR)
    if how == RETRY and failures < scheduler.evaluateIntOverride(node, "local", "maximumretries", item, 3):
        return Verdict.RETRY
    if how == REPORT_WARNING:
        item.cookWarning(f"The job of {item.name} ended with the exit code {code}.")
    return Verdict.SUCCEEDED if how in (REPORT_WARNING, IGNORE) else Verdict.FAILED


def job_environment(scheduler: LocalScheduler, item: WorkItem) -> dict[str, str]:
    """This process's variables, the scene's and the item's, those of PDG, then what the scheduler says."""
    ours = dict(os.environ)
    if scheduler["local_skippackages"].evaluateInt(item):
        for name in PACKAGE_VARIABLES:
            ours.pop(name, None)
    session = scheduler.context._world.session
    hip = Path(session.hou.hipFile.path())
    ours.update({"HIP": hip.parent.as_posix(), "HIPNAME": hip.stem, "HIPFILE": hip.as_posix()})
    ours.update({name: scheduler.localizePath(value) for name, value in item.environment.items()})
    scheduler.addCommonJobEnvVars(ours, item)
    temp = scheduler.tempDir(False)
    ours.update({"PDG_DIR": scheduler.workingDir(False), "PDG_TEMP": temp, "PDG_SHARED_TEMP": temp})
    ours.update({"PDG_SCRIPTDIR": scheduler.scriptDir(False), "HYTHON_HARNESS_VERSION": session.version})
    if scheduler["local_usehoudinimaxthreads"].evaluateInt(item):
        ours["HOUDINI_MAXTHREADS"] = str(scheduler["local_houdinimaxthreads"].evaluateInt(item))
    for name in scheduler["local_envunset"].evaluateString(item).split():
        ours.pop(name, None)
    for number in range(1, scheduler["local_envmulti"].evaluateInt(item) + 1):
        name = scheduler[f"local_envname{number}"].evaluateString(item)
        ours[name] = scheduler[f"local_envvalue{number}"].evaluateString(item)
    return ours
