"""The Local Scheduler: real child processes, a slot each, with the environment that PDG gives its jobs."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .attributes import as_json
from .bases import PyScheduler
from .enums import scheduleResult, tickResult
from .items import WorkItem
from .result_server import ResultServer

JOB_FILES = Path(__file__).parent / "job"
# A package's variables: jobs start without packages, where local_skippackages says so.
PACKAGE_VARIABLES = ("COSMOS_HOUDINI", "HOUDINI_PATH", "PYTHONPATH")


@dataclass
class Job:
    item: WorkItem
    process: subprocess.Popen[bytes]
    log: Path
    begun: float


class LocalScheduler(PyScheduler):
    """Parameters as in a dump of Houdini 20.0; limits of memory are not played."""

    def __init__(self, scheduler: Any, name: str) -> None:
        super().__init__(scheduler, name)
        self._jobs: dict[int, Job] = {}
        self._server: ResultServer | None = None

    def onStart(self) -> bool:
        folder = self["pdg_workingdir"].evaluateString()
        self.setWorkingDir(folder, folder)
        return True

    def onStartCook(self, static: bool, cook_set: Any) -> bool:
        self.onStart()
        scripts = Path(self.scriptDir(True))
        for made in (scripts, Path(self.dataDir(True)), Path(self.logDir(True))):
            made.mkdir(parents=True, exist_ok=True)
        for file in JOB_FILES.glob("*.py"):
            shutil.copyfile(file, scripts / file.name)
        self._server = ResultServer(self)
        return True

    def onStopCook(self, cancel: bool) -> bool:
        for job in list(self._jobs.values()):
            self._kill(job)
        self._jobs.clear()
        if self._server is not None:
            self._server.close()
            self._server = None
        return True

    def onSchedule(self, work_item: WorkItem) -> scheduleResult:
        if len(self._jobs) >= self._slots():
            return scheduleResult.FullDeferred
        words = shlex.split(self.expandCommandTokens(work_item.platformCommand(), work_item))
        log = Path(self.logDir(True)) / f"{work_item.name}.log"
        self._write_data(work_item)
        try:
            with log.open("wb") as output:
                process = subprocess.Popen(
                    words, env=self._environment(work_item), cwd=self.workingDir(True),
                    stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
                )  # fmt: skip
        except OSError as error:
            work_item.addError(f"{words[0]}: {error.strerror}")
            return scheduleResult.Failed
        self._jobs[work_item.id] = Job(work_item, process, log, time.monotonic())
        self.onWorkItemStartCook(work_item.id, -1)
        return scheduleResult.Succeeded

    def onTick(self) -> tickResult:
        for job in list(self._jobs.values()):
            code = job.process.poll()
            seconds = time.monotonic() - job.begun
            if code is None and self._too_long(seconds):
                self._kill(job)
                job.item.addError(f"The job ran longer than {self['local_maxtime'].evaluateFloat():g} s.")
                code = 1
            if code is None:
                continue
            del self._jobs[job.item.id]
            job.item.addLog(job.log.read_text(encoding="utf-8", errors="replace"))
            if code == 0:
                self.onWorkItemSucceeded(job.item.id, -1, seconds)
            else:
                self.onWorkItemFailed(job.item.id, -1)
        return tickResult.SchedulerReady if len(self._jobs) < self._slots() else tickResult.SchedulerBusy

    def onCancelWorkItems(self, work_items: Any, node: Any) -> None:
        for item in work_items:
            job = self._jobs.pop(item.id, None)
            if job is not None:
                self._kill(job)

    def getLogURI(self, work_item: WorkItem) -> str:
        return (Path(self.logDir(True)) / f"{work_item.name}.log").as_uri()

    def logDir(self, local: bool) -> str:
        return str(Path(self.tempDir(local)) / "logs")

    def applicationBin(self, name: str, work_item: WorkItem | None) -> str:
        if name == "python":
            return shlex.quote(sys.executable)
        if name == "hython":
            return f"{shlex.quote(sys.executable)} {shlex.quote(str(JOB_FILES / 'hython.py'))}"
        return super().applicationBin(name, work_item)

    def expandCommandTokens(self, command: str, work_item: WorkItem) -> str:
        """The words of PDG in a command (listed in public files of SideFX), expanded for this machine."""
        for token, text in {
            "__PDG_PYTHON__": self.applicationBin("python", work_item),
            "__PDG_HYTHON__": self.applicationBin("hython", work_item),
            "__PDG_ITEM_NAME__": work_item.name,
            "__PDG_ITEM_ID__": str(work_item.id),
            "__PDG_DIR__": self.workingDir(False),
            "__PDG_TEMP__": self.tempDir(False),
            "__PDG_SHARED_TEMP__": self.tempDir(False),
            "__PDG_SCRIPTDIR__": self.scriptDir(False),
            "__PDG_RESULT_SERVER__": self.workItemResultServerAddr(),
        }.items():
            command = command.replace(token, text)
        return command

    def workItemResultServerAddr(self) -> str:
        assert self._server is not None
        return self._server.address

    def _slots(self) -> int:
        cores = os.cpu_count() or 1
        # -1, 0 and 1 are the tokens of the menu: all but one, a quarter, a number
        chosen = str(self["maxprocsmenu"].evaluate())
        if chosen == "1":
            return max(1, self["maxprocs"].evaluateInt())
        return max(1, cores - 1) if chosen == "-1" else max(1, cores // 4)

    def _too_long(self, seconds: float) -> bool:
        limit = self["local_maxtime"].evaluateFloat()
        return bool(self["local_enabletimeout"].evaluateInt()) and seconds > limit

    def _environment(self, item: WorkItem) -> dict[str, str]:
        ours = dict(os.environ)
        if self["local_skippackages"].evaluateInt():
            for name in PACKAGE_VARIABLES:
                ours.pop(name, None)
        for name in self["local_envunset"].evaluateString().split():
            ours.pop(name, None)
        for number in range(1, self["local_envmulti"].evaluateInt() + 1):
            name = self[f"local_envname{number}"].evaluateString(item)
            ours[name] = self[f"local_envvalue{number}"].evaluateString(item)
        session = self.context.world.session
        _, _, port = self.workItemResultServerAddr().partition(":")
        return {
            **ours,
            "HYTHON_HARNESS_VERSION": session.version,
            "PDG_DIR": self.workingDir(False),
            "PDG_TEMP": self.tempDir(False),
            "PDG_SHARED_TEMP": self.tempDir(False),
            "PDG_SCRIPTDIR": self.scriptDir(False),
            "PDG_ITEM_NAME": item.name,
            "PDG_ITEM_ID": str(item.id),
            "PDG_INDEX": str(item.index),
            "PDG_RESULT_SERVER": self.workItemResultServerAddr(),
            "PDG_RESULT_CLIENT_ID": str(item.id),
            "PDG_HTTP_PORT": port,
            "PDG_ITEM_DATA_SOURCE": "0",
            **item.environment,
        }

    def _write_data(self, item: WorkItem) -> None:
        told = {
            "name": item.name, "id": item.id, "index": item.index, "frame": item.frame,
            "attributes": as_json(item),
            "inputs": [{"path": file.path, "tag": file.tag} for file in item.inputFiles],
        }  # fmt: skip
        (Path(self.dataDir(True)) / f"{item.name}.json").write_text(json.dumps(told), encoding="utf-8")

    def _kill(self, job: Job) -> None:
        """The job and what it started."""
        try:
            os.killpg(job.process.pid, signal.SIGTERM)
            job.process.wait(2)
        except ProcessLookupError:
            pass
        except subprocess.TimeoutExpired:
            os.killpg(job.process.pid, signal.SIGKILL)
        job.process.wait()
