"""`pdg.processor.PyProcessor`, `pdg.partitioner.PyPartitioner`, `pdg.scheduler.PyScheduler`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .attributes import writable
from .enums import result, scheduleResult, tickResult
from .items import WorkItem
from .nodes import Node, Parameter


class _Callbacks:
    """What every Python type has: its node's parameters, name, wires and messages."""

    _node: Node

    name = property(lambda self: self._node.name)
    context = property(lambda self: self._node.context)
    inputs = property(lambda self: self._node.inputs)
    type = property(lambda self: self._node.type)
    typeName = property(lambda self: self._node.type.typeName)  # noqa: N815

    @classmethod
    def templateName(cls) -> str:
        return cls.__name__.lower()

    @classmethod
    def templateBody(cls) -> str:
        return json.dumps({"name": cls.templateName(), "dataType": "genericdata", "parameters": []})

    def __getitem__(self, name: str) -> Parameter:
        return self._node[name]

    def parameter(self, name: str) -> Parameter | None:
        return self._node.parameter(name)

    def topNode(self) -> Any:
        return self._node.topNode()


class _Worker(_Callbacks):
    def __init__(self, node: Any) -> None:
        if not isinstance(node, Node):
            raise TypeError(f"{type(self).__name__} is made with a pdg.Node, not {node!r}")
        self._node = node

    workItems = property(lambda self: self._node.workItems)  # noqa: N815

    def addError(self, text: str) -> None:
        self._node.addError(text)

    def addWarning(self, text: str) -> None:
        self._node.addWarning(text)

    def onConfigureNode(self, node_options: Any) -> result:
        return result.Success

    def onPreCook(self) -> result:
        return result.Success

    def onPostCook(self) -> result:
        return result.Success


class PyProcessor(_Worker):
    """SideFX docs tops/processors."""

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> result:
        for item in upstream_items:
            item_holder.addWorkItem(parent=item, index=item.index)
        return result.Success

    def onAddInternalDependencies(
        self, dependency_holder: Any, internal_items: Any, is_static: bool
    ) -> result:
        return result.Success

    def onPrepareTask(self, work_item: WorkItem) -> result:
        return result.Success

    def onCookTask(self, work_item: WorkItem) -> result:
        return result.Success

    def onPostCookTask(self, work_item: WorkItem) -> result:
        return result.Success


class PyPartitioner(_Worker):
    """SideFX docs tops/partitioners."""

    def onPartition(self, partition_holder: Any, work_items: Any) -> result:
        raise NotImplementedError("a partitioner has an onPartition callback")


class PyScheduler(_Callbacks):
    """SideFX docs tops/schedulers_callbacks; what a scheduler may call is what a listing of `pdg.Scheduler`
    in Houdini 21.0.671 has.
    """

    def __init__(self, scheduler: Any, name: str) -> None:
        if not isinstance(scheduler, Node):
            raise TypeError(f"{type(self).__name__} is made with what PDG hands over, not {scheduler!r}")
        self._node = scheduler
        self._folders: tuple[str, str] | None = None
        self._temp: Path | None = None

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

    def applicationBin(self, name: str, work_item: WorkItem | None) -> str:
        raise NotImplementedError(f"{type(self).__name__} names no program for {name}")

    def getLogURI(self, work_item: WorkItem) -> str:
        return ""

    def getStatusURI(self, work_item: WorkItem) -> str:
        return ""

    # what it tells PDG; index -1 means the item itself. Safe from any thread.

    def onWorkItemStartCook(self, item_id: int, index: int = -1) -> None:
        self.context._started(self._item(item_id))

    def onWorkItemSucceeded(self, item_id: int, index: int, seconds: float) -> None:
        self.context._ended(self._item(item_id), succeeded=True, seconds=float(seconds))

    def onWorkItemFailed(self, item_id: int, index: int = -1) -> None:
        self.context._ended(self._item(item_id), succeeded=False)

    def onWorkItemCanceled(self, item_id: int, index: int = -1) -> None:
        self.context._ended(self._item(item_id), succeeded=False, cancelled=True)

    def onWorkItemSetCookPercent(self, item_id: int, index: int, percent: float) -> None:
        self._item(item_id).setCookPercent(percent)

    def onWorkItemSetCustomState(self, item_id: int, index: int, text: str) -> None:
        self._item(item_id).setCustomState(text)

    def onWorkItemAppendLog(self, item_id: int, index: int, text: str, *_: Any) -> None:
        self._item(item_id).addLog(text)

    def onWorkItemSetStringAttrib(
        self, item_id: int, index: int, name: str, value: Any, attrib_index: int = 0
    ) -> None:
        self._write(item_id, lambda item: item.setStringAttrib(name, value, max(0, attrib_index)))

    def onWorkItemSetIntAttrib(
        self, item_id: int, index: int, name: str, value: Any, attrib_index: int = 0
    ) -> None:
        self._write(item_id, lambda item: item.setIntAttrib(name, value, max(0, attrib_index)))

    def onWorkItemSetFloatAttrib(
        self, item_id: int, index: int, name: str, value: Any, attrib_index: int = 0
    ) -> None:
        self._write(item_id, lambda item: item.setFloatAttrib(name, value, max(0, attrib_index)))

    def onWorkItemAddOutput(
        self, item_id: int, index: int, path: str, tag: str, checksum: int = 0, and_success: bool = False
    ) -> None:
        self._write(item_id, lambda item: item.addOutputFile(path, tag, checksum))

    def onWorkItemAddOutputs(
        self, item_id: int, index: int, paths: Any, tag: str, checksums: Any = (), and_success: bool = False
    ) -> None:
        self._write(item_id, lambda item: item.addOutputFiles(list(paths), tag))

    def cookError(self, message: str) -> None:
        self._node.addError(message)

    def cookWarning(self, message: str) -> None:
        self._node.addWarning(message)

    def runOnMainThread(self, wait: bool, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self.context.world.run_on_main(wait, lambda: function(*args, **kwargs))

    # folders

    def setWorkingDir(self, local: str, remote: str) -> None:
        self._folders = (local, remote)
        self._temp = None

    def workingDir(self, local: bool) -> str:
        if self._folders is None:
            raise RuntimeError(f"{self.name}: setWorkingDir was not called")
        return self._folders[0 if local else 1]

    def tempDir(self, local: bool) -> str:
        if self._temp is None:
            self._temp = Path(self.workingDir(True)) / "pdgtemp" / str(self.context.process_id)
        return str(self._temp)

    def scriptDir(self, local: bool) -> str:
        return str(Path(self.tempDir(local)) / "scripts")

    def dataDir(self, local: bool) -> str:
        return str(Path(self.tempDir(local)) / "data")

    def localizePath(self, path: str) -> str:
        return path.replace("__PDG_DIR__", self.workingDir(True)).replace("__PDG_TEMP__", self.tempDir(True))

    def _item(self, item_id: int) -> WorkItem:
        item = self.context.graph.workItemById(item_id)
        if item is None:
            raise ValueError(f"there is no work item {item_id!r}")
        return item

    def _write(self, item_id: int, action: Callable[[WorkItem], None]) -> None:
        item = self._item(item_id)
        with writable(item):
            action(item)
