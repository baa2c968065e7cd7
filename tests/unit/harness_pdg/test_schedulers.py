"""Schedulers of one's own: when PDG calls what, what it makes of their answers and errors."""

from __future__ import annotations

import threading

import pytest

from .own_scheduler import names, object_of
from .topnet import commands, cook, items, states, wait_for_cook, wait_until


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


def test_deferred_items_are_offered_once_a_while(own, scene):
    kind, _, node = own
    node.parm("itemcount").set(1)
    offers, ticks, plain = [], [], kind.onTick

    def onSchedule(self, item):
        offers.append(len(ticks))
        if len(offers) < 8:
            return scene.pdg.scheduleResult.Deferred
        self.held.append(item)
        return scene.pdg.scheduleResult.Succeeded

    def onTick(self):
        ticks.append(1)
        return plain(self)

    kind.onSchedule, kind.onTick = onSchedule, onTick
    cook(node)
    assert len(offers) == 8
    assert len(set(offers)) > 3  # ticks came between most of them


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
def test_an_answer_that_is_none_of_houdinis_is_an_error(scene, own, wrong):
    kind, scheduler, node = own
    kind.onSchedule = lambda self, item: wrong
    cook(node)
    assert states(node) == ["CookedFail"] * 2
    assert "scheduleResult" in scheduler.errors()[0]
    assert "scheduleResult" in scene.oddities[0], "no test may overlook it"
    scene.oddities.clear()


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
