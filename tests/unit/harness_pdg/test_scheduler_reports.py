"""What schedulers of one's own tell PDG: from ticks, from jobs, on the main thread."""

from __future__ import annotations

import threading
import time

from .topnet import commands, cook, items, states, wait_for_cook


def test_what_comes_after_the_end_of_an_item_is_of_no_account(own):
    kind, _scheduler, node = own

    def finish(self, item):
        self.onWorkItemFailed(item.id, -1)
        self.onWorkItemSucceeded(item.id, -1, 1.0)

    kind.finish = finish
    cook(node)
    assert states(node) == ["CookedFail"] * 2


def test_a_tick_writes_items_that_it_locks_only(own, scene):
    kind, scheduler, node = own
    plain = kind.finish

    def careless(self, item):
        item.setStringAttrib("by", "tick")

    kind.finish = careless
    cook(node)
    assert "AttribError" in scheduler.errors()[0]

    def careful(self, item):
        with item.lockAttributes():
            item.setStringAttrib("by", "tick")
        plain(self, item)

    kind.finish = careful
    cook(node)
    assert {item.stringAttribValue("by") for item in items(node)} == {"tick"}


def test_a_scheduler_tells_pdg_what_a_job_would(own):
    kind, _scheduler, node = own
    plain = kind.finish

    def finish(self, item):
        self.onWorkItemSetStringAttrib(item.id, -1, "run", "rs_1", 0)
        self.onWorkItemSetCookPercent(item.id, -1, 75.0)
        self.onWorkItemSetCustomState(item.id, -1, "generating")
        self.onWorkItemAddOutput(item.id, -1, "/a.mp4", "file/video", 0, False)
        self.onWorkItemAppendLog(item.id, -1, "one line", 3)
        plain(self, item)

    kind.finish = finish
    item = cook(node)[0]
    assert (item.stringAttribValue("run"), item.cookPercent, item.customState) == ("rs_1", 75.0, "generating")
    assert [(file.path, file.tag) for file in item.outputFiles] == [("/a.mp4", "file/video")]
    assert "one line" in item.logMessages


def test_something_can_be_done_on_the_main_thread(own):
    kind, _scheduler, node = own
    plain, seen = kind.finish, []

    def finish(self, item):
        seen.append(self.runOnMainThread(True, lambda a, b: (threading.current_thread(), a + b), 1, b=2))
        plain(self, item)

    kind.finish = finish
    cook(node)
    assert seen == [(threading.main_thread(), 3)] * 2
    node.dirtyAllTasks(False)
    node.cookWorkItems()
    wait_for_cook(node)
    assert len(seen) == 4


def test_an_error_on_the_main_thread_is_raised_where_it_was_asked_for(own):
    kind, scheduler, node = own
    kind.finish = lambda self, item: self.runOnMainThread(True, lambda: {}["gone"])
    cook(node)
    assert "KeyError" in scheduler.errors()[0]


def test_without_a_callback_server_there_is_no_address(own):
    kind, scheduler, node = own
    kind.finish = lambda self, item: self.workItemResultServerAddr()
    cook(node)
    assert "CallbackServerMixin" in scheduler.errors()[0]


FARM = """
import os, subprocess
from pdg.job.callbackserver import CallbackServerMixin
from pdg.scheduler import PyScheduler

class Farm(CallbackServerMixin, PyScheduler):
    def __init__(self, scheduler, name):
        PyScheduler.__init__(self, scheduler, name)
        CallbackServerMixin.__init__(self, False)

    @classmethod
    def templateName(cls):
        return "farm"

    def onStartCook(self, static, cook_set):
        folder = self["pdg_workingdir"].evaluateString()
        self.setWorkingDir(folder, folder)
        self._copyJobSupportFiles()
        if not self.isCallbackServerRunning():
            self.startCallbackServer()
        return True

    def onSchedule(self, work_item):
        self.createJobDirsAndSerializeWorkItems(work_item)
        command = self.expandCommandTokens(work_item.command, work_item)
        variables = dict(os.environ)
        self.addCommonJobEnvVars(variables, work_item)
        variables.update(PDG_DIR=self.workingDir(False), PDG_TEMP=self.tempDir(False))
        variables.update(PDG_SCRIPTDIR=self.scriptDir(False))
        self.workItemStartCook(work_item.id, -1)
        done = subprocess.run(command, shell=True, env=variables)
        if done.returncode:
            self.workItemFailed(work_item.id, -1)
        else:
            self.workItemSucceeded(work_item.id, -1, 0.0)
        return pdg.scheduleResult.Succeeded

    def onStop(self):
        self.stopCallbackServer()
        return True

def registerTypes(type_registry):
    type_registry.registerScheduler(Farm)
"""


def test_a_scheduler_with_a_callback_server_runs_jobs_that_report(register, scene):
    register(FARM)
    farm = scene.net.createNode("pdg_farm")
    node = commands(scene, "pdgcmd.setStringAttrib('by', os.environ['PDG_ITEM_NAME'])")
    node.parm("topscheduler").set(farm.path())
    [item] = cook(node)
    assert states(node) == ["CookedSuccess"]
    assert item.stringAttribValue("by") == item.name


def test_a_slow_schedule_keeps_no_tick_waiting(own):
    kind, _scheduler, node = own
    plain, ticks = kind.onSchedule, []

    def onSchedule(self, item):
        before = len(ticks)
        end = time.monotonic() + 10
        while len(ticks) == before and time.monotonic() < end:
            time.sleep(0.01)
        assert len(ticks) > before
        return plain(self, item)

    plain_tick = kind.onTick

    def onTick(self):
        ticks.append(1)
        return plain_tick(self)

    kind.onSchedule, kind.onTick = onSchedule, onTick
    cook(node)
    assert states(node) == ["CookedSuccess"] * 2
