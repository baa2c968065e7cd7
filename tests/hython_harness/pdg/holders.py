"""What the callbacks of a node get to make work items, partitions and dependencies with."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from .attributes import writable
from .enums import workItemCookType
from .items import WorkItem
from .nodes import Node

OPTIONS = {  # SideFX docs tops/pdg/WorkItemOptions
    "name", "index", "frame", "priority", "parent", "cookType", "inProcess", "cloneOutputFiles",
    "cloneResultData", "preserveType", "customId",
}  # fmt: skip


class WorkItemOptions:
    """The same options as an object."""

    def __init__(self) -> None:
        self.__dict__.update(dict.fromkeys(OPTIONS))

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in OPTIONS:
            raise AttributeError(f"WorkItemOptions has no {name}")
        self.__dict__[name] = value


class WorkItemHolder:
    """Makes the work items of a node while it generates; they may be written as long as that lasts."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self.made: list[WorkItem] = []
        self._stack = contextlib.ExitStack()
        self._open = False

    @contextlib.contextmanager
    def generating(self) -> Iterator[WorkItemHolder]:
        with self._stack:
            self._open = True
            try:
                yield self
            finally:
                self._open = False

    def addWorkItem(self, options: WorkItemOptions | None = None, **given: Any) -> WorkItem:
        if not self._open:
            raise RuntimeError("work items are added during onGenerate and onRegenerate only")
        if options is not None:
            given = {**{name: value for name, value in vars(options).items() if value is not None}, **given}
        unknown = set(given) - OPTIONS
        if unknown:
            raise TypeError(f"addWorkItem() takes no {', '.join(sorted(unknown))}")
        parent = given.get("parent")
        if parent is not None and not isinstance(parent, WorkItem):
            raise TypeError(f"parent is a work item, not {parent!r}")
        item = WorkItem(
            self._node,
            self._node.context.next_id(),
            int(given["index"])
            if given.get("index") is not None
            else len(self._node.workItems) + len(self.made),
            parent,
            _cook_type(given),
            None if given.get("frame") is None else float(given["frame"]),
            int(given.get("priority") or 0),
        )
        if parent is not None and (given.get("cloneOutputFiles") or given.get("cloneResultData")):
            item._outputs = list(parent.outputFiles)
        self._stack.enter_context(writable(item))
        self.made.append(item)
        return item

    def addWorkItemFromJSONString(self, *_: Any) -> WorkItem:
        raise NotImplementedError("the harness reads no work items from JSON")


def _cook_type(given: dict[str, Any]) -> workItemCookType:
    cook_type = given.get("cookType")
    if cook_type is None:
        return workItemCookType.InProcess if given.get("inProcess") else workItemCookType.OutOfProcess
    if not isinstance(cook_type, workItemCookType):
        raise TypeError(f"cookType is a pdg.workItemCookType, not {cook_type!r}")
    return cook_type


class PartitionHolder:
    """Gathers upstream items; each partition becomes one work item."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self.partitions: dict[Any, list[WorkItem]] = {}
        self.everywhere: list[WorkItem] = []

    def addItemToPartition(self, item: WorkItem, partition: Any) -> None:
        if not isinstance(partition, (int, str)):
            raise TypeError(f"a partition is named by a number or a text, not {partition!r}")
        self.partitions.setdefault(partition, []).append(item)

    def addItemToAllPartitions(self, item: WorkItem) -> None:
        self.everywhere.append(item)

    def items(self) -> list[WorkItem]:
        """The partitions as work items, in the order of their names."""
        made = []
        named = sorted(self.partitions.items(), key=lambda entry: str(entry[0]))
        for place, (_, own) in enumerate(named):
            inside = [*own, *self.everywhere]
            item = WorkItem(
                self._node, self._node.context.next_id(), place, None, workItemCookType.OutOfProcess,
                inside[0]._frame if inside else None,
            )  # fmt: skip
            item._partition = inside
            item._needs = list(inside)
            if inside:
                item._inherit(inside[0])
            made.append(item)
        return made


class DependencyHolder:
    """Orders the items of one node among themselves."""

    def addDependency(self, child: WorkItem, parent: WorkItem) -> None:
        if child.node is not parent.node:
            raise ValueError("internal dependencies are between items of one node")
        child._needs.append(parent)
