"""Generic Generator, Attribute Create, Wait for All, and nodes that hand items on."""

from __future__ import annotations

from typing import Any

from .attributes import writable
from .bases import PyPartitioner, PyProcessor
from .enums import result, workItemCookType


class PassOn(PyProcessor):
    """Hands its items on, their files too."""

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> result:
        for item in upstream_items:
            item_holder.addWorkItem(parent=item, index=item.index, cookType=workItemCookType.InProcess)
        return result.Success

    def onCookTask(self, work_item: Any) -> result:
        work_item.addOutputFiles([file.path for file in work_item.inputFiles])
        return result.Success


class GenericGenerator(PyProcessor):
    """Item Count items for each item before it, each a command."""

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> result:
        for parent in upstream_items or [None]:
            for place in range(self["itemcount"].evaluateInt(parent)):
                item = item_holder.addWorkItem(parent=parent, index=place)
                self._give(item)
        return result.Success

    def _give(self, item: Any) -> None:
        how = self["usedelay"].evaluateInt(item)
        if how != 0:
            raise NotImplementedError("the harness plays Specify Using: Custom String only")
        if self["shellcommand"].evaluateInt(item):
            raise NotImplementedError("the harness runs no command in a shell")
        item.setCommand(self["pdg_command"].evaluateString(item))
        if self["expectedoutputsfrom"].evaluateInt(item) == 2:
            for number in range(1, self["expectedoutputfiles"].evaluateInt(item) + 1):
                item.addExpectedOutputFile(self[f"expectedoutputfile{number}"].evaluateString(item))


class AttributeCreate(PyProcessor):
    """Gives items attributes while they are made."""

    KINDS = (
        ("stringattribs", "string", "setStringAttrib", "evaluateString"),
        ("intattribs", "int", "setIntAttrib", "evaluateInt"),
        ("floatattribs", "float", "setFloatAttrib", "evaluateFloat"),
    )

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> result:
        for parent in upstream_items or [None]:
            index = parent.index if parent is not None else 0
            item = item_holder.addWorkItem(parent=parent, index=index, cookType=workItemCookType.Generate)
            for count, prefix, setter, reader in self.KINDS:
                for number in range(1, self[count].evaluateInt(item) + 1):
                    name = self[f"{prefix}name{number}"].evaluateString(item)
                    getattr(item, setter)(name, getattr(self[f"{prefix}value{number}"], reader)(item))
        return result.Success


class WaitForAll(PyPartitioner):
    """One partition of all items, or one for each value of the attribute that it is split by."""

    def onPartition(self, partition_holder: Any, work_items: Any) -> result:
        split = self["pdg_partitionsplit"].evaluateInt()
        name = self["pdg_partitionsplitattrib"].evaluateString()
        for item in sorted(work_items, key=lambda one: one.index):
            if not split:
                partition_holder.addItemToPartition(item, 0)
                continue
            value = item.attribValue(name)
            if value is not None:
                partition_holder.addItemToPartition(
                    item, value if isinstance(value, (int, str)) else str(value)
                )
        return result.Success


def written(item: Any, action: Any) -> Any:
    """Runs `action` where an item may be written."""
    with writable(item):
        return action()
