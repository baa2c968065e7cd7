"""Schedulers of one's own: when PDG calls what, what it makes of their answers and errors."""

from __future__ import annotations

import threading
import time

import pytest

from .topnet import commands, cook, items, states, wait_for_cook, wait_until

OWN = """
import threading
from pdg.scheduler import PyScheduler

class Own(PyScheduler):
    def __init__(self, scheduler, name):
        PyScheduler.__init__(self, scheduler, name)
        self.calls, self.held = [], []

    def called(self, name):
        self.calls.append((name, threading.current_thread().name))

    def onStart(self):
        self.called("onStart")
        return True

    def onStop(self):
        self.called("onStop")
        return True

    def onStartCook(self, static, cook_set):
        self.called("onStartCook")
        return True

    def onStopCook(self, cancel):
        self.called(f"onStopCook({cancel})")
        return True

    def onSchedule(self, work_item):
        self.called("onSchedule")
        self.held.append(work_item)
        self.onWorkItemStartCook(work_item.id, -1)
        return pdg.scheduleResult.Succeeded

    def onTick(self):
        if not self.calls or self.calls[-1][0] != "onTick":
            self.called("onTick")
        while self.held:
            self.finish(self.held.pop())
        return pdg.tickResult.SchedulerReady

    def finish(self, item):
        self.onWorkItemSucceeded(item.id, -1, 0.5)

    def onCancelWorkItems(self, work_items, node):
        self.called("onCancelWorkItems")

def registerTypes(type_registry):
    type_registry.registerScheduler(Own, name="own", label="Own")
"""


@pytest.fixture
def own(register, scene):
    """The class of a scheduler, and a node that it carries the items of."""
    kind = register(OWN).Own
    scheduler = scene.net.createNode("pdg_own", "own1")
    node = commands(scene, "pass", count=2)
    node.parm("topscheduler").set(scheduler.path())
    return kind, scheduler, node


def object_of(scheduler):
    return next(one for one in scheduler.getPDGGraphContext().schedulers if one.name == "own1")


def names(scheduler) -> list[str]:
    return [name for name, _ in object_of(scheduler).calls]


def test_a_scheduler_is_started_asked_ticked_and_stopped(own):
    _kind, scheduler, node = own
    cook(node)
    assert states(node) == ["CookedSuccess"] * 2
    assert items(node)[0].cookDuration == 0.5
    called = names(scheduler)
    assert called[:2] == ["onStart", "onStartCook"]
    assert called.count("onSchedule") == 2
    assert called[-1] == "onStopCook(False)" or called[-2:] == ["onStopCook(False)", "onTick"]


def test_ticks_come_from_another_thread_than_schedules(own):
    _kind, scheduler, node = own
    cook(node)
    threads = {}
    for name, thread in object_of(scheduler).calls:
        threads.setdefault(name, set()).add(thread)
    assert threads["onTick"].isdisjoint(threads["onSchedule"])
    assert threading.main_thread().name not in threads["onTick"] | threads["onSchedule"]


def test_the_end_of_a_session_stops_the_scheduler(own, scene):
    _kind, scheduler, node = own
    cook(node)
    one = object_of(scheduler)
    scene.pdg_graph().world(scene).end_cooks()
    assert one.calls[-1][0] == "onStop"


def test_deferred_items_are_offered_again(own, scene):
    kind, _scheduler, node = own
    refused = []

    def onSchedule(self, item):
        if refused.count(item.id) < 2:
            refused.append(item.id)
            return scene.pdg.scheduleResult.Deferred
        self.held.append(item)
        return scene.pdg.scheduleResult.Succeeded

    kind.onSchedule = onSchedule
    cook(node)
    assert states(node) == ["CookedSuccess"] * 2
    assert sorted(refused) == sorted([item.id for item in items(node)] * 2)


def test_a_full_scheduler_is_asked_about_one_item_at_a_time(own, scene):
    kind, _scheduler, node = own
    node.parm("itemcount").set(5)
    most = []

    def onSchedule(self, item):
        if self.held:
            return scene.pdg.scheduleResult.FullDeferred
        self.held.append(item)
        most.append(len(self.held))
        return scene.pdg.scheduleResult.Succeeded

    kind.onSchedule = onSchedule
    cook(node)
    assert states(node) == ["CookedSuccess"] * 5
    assert most == [1] * 5


