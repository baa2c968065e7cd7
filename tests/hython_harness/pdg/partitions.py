"""Wait for All, the Partition by … nodes and Python Partitioner."""

from __future__ import annotations

from typing import Any

from ..errors import NotPlayedError
from .bases import PyPartitioner
from .enums import result
from .scope import scope

# Menus of parm dumps of Houdini 19.0 (waitforall) and 20.0 (partitionbyattribute).
IGNORE, WITH_FRAME, TO_ALL, DEFAULT = 0, 1, 2, 3  # pdg_partitionsplitmissing
BY_NAME, BY_VALUES, DISTINCT, BY_PATTERN = 0, 1, 2, 3  # partitionbyattribute's mode


class _Splitting(PyPartitioner):
    """Each partition falls into several where Split by Attribute is on."""

    def _put(self, holder: Any, item: Any, key: str) -> None:
        if not self["pdg_partitionsplit"].evaluateInt():
            holder.addItemToPartition(item, key)
            return
        value = item.attribArray(self["pdg_partitionsplitattrib"].evaluateString())
        if value is not None:
            holder.addItemToPartition(item, f"{key};{value}")
            return
        missing = self["pdg_partitionsplitmissing"].evaluateInt()
        if missing == TO_ALL:
            holder.addItemToAllPartitions(item)
        elif missing != IGNORE:
            raise NotPlayedError(f"{self.name}: the harness doesn't play pdg_partitionsplitmissing {missing}")


class WaitForAll(_Splitting):
    def onPartition(self, partition_holder: Any, work_items: Any) -> result:
        for item in work_items:
            self._put(partition_holder, item, "")
        return result.Success


class ByFrame(_Splitting):
    """Items without a frame are left out (ignoremissing), or are in every partition."""

    def onPartition(self, partition_holder: Any, work_items: Any) -> result:
        if self["createpartitionsfor"].evaluateInt() or self["framerounding"].evaluateInt():
            raise NotPlayedError(f"{self.name}: the harness makes a partition for each frame only")
        for item in sorted(work_items, key=lambda one: one.frame):
            if item.hasFrame:
                self._put(partition_holder, item, f"{item.frame:g}")
            elif not self["ignoremissing"].evaluateInt():
                partition_holder.addItemToAllPartitions(item)
        return result.Success


class ByIndex(_Splitting):
    def onPartition(self, partition_holder: Any, work_items: Any) -> result:
        for item in sorted(work_items, key=lambda one: one.index):
            self._put(partition_holder, item, str(item.index))
        return result.Success


class ByNode(_Splitting):
    def onPartition(self, partition_holder: Any, work_items: Any) -> result:
        for item in work_items:
            self._put(partition_holder, item, item.node.name)
        return result.Success


class ByAttribute(_Splitting):
    """Distinct values of the attributes that are named, together: one partition for each combination."""

    def onPartition(self, partition_holder: Any, work_items: Any) -> result:
        if self["mode"].evaluateInt() != DISTINCT:
            raise NotPlayedError(f"{self.name}: the harness partitions by Distinct Attribute Values only")
        names = [
            self[f"name{number}"].evaluateString()
            for number in range(1, self["attributes"].evaluateInt() + 1)
            if self[f"enable{number}"].evaluateInt()
        ]
        if self["independent"].evaluateInt() and len(names) > 1:
            raise NotPlayedError(f"{self.name}: the harness doesn't partition by attributes independently")
        for item in work_items:
            values = [item.attribArray(name) for name in names]
            if all(value is not None for value in values):
                self._put(partition_holder, item, str(values))
            elif self["createunmatched"].evaluateInt():
                self._put(partition_holder, item, "unmatched")
        return result.Success


class PythonPartitioner(PyPartitioner):
    """The text on the node is the body of onPartition."""

    def onPartition(self, partition_holder: Any, work_items: Any) -> result:
        text = self["partition"].evaluateString()
        names = scope(self, partition_holder=partition_holder, work_items=work_items)
        exec(compile(text, f"{self.topNode().path()}/partition", "exec"), names)
        return result.Success
