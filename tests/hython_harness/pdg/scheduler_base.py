"""`pdg.scheduler.PyScheduler`: the callbacks of a scheduler, and what it tells PDG."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import NotPlayedError
from .attributes import writable
from .bases import NodeCallbacks
from .enums import scheduleResult, tickResult
from .items import WorkItem
from .job_environment import JobEnvironment
from .nodes import Node, Parameter

WHOLE = -1  # the index that means the item itself, not one of a batch


class PyScheduler(JobEnvironment, NodeCallbacks):
    """SideFX docs tops/schedulers_callbacks.

    What a scheduler may call is what a listing of `pdg.Scheduler` in Houdini 21.0.671 has, and what public
    schedulers call of the Python class around it.
    """

    def __init__(self, scheduler: Any, name: str) -> None:
        if not isinstance(scheduler, Node):
            raise TypeError(f"{type(self).__name__} is made with what PDG hands over, not {scheduler!r}")
        if not isinstance(name, str):
            raise TypeError(f"a scheduler's name is a text, not {name!r}")
        super().__init__(scheduler)

    # callbacks

    def onStart(self) -> bool:
        return True

    def onStop(self) -> bool:
        return True

    def onStartCook(self, static: bool, cook_set: Any) -> bool:
        return True

    def onStopCook(self, cancel: bool) -> bool:
        return True

    def onSchedule(self, work_item: WorkItem) -> scheduleResult:
        raise NotImplementedError("a scheduler has an onSchedule callback")

    def onTick(self) -> tickResult:
        return tickResult.SchedulerReady

    def onCancelWorkItems(self, work_items: Any, node: Any) -> None:
        """Does nothing by itself."""

    def submitAsJob(self, graph_file: str, node_path: str) -> str:
        raise NotPlayedError("the harness submits no graph as a job")

    def getLogURI(self, work_item: WorkItem) -> str:
        return ""

    def getStatusURI(self, work_item: WorkItem) -> str:
        return ""

    # what it tells PDG; safe from any thread

    def onWorkItemStartCook(self, item_id: int, index: int = WHOLE) -> None:
        self.context._started(self._item(item_id, index))

    def onWorkItemSucceeded(self, item_id: int, index: int, seconds: float) -> None:
        self.context._ended(self._item(item_id, index), succeeded=True, seconds=float(seconds))

    def onWorkItemFailed(self, item_id: int, index: int = WHOLE) -> None:
        self.context._ended(self._item(item_id, index), succeeded=False)

    def onWorkItemCanceled(self, item_id: int, index: int = WHOLE) -> None:
        self.context._ended(self._item(item_id, index), succeeded=False, cancelled=True)

    def onWorkItemSetCookPercent(self, item_id: int, index: int, percent: float) -> None:
        self._item(item_id, index).setCookPercent(percent)

    def onWorkItemSetCustomState(self, item_id: int, index: int, text: str) -> None:
        self._item(item_id, index).setCustomState(text)

    def onWorkItemAppendLog(self, item_id: int, index: int, text: str, log_type: int = 3) -> None:
        self._item(item_id, index)._say({1: "error", 2: "warning"}.get(log_type, "log"), text)

    def onWorkItemSetStringAttrib(
        self, item_id: int, index: int, name: str, value: Any, attrib_index: int = 0
    ) -> None:
        self._write(item_id, index, lambda item: item.setStringAttrib(name, value, max(0, attrib_index)))

    def onWorkItemSetIntAttrib(
        self, item_id: int, index: int, name: str, value: Any, attrib_index: int = 0
    ) -> None:
        self._write(item_id, index, lambda item: item.setIntAttrib(name, value, max(0, attrib_index)))

    def onWorkItemSetFloatAttrib(
        self, item_id: int, index: int, name: str, value: Any, attrib_index: int = 0
    ) -> None:
        self._write(item_id, index, lambda item: item.setFloatAttrib(name, value, max(0, attrib_index)))

    def onWorkItemAddOutput(
        self, item_id: int, index: int, path: str, tag: str, checksum: int = 0, and_success: bool = False
    ) -> None:
        self.onWorkItemAddOutputs(item_id, index, [path], tag, [checksum], and_success)

    def onWorkItemAddOutputs(
        self, item_id: int, index: int, paths: Any, tag: Any, checksums: Any = (), and_success: bool = False
    ) -> None:
        tags = [tag] * len(paths) if isinstance(tag, str) else list(tag)

        def add(item: WorkItem) -> None:
            for place, path in enumerate(paths):
                checksum = checksums[place] if place < len(checksums) else 0
                item.addOutputFile(path, tags[place], checksum)

        self._write(item_id, index, add)
        if and_success:
            self.onWorkItemSucceeded(item_id, index, 0.0)

    def onWorkItemInvalidateCache(self, item_id: int, index: int = WHOLE) -> None:
        item = self._item(item_id, index)
        for dependent in item.dependents:
            dependent._cooked_before = False

    def cookError(self, message: str) -> None:
        self._node._fail(message)

    def cookWarning(self, message: str) -> None:
        self._node._warn(message)

    def runOnMainThread(self, wait: bool, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self.context._world.run_on_main(wait, lambda: function(*args, **kwargs))

    # what a node says instead of its scheduler

    def evaluateStringOverride(
        self, node: Node, prefix: str, parm: str, work_item: WorkItem | None, default_value: str
    ) -> str:
        found = self._overriding(node, prefix, parm)
        return default_value if found is None else found.evaluateString(work_item)

    def evaluateIntOverride(
        self, node: Node, prefix: str, parm: str, work_item: WorkItem | None, default_value: int
    ) -> int:
        found = self._overriding(node, prefix, parm)
        return default_value if found is None else found.evaluateInt(work_item)

    def evaluateFloatOverride(
        self, node: Node, prefix: str, parm: str, work_item: WorkItem | None, default_value: float
    ) -> float:
        found = self._overriding(node, prefix, parm)
        return default_value if found is None else found.evaluateFloat(work_item)

    def evaluateBoolOverride(
        self, node: Node, prefix: str, parm: str, work_item: WorkItem | None, default_value: bool
    ) -> bool:
        return bool(self.evaluateIntOverride(node, prefix, parm, work_item, int(default_value)))

    def _overriding(self, node: Node, prefix: str, parm: str) -> Parameter | None:
        name = f"{prefix}_{parm}"
        return node.parameter(name) or self.parameter(name)

    def _item(self, item_id: int, index: int) -> WorkItem:
        item: WorkItem | None = self.context.graph.workItemById(item_id)
        if item is None:
            raise ValueError(f"there is no work item {item_id!r}")
        if not isinstance(index, int) or isinstance(index, bool):
            raise TypeError(f"the place of an item in its batch is a number, not {index!r}")
        if index == WHOLE:
            return item
        if not item.isBatch or not 0 <= index < len(item._parts()):
            raise ValueError(f"{item.name} has no item {index}: {WHOLE} means itself")
        return item._parts()[index]

    def _write(self, item_id: int, index: int, action: Callable[[WorkItem], None]) -> None:
        item = self._item(item_id, index)
        with writable(item):
            action(item)