def test_a_busy_scheduler_is_not_asked(own, scene):
    kind, scheduler, node = own
    node.parm("itemcount").set(1)
    after = commands(scene, "pass", name="after", after=node)
    after.parm("topscheduler").set(scheduler.path())
    asked, ticks = [], []
    plain = kind.onSchedule

    def onSchedule(self, item):
        asked.append((item.node.name, len(ticks)))
        return plain(self, item)

    def onTick(self):
        """Busy for ten ticks once it has the first item, which is done in the fifth of them."""
        if self.held or ticks:
            ticks.append(1)
        if len(ticks) >= 5:
            while self.held:
                self.finish(self.held.pop())
        busy = 0 < len(ticks) <= 10
        return scene.pdg.tickResult.SchedulerBusy if busy else scene.pdg.tickResult.SchedulerReady

    kind.onSchedule, kind.onTick = onSchedule, onTick
    cook(after)
    assert states(after) == ["CookedSuccess"]
    assert [name for name, _ in asked] == ["work", "after"]
    assert asked[1][1] > 10


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("CookSucceeded", "CookedSuccess"),
        ("CookFailed", "CookedFail"),
        ("Failed", "CookedFail"),
        ("CookCanceled", "CookedCancel"),
    ],
)
def test_an_answer_may_settle_an_item(own, scene, answer, state):
    kind, _scheduler, node = own
    kind.onSchedule = lambda self, item: getattr(scene.pdg.scheduleResult, answer)
    cook(node)
    assert states(node) == [state] * 2


@pytest.mark.parametrize("wrong", [None, True, "Succeeded"])
def test_an_answer_that_is_none_of_houdinis_is_an_error(own, wrong):
    kind, scheduler, node = own
    kind.onSchedule = lambda self, item: wrong
    cook(node)
    assert states(node) == ["CookedFail"] * 2
    assert "scheduleResult" in scheduler.errors()[0]


def test_an_exception_while_it_schedules_fails_the_item_and_is_shown(own):
    kind, scheduler, node = own
    kind.onSchedule = lambda self, item: {}["gone"]
    cook(node)
    assert states(node) == ["CookedFail"] * 2
    assert "KeyError" in scheduler.errors()[0]


def test_an_exception_in_a_tick_ends_the_cook_and_is_shown(own):
    kind, scheduler, node = own
    kind.onTick = lambda self: {}["gone"]
    cook(node)
    assert set(states(node)) <= {"CookedCancel", "Uncooked"}
    assert "KeyError" in scheduler.errors()[0]


def test_a_tick_may_end_the_cook(own, scene):
    kind, scheduler, node = own

    def onTick(self):
        self.cookError("The box is not there.")
        return scene.pdg.tickResult.SchedulerCancelCook

    kind.onTick = onTick
    cook(node)
    assert "onStopCook(True)" in names(scheduler)
    assert scheduler.errors() == ("The box is not there.",)
    assert "CookedSuccess" not in states(node)


def test_a_scheduler_that_does_not_start_lets_nothing_cook(own):
    kind, scheduler, node = own
    kind.onStartCook = lambda self, static, cook_set: False
    cook(node)
    assert scheduler.errors()
    assert items(node) == []


def test_cancelling_the_cook_tells_the_scheduler(own):
    kind, scheduler, node = own
    kind.finish = lambda self, item: None
    node.cookWorkItems()
    wait_until(lambda: names(scheduler).count("onSchedule") == 2)
    node.cancelCook()
    wait_for_cook(node)
    assert "onStopCook(True)" in names(scheduler)
    assert states(node) == ["CookedCancel"] * 2


def test_cancelling_one_item_tells_the_scheduler(own):
    kind, scheduler, node = own
    node.parm("itemcount").set(1)
    kind.finish = lambda self, item: None
    node.cookWorkItems()
    wait_until(lambda: "onSchedule" in names(scheduler))
    items(node)[0].cancel()
    wait_for_cook(node)
    assert "onCancelWorkItems" in names(scheduler)
    assert states(node) == ["CookedCancel"]


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
