"""A scheduler that notes what is called, and holds each item until its next tick."""

from __future__ import annotations

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


def object_of(scheduler):
    return next(one for one in scheduler.getPDGGraphContext().schedulers if one.name == "own1")


def names(scheduler) -> list[str]:
    return [name for name, _ in object_of(scheduler).calls]
