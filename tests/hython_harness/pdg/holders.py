"""What the callbacks of a node get to make work items, partitions and dependencies with."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from ..errors import NotPlayedError
from .attributes import Pen, held
from .batches import BatchWorkItem
from .enums import workItemCookType
from .items import WorkItem
from .nodes import Node

# SideFX docs tops/pdg/WorkItemOptions, 20.5; `name` is of older versions.
PLAYED = {
    "cloneOutputFiles",
    "cloneResultData",
    "cookType",
    "frame",
    "inProcess",
    "index",
    "parent",
    "priority",
}
OTHERS = {
    "batch", "batchOffset", "batchSize", "cloneMode", "cloneTarget", "customId", "isDynamicBatch",
    "isNoGenerate", "name", "parentArray", "parentArrayOffset", "preserveType",
}  # fmt: skip
# What Python may give for an option; True and False are no numbers here.
KINDS: dict[str, tuple[type, ...]] = {
    "cloneOutputFiles": (bool,), "cloneResultData": (bool,), "inProcess": (bool,),
    "cookType": (workItemCookType,), "frame": (int, float), "index": (int,),
    "priority": (int,), "parent": (WorkItem, type(None)),
}  # fmt: skip


class WorkItemOptions:
    """The same options as an object."""

    def __init__(self) -> None:
        self.__dict__.update(dict.fromkeys(PLAYED | OTHERS))

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in PLAYED | OTHERS:
            raise AttributeError(f"WorkItemOptions has no {name}")
        self.__dict__[name] = value


class WorkItemHolder:
    """Makes the work items of a node while it generates; they may be written as long as that lasts."""

    def __init__(self, node: Node, upstream: Sequence[WorkItem]) -> None:
        self._node = node
        self._upstream = {item.id for item in upstream}
        self._made: list[WorkItem] = []
        self._pen = Pen()
        self._open = False

    @contextlib.contextmanager
    def _generating(self) -> Iterator[WorkItemHolder]:
        self._open = True
        try:
            with held(self._pen):
                yield self
        finally:
            self._open = False

    def addWorkItem(self, options: WorkItemOptions | None = None, **given: Any) -> WorkItem:
        if not self._open:
            raise RuntimeError("work items are added during onGenerate and onRegenerate only")
        if options is not None:
            given = {**{name: value for name, value in vars(options).items() if value is not None}, **given}
        _check(given)
        parent = given.get("parent")
        if parent is not None and parent.id not in self._upstream:
            raise ValueError(f"{parent.name} is none of the work items that {self._node.name} is made of now")
        item = WorkItem(
            self._node,
            self._node.context._next_id(),
            self._index(given.get("index", -1), parent),
            parent,
            self._cook_type(given),
            None if given.get("frame") is None else float(given["frame"]),
            int(given.get("priority", 0 if parent is None else parent.priority)),
        )
        if parent is not None and (given.get("cloneOutputFiles") or given.get("cloneResultData")):
            item._outputs = list(parent.outputFiles)
        self._pen.add(item)
        self._made.append(item)
        return item

    def _add_batch(
        self, parent: WorkItem | None, index: int, frames: list[float], cook_type: workItemCookType
    ) -> BatchWorkItem:
        """As the node's own code makes it, with an item for each frame. Types in Python have other ways."""
        batch = BatchWorkItem(self._node, index, parent, cook_type, frames)
        for made in (batch, *batch._parts()):
            self._pen.add(made)
        self._made += batch._parts()
        return batch

    def _index(self, told: int, parent: WorkItem | None) -> int:
        """-1 means the parent's (docs); what it means without one no source tells, here the next number."""
        if told != -1:
            return told
        return len(self._node._items) + len(self._made) if parent is None else parent.index

    def _cook_type(self, given: dict[str, Any]) -> workItemCookType:
        told: workItemCookType = given.get("cookType", workItemCookType.Automatic)
        if given.get("inProcess"):
            return workItemCookType.InProcess
        if told is workItemCookType.Automatic:
            return self._node._cook_type()
        if told is workItemCookType.Service:
            raise NotPlayedError("the harness plays no services")
        return told


def _check(given: dict[str, Any]) -> None:
    for name, value in given.items():
        if name in OTHERS:
            raise NotPlayedError(f"the harness doesn't play the option {name} of a work item")
        if name not in PLAYED:
            raise TypeError(f"addWorkItem() takes no {name}")
        if not isinstance(value, KINDS[name]) or (isinstance(value, bool) and bool not in KINDS[name]):
            raise TypeError(f"the option {name} of a work item can't be {value!r}")


class _Phase:
    """Of use while one callback lasts."""

    _during = ""

    def __init__(self) -> None:
        self._over = False

    @contextlib.contextmanager
    def _callback(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._over = True

    def _check_phase(self) -> None:
        if self._over:
            raise RuntimeError(f"{type(self).__name__} is of use during {self._during} only")


class PartitionHolder(_Phase):
    """Gathers upstream items; each partition becomes one work item."""

    _during = "onPartition"

    def __init__(self, node: Node) -> None:
        super().__init__()
        self._node = node
        self._partitions: dict[Any, list[WorkItem]] = {}
        self._everywhere: list[WorkItem] = []

    def addItemToPartition(self, item: WorkItem, partition: Any) -> None:
        self._check_phase()
        if not isinstance(item, WorkItem):
            raise TypeError(f"a partition is of work items, not of {item!r}")
        if not isinstance(partition, (int, str)) or isinstance(partition, bool):
            raise TypeError(f"a partition is named by a number or a text, not {partition!r}")
        inside = self._partitions.setdefault(partition, [])
        if item not in inside:
            inside.append(item)

    def addItemToAllPartitions(self, item: WorkItem) -> None:
        self._check_phase()
        self._everywhere.append(item)

    def _items(self, frame_of: Any, order: Any) -> list[WorkItem]:
        """The partitions as work items, in the order in which they were named."""
        made = []
        for place, named in enumerate(self._partitions.values()):
            inside = order([*named, *(item for item in self._everywhere if item not in named)])
            item = WorkItem(
                self._node,
                self._node.context._next_id(),
                place,
                None,
                workItemCookType.Generate,
                frame_of(inside),
            )
            item._partition = inside
            item._needs = list(inside)
            item._inherit(inside[0])
            made.append(item)
        return made


class DependencyHolder(_Phase):
    """Orders the items of one node among themselves."""

    _during = "onAddInternalDependencies"

    def addDependency(self, child: WorkItem, parent: WorkItem) -> None:
        self._check_phase()
        if child.node is not parent.node:
            raise ValueError("internal dependencies are between items of one node")
        child._needs.append(parent)
