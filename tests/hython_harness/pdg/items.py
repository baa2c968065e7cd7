"""Work items and their files."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .attributes import AttributeOwner, as_json
from .enums import COOKED, SUCCESSFUL, UNSUCCESSFUL, EventType, State, workItemCookType

if TYPE_CHECKING:
    from .batches import BatchWorkItem
    from .nodes import Node

TAGS = {  # SideFX docs tops/pdg: what a file is, by its ending
    ".exr": "file/image", ".png": "file/image", ".jpg": "file/image", ".tif": "file/image",
    ".mp4": "file/video", ".mov": "file/video", ".bgeo": "file/geo", ".sc": "file/geo", ".json": "file/json",
}  # fmt: skip


@dataclass(frozen=True)
class File:
    """One file of a work item."""

    path: str
    tag: str
    hash: int = 0
    owned: bool = False


@dataclass(frozen=True)
class LogMessage:
    kind: str  # "message", "warning", "error", "log"
    text: str


class WorkItem(AttributeOwner):
    """One work item. What a listing of `pdg.WorkItem` doesn't have is not here."""

    def __init__(
        self,
        node: Node,
        item_id: int,
        index: int,
        parent: WorkItem | None,
        cook_type: workItemCookType,
        frame: float | None = None,
        priority: int = 0,
    ) -> None:
        super().__init__()
        self._node, self._id, self._index, self._parent = node, item_id, index, parent
        self._cook_type, self._priority = cook_type, priority
        inherited: float | None = parent._frame if parent is not None else None
        self._frame: float | None = frame if frame is not None else inherited
        self._name = f"{node.name}_{item_id}"
        self._shown = f"work item {self._name}"
        self._state = State.Uncooked
        self._command = ""
        self._in_shell = False
        self._environment: dict[str, str] = {}
        self._expected: list[File] = []
        self._outputs: list[File] = []
        self._needs: list[WorkItem] = [parent] if parent is not None else []
        self._partition: list[WorkItem] | None = None
        self._batch: BatchWorkItem | None = None
        self._messages: list[LogMessage] = []
        self._percent: float | None = None
        self._custom_state = ""
        self._begun = self._duration = 0.0
        self._cooked_before = False  # in an earlier cook: its files count as cached ones
        if parent is not None:
            self._inherit(parent)

    # who it is

    name = property(lambda self: self._name)
    id = property(lambda self: self._id)
    index = property(lambda self: self._index)
    priority = property(lambda self: self._priority)
    node = property(lambda self: self._node)
    context = property(lambda self: self._node.context)
    graph = property(lambda self: self._node.context.graph)
    parent = property(lambda self: self._parent)
    cookType = property(lambda self: self._cook_type)
    isInProcess = property(lambda self: self._cook_type is workItemCookType.InProcess)
    isOutOfProcess = property(lambda self: self._cook_type is workItemCookType.OutOfProcess)
    isPartition = property(lambda self: self._partition is not None)
    isBatch = property(lambda self: False)
    batchParent = property(lambda self: self._batch)
    hasFrame = property(lambda self: self._frame is not None)
    dependencies = property(lambda self: list(self._needs))

    @property
    def frame(self) -> float:
        return 0.0 if self._frame is None else self._frame

    @property
    def batchIndex(self) -> int:
        return -1 if self._batch is None else self._batch.batchItems.index(self)

    @property
    def partitionItems(self) -> list[WorkItem]:
        return list(self._partition or ())

    @property
    def dependents(self) -> list[WorkItem]:
        return [item for item in self.graph._items() if self in item._needs]

    @property
    def failedDependencies(self) -> list[WorkItem]:
        return [item for item in self._needs if item._state in UNSUCCESSFUL]

    def hasDependency(self, other: WorkItem) -> bool:
        return other in self._needs

    # how it stands

    state = property(lambda self: self._state)
    isCooked = property(lambda self: self._state in COOKED)
    isSuccessful = property(lambda self: self._state in SUCCESSFUL)
    isUnsuccessful = property(lambda self: self._state in UNSUCCESSFUL)
    cookPercent = property(lambda self: self._percent or 0.0)
    hasCookPercent = property(lambda self: self._percent is not None)
    customState = property(lambda self: self._custom_state)
    hasCustomState = property(lambda self: bool(self._custom_state))
    cookDuration = property(lambda self: self._duration)
    hasWarnings = property(lambda self: any(said.kind == "warning" for said in self._messages))

    @property
    def logMessages(self) -> str:
        return "\n".join(said.text for said in self._messages)

    def setCookPercent(self, percent: float) -> None:
        if not isinstance(percent, (int, float)) or isinstance(percent, bool):
            raise TypeError(f"a cook percentage is a number, not {percent!r}")
        self._percent = float(percent)
        self._node.context._emit(EventType.WorkItemCookPercentUpdate, self._node, self)

    def setCustomState(self, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(f"a custom state is a text, not {text!r}")
        self._custom_state = text

    def addMessage(self, text: str) -> None:
        self._say("message", text)

    def addWarning(self, text: str) -> None:
        self._say("warning", text)

    def addError(self, text: str) -> None:
        self._say("error", text)

    def addLog(self, text: str) -> None:
        self._say("log", text)

    def cookWarning(self, text: str) -> None:
        """Shown on the node."""
        self._say("warning", text)
        self._node._warn(text)

    def _say(self, kind: str, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(f"what is said of a work item is a text, not {text!r}")
        self._messages.append(LogMessage(kind, text))

    def cancel(self) -> None:
        self._node.context._cancel_items([self])

    def makeActive(self) -> Any:
        """SideFX docs tops/pdg/ActiveItemBlock: in this thread, parameters are evaluated for this item."""
        return self._node.context._world.session.active(self)

    def _unit(self) -> WorkItem:
        """What goes to the scheduler: the item, or the batch that it is in."""
        return self._batch or self

    def _parts(self) -> list[WorkItem]:
        """The items that cook with this one: itself, or those of a batch."""
        return [self]

    def _become(self, state: State) -> None:
        with self._node.context._wake:
            before, self._state = self._state, state
        if state is State.Cooking:
            self._begun = time.monotonic()
        if before is not state:
            self._node.context._emit(EventType.WorkItemStateChange, self._node, self, before, state)

    def _as_json(self) -> str:
        """As the item's data file and `get_workitem_json` have it."""
        told = {
            "name": self._name, "id": self._id, "index": self._index, "frame": self.frame,
            "attributes": as_json(self),
            "inputs": [{"path": file.path, "tag": file.tag} for file in self.inputFiles],
        }  # fmt: skip
        return json.dumps(told)

    def _reset(self) -> None:
        """As it was when it was made."""
        self._outputs, self._messages = [], []
        self._percent, self._custom_state, self._cooked_before = None, "", False
        self._become(State.Uncooked)

    # what it does

    command = property(lambda self: self._command)
    hasCommand = property(lambda self: bool(self._command))
    shouldRunInShell = property(lambda self: self._in_shell)
    environment = property(lambda self: dict(self._environment))

    def platformCommand(self, platform: Any = None) -> str:
        return self._command

    def setCommand(self, command: str) -> None:
        self._check_writable()
        if not isinstance(command, str):
            raise TypeError(f"a command is a text, not {command!r}")
        self._command = command

    def addEnvironmentVar(self, name: str, value: str) -> None:
        self._check_writable()
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(f"an environment variable is two texts, not {name!r}, {value!r}")
        self._environment[name] = value

    # its files

    expectedOutputFiles = property(lambda self: list(self._expected))

    @property
    def outputFiles(self) -> list[File]:
        if self._partition is not None:
            return [file for item in self._partition for file in item.outputFiles]
        return list(self._outputs)

    @property
    def inputFiles(self) -> list[File]:
        if self._partition is not None:
            return self.outputFiles
        return self._parent.outputFiles if self._parent is not None else []

    @property
    def expectedInputFiles(self) -> list[File]:
        before = self._partition if self._partition is not None else [self._parent] if self._parent else []
        return [file for item in before for file in item.outputFiles or item.expectedOutputFiles]

    def inputFilesForTag(self, tag: str) -> list[File]:
        return [file for file in self.inputFiles if file.tag.startswith(tag)]

    def outputFilesForTag(self, tag: str) -> list[File]:
        return [file for file in self.outputFiles if file.tag.startswith(tag)]

    def addExpectedOutputFile(self, path: str, tag: str = "", own: bool = False) -> None:
        self._check_writable()
        self._expected.append(File(_path(path), tag or tag_of(path), 0, own))

    def addExpectedOutputFiles(self, paths: Sequence[str], tag: str = "", own: bool = False) -> None:
        for path in paths:
            self.addExpectedOutputFile(path, tag, own)

    def addOutputFile(self, path: str, tag: str = "", hash: int = 0, own: bool = False) -> None:
        self._check_writable()
        self._put_output(path, tag, hash, own)

    def addOutputFiles(
        self, paths: Sequence[str], tag: str = "", hashes: Sequence[int] = (), own: bool = False
    ) -> None:
        for path in paths:
            self.addOutputFile(path, tag, 0, own)

    def _put_output(self, path: str, tag: str, checksum: int, own: bool) -> None:
        file = File(_path(path), tag or tag_of(path), checksum, own)
        with self._lock:
            self._outputs = [old for old in self._outputs if old.path != file.path] + [file]
        self._node.context._emit(EventType.WorkItemResult, self._node, self)


def tag_of(path: str) -> str:
    return TAGS.get(Path(path).suffix.lower(), "file")


def _path(path: str) -> str:
    if not isinstance(path, str):
        raise TypeError(f"a file is named by a text, not {path!r}")
    return path
