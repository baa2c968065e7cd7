# What this project uses of Houdini's `pdg`. SideFX publishes no stubs of it: names and signatures are
# those of the SideFX docs (tops/pdg, tops/processors, tops/partitioners, tops/schedulers; 20.5 and 21) and of
# files that Houdini's "Save to Python Script" wrote. Nothing runs this.
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from . import partitioner as partitioner
from . import processor as processor
from . import scheduler as scheduler

class result:
    Success: ClassVar[result]
    Failure: ClassVar[result]
    All: ClassVar[result]

class scheduleResult:
    Succeeded: ClassVar[scheduleResult]
    Failed: ClassVar[scheduleResult]
    Deferred: ClassVar[scheduleResult]
    FullDeferred: ClassVar[scheduleResult]
    CookSucceeded: ClassVar[scheduleResult]
    CookFailed: ClassVar[scheduleResult]
    CookCanceled: ClassVar[scheduleResult]

class tickResult:
    SchedulerReady: ClassVar[tickResult]
    SchedulerBusy: ClassVar[tickResult]
    SchedulerCancelCook: ClassVar[tickResult]

class nodeType:
    Processor: ClassVar[nodeType]
    Partitioner: ClassVar[nodeType]
    ServiceProcessor: ClassVar[nodeType]

class workItemCookType:
    Generate: ClassVar[workItemCookType]
    InProcess: ClassVar[workItemCookType]
    OutOfProcess: ClassVar[workItemCookType]
    Service: ClassVar[workItemCookType]

class workItemState:
    Undefined: ClassVar[workItemState]
    Dirty: ClassVar[workItemState]
    Uncooked: ClassVar[workItemState]
    Waiting: ClassVar[workItemState]
    Scheduled: ClassVar[workItemState]
    Cooking: ClassVar[workItemState]
    CookedSuccess: ClassVar[workItemState]
    CookedCache: ClassVar[workItemState]
    CookedFail: ClassVar[workItemState]
    CookedCancel: ClassVar[workItemState]

class generationType:
    Static: ClassVar[generationType]
    Dynamic: ClassVar[generationType]
    Regenerate: ClassVar[generationType]

class EventType:
    CookComplete: ClassVar[EventType]
    CookError: ClassVar[EventType]
    CookWarning: ClassVar[EventType]
    WorkItemStateChange: ClassVar[EventType]

class File:
    path: str
    tag: str
    hash: int
    owned: bool

class Parm:
    def evaluateString(self, work_item: WorkItem | None = None) -> str: ...
    def evaluateInt(self, work_item: WorkItem | None = None) -> int: ...
    def evaluateFloat(self, work_item: WorkItem | None = None) -> float: ...
    def evaluate(self, work_item: WorkItem | None = None) -> Any: ...

class WorkItem:
    name: str
    id: int
    index: int
    frame: float
    hasFrame: bool
    state: workItemState
    node: Node
    command: str
    platformCommand: Callable[..., str]
    environment: dict[str, str]
    shouldRunInShell: bool
    inputFiles: Sequence[File]
    outputFiles: Sequence[File]
    expectedOutputFiles: Sequence[File]
    parent: WorkItem | None
    dependencies: Sequence[WorkItem]
    def setCommand(self, command: str) -> None: ...
    def addEnvironmentVar(self, name: str, value: str) -> None: ...
    def setStringAttrib(self, name: str, value: str | Sequence[str], index: int = 0) -> None: ...
    def setIntAttrib(self, name: str, value: int | Sequence[int], index: int = 0) -> None: ...
    def setFloatAttrib(self, name: str, value: float | Sequence[float], index: int = 0) -> None: ...
    def stringAttribValue(self, name: str, index: int = 0) -> str | None: ...
    def intAttribValue(self, name: str, index: int = 0) -> int | None: ...
    def floatAttribValue(self, name: str, index: int = 0) -> float | None: ...
    def attribValue(self, name: str, index: int = 0) -> Any: ...
    def hasAttrib(self, name: str) -> bool: ...
    def addExpectedOutputFile(self, path: str, tag: str = "", own: bool = False) -> None: ...
    def addOutputFile(self, path: str, tag: str = "", hash: int = 0, own: bool = False) -> None: ...
    def addOutputFiles(
        self, paths: Sequence[str], tag: str = "", hashes: Sequence[int] = (), own: bool = False
    ) -> None: ...
    def addMessage(self, text: str) -> None: ...
    def addWarning(self, text: str) -> None: ...
    def addError(self, text: str) -> None: ...
    def setCookPercent(self, percent: float) -> None: ...
    def setCustomState(self, text: str) -> None: ...
    def lockAttributes(self) -> AbstractContextManager[None]: ...
    def cookWarning(self, text: str) -> None: ...
    def cancel(self) -> None: ...

class WorkItemHolder:
    def addWorkItem(
        self,
        options: Any = None,
        *,
        name: str = ...,
        index: int = ...,
        frame: float = ...,
        priority: int = ...,
        parent: WorkItem | None = ...,
        cookType: workItemCookType = ...,
        inProcess: bool = ...,
        cloneOutputFiles: bool = ...,
        preserveType: bool = ...,
    ) -> WorkItem: ...

class DependencyHolder:
    def addDependency(self, child: WorkItem, parent: WorkItem) -> None: ...

class PartitionHolder:
    def addItemToPartition(self, item: WorkItem, partition: int | str) -> None: ...
    def addItemToAllPartitions(self, item: WorkItem) -> None: ...

class NodeOptions:
    serviceName: str
    isAlwaysRegenerate: bool
    isDirtyOnRegenerate: bool
    isDirtyOnIncomplete: bool
    requiresGeneratedInputs: bool
    requiresSceneFile: bool

class NodeInterface:
    name: str
    context: GraphContext
    topNode: Any  # a method that gives the hou.TopNode
    def __init__(self, node: Any) -> None: ...
    def __getitem__(self, parm: str) -> Parm: ...

class Node:
    name: str
    workItems: Sequence[WorkItem]
    hasErrors: bool
    scheduler: Any
    context: GraphContext

class Graph:
    def workItemById(self, item_id: int) -> WorkItem | None: ...

class GraphContext:
    name: str
    cooking: bool
    graph: Graph
    def cook(self, block: bool = ...) -> bool: ...
    def cancelCook(self) -> None: ...
    def addEventHandler(
        self, handler: Callable[..., None], event_type: EventType, pass_handler: bool = ...
    ) -> Any: ...
    def removeEventHandler(self, handler: Any) -> None: ...
    def serializeWorkItems(self, file: str) -> None: ...

class TypeRegistry:
    @staticmethod
    def types() -> TypeRegistry: ...
    def registerNode(
        self,
        cls: type,
        node_type: nodeType,
        name: str = ...,
        static_gen: bool = ...,
        label: str = ...,
        category: str = ...,
    ) -> None: ...
    def registerScheduler(
        self, cls: type, name: str = ..., label: str = ..., parm_category: str = ...
    ) -> None: ...
    def addExtensionTag(self, extension: str, tag: str) -> None: ...

class CookError(Exception): ...
class AttribError(Exception): ...
