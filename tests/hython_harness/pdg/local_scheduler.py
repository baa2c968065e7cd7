"""The Local Scheduler: real child processes, as many at once as it has slots."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path
from typing import Any

from ..errors import NotPlayedError
from .callback_server import CallbackServerMixin
from .enums import scheduleResult, tickResult
from .items import WorkItem
from .local_job import Job, Verdict, job_environment, start, verdict
from .scheduler_base import WHOLE, PyScheduler

# Menus of a parm dump of Houdini 20.0.
QUARTER, ALL_BUT_ONE, CUSTOM = 0, -1, 1  # maxprocsmenu
IN_WORKING_DIR, IN_HOUDINI_TEMP, IN_CUSTOM_DIR = 0, 1, 2  # tempdirmenu
NEVER, WITH_SCHEDULER, WITH_COOK = 0, 1, 2  # pdg_deletetempdir
UNPLAYED = ("local_enablemaxmemory", "local_useminfreemem")


class LocalScheduler(CallbackServerMixin, PyScheduler):
    """Parameters as in a dump of Houdini 20.0; limits of memory are not played."""

    def __init__(self, scheduler: Any, name: str) -> None:
        PyScheduler.__init__(self, scheduler, name)
        CallbackServerMixin.__init__(self, True)
        self._jobs: dict[int, Job] = {}
        self._failures: dict[int, int] = {}  # how often a job of an item has failed
        self._busy = threading.RLock()

    def onStartCook(self, static: bool, cook_set: Any) -> bool:
        for parm in UNPLAYED:
            if self[parm].evaluateInt():
                raise NotPlayedError(f"{self.name}: the harness doesn't play {parm}")
        folder = self["pdg_workingdir"].evaluateString()
        self.setWorkingDir(folder, folder)
        temp = self._temp_folder()
        self.setTempDir(temp, temp)
        self._failures.clear()
        for made in (folder, self.dataDir(True), self.logDir(True)):
            Path(made).mkdir(parents=True, exist_ok=True)
        self._copyJobSupportFiles()
        if not self.isCallbackServerRunning():
            self.startCallbackServer()
        return True

    def onStopCook(self, cancel: bool) -> bool:
        with self._busy:
            for job in self._jobs.values():
                job.kill()
            self._jobs.clear()
        self.stopCallbackServer()
        if self["pdg_deletetempdir"].evaluateInt() == WITH_COOK:
            self.cleanTempDirectory()
        return True

    def onStop(self) -> bool:
        if self._temp is not None and self["pdg_deletetempdir"].evaluateInt() == WITH_SCHEDULER:
            self.cleanTempDirectory()
        return True

    def onSchedule(self, work_item: WorkItem) -> scheduleResult:
        with self._busy:
            alone = self.evaluateBoolOverride(work_item.node, "local", "single", work_item, False)
            if not self._has_room(work_item) or any(job.alone for job in self._jobs.values()):
                return scheduleResult.FullDeferred
            if alone and self._jobs:
                return scheduleResult.Deferred
            self.createJobDirsAndSerializeWorkItems(work_item)
            try:
                job = start(self, work_item, self._slots_of(work_item), alone)
            except (OSError, ValueError) as error:
                work_item.addError(f"The job can't be started: {error}")
                return scheduleResult.Failed
            self._jobs[work_item.id] = job
            self.onWorkItemStartCook(work_item.id, WHOLE)
            return scheduleResult.Succeeded

    def onTick(self) -> tickResult:
        with self._busy:
            for job in list(self._jobs.values()):
                found = verdict(self, job, self._failures.get(job.item.id, 0))
                if found is not Verdict.RUNNING:
                    self._finish(job, found)
            full = sum(job.slots for job in self._jobs.values()) >= self._slots()
            return tickResult.SchedulerBusy if full else tickResult.SchedulerReady

    def onCancelWorkItems(self, work_items: Any, node: Any) -> None:
        with self._busy:
            for item in work_items:
                job = self._jobs.pop(item.id, None)
                if job is not None:
                    job.kill()

    def getLogURI(self, work_item: WorkItem) -> str:
        return (Path(self.logDir(True)) / f"{work_item.name}.log").as_uri()

    def cleanTempDirectory(self) -> None:
        shutil.rmtree(self.tempDir(True), ignore_errors=True)

    def _finish(self, job: Job, found: Verdict) -> None:
        del self._jobs[job.item.id]
        job.item.addLog(job.output())
        if found is Verdict.RETRY:
            self._failures[job.item.id] = self._failures.get(job.item.id, 0) + 1
            if self["local_addfailcountattr"].evaluateInt(job.item):
                name = self["local_failcountattr"].evaluateString(job.item)
                self.onWorkItemSetIntAttrib(job.item.id, WHOLE, name, self._failures[job.item.id])
            self._jobs[job.item.id] = start(self, job.item, job.slots, job.alone)
        elif found is Verdict.SUCCEEDED:
            self.onWorkItemSucceeded(job.item.id, WHOLE, job.seconds())
        else:
            self.onWorkItemFailed(job.item.id, WHOLE)

    def _has_room(self, item: WorkItem) -> bool:
        if self["pdg_usemaxtasks"].evaluateInt() and len(self._jobs) >= self["pdg_maxtasks"].evaluateInt():
            return False
        # One that wants more slots than there are runs when nothing else does.
        used = sum(job.slots for job in self._jobs.values())
        return not self._jobs or used + self._slots_of(item) <= self._slots()

    def _slots_of(self, item: WorkItem) -> int:
        if not self.evaluateBoolOverride(item.node, "local", "is_CPU_number_set", item, False):
            return 1
        return max(1, self.evaluateIntOverride(item.node, "local", "CPUs_to_use", item, 1))

    def _slots(self) -> int:
        cores = os.cpu_count() or 1
        chosen = int(str(self["maxprocsmenu"].evaluate()))
        if chosen == CUSTOM:  # a negative number is taken from that of the cores (docs)
            told = self["maxprocs"].evaluateInt()
            return max(1, told if told > 0 else cores + told)
        return max(1, cores - 1) if chosen == ALL_BUT_ONE else max(1, cores // 4)

    def _environment(self, item: WorkItem) -> dict[str, str]:
        return job_environment(self, item)

    def _temp_folder(self) -> str:
        where = self["tempdirmenu"].evaluateInt()
        if where == IN_WORKING_DIR:
            folder = f"{self.workingDir(True)}/pdgtemp"
        elif where == IN_CUSTOM_DIR:
            folder = self["tempdircustom"].evaluateString()
        else:
            hip = Path(self.context._world.session.hou.hipFile.path())
            folder = f"{self.context._world.temp_folder()}/{hip.stem}/pdgtemp"
        return f"{folder}/{os.getpid()}" if self["tempdirappendpid"].evaluateInt() else folder
