"""Merge, Null and Output: items go through them with their files."""

from __future__ import annotations

from typing import Any

from .bases import PyProcessor
from .enums import result, workItemCookType


class PassOn(PyProcessor):
    """Its items cook in no time, once those before them have."""

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> result:
        for item in upstream_items:
            item_holder.addWorkItem(parent=item, cookType=workItemCookType.InProcess)
        return result.Success

    def onCookTask(self, work_item: Any) -> result:
        for file in work_item.inputFiles:
            work_item.addOutputFile(file.path, file.tag, file.hash)
        return result.Success
