"""Generic Generator: items that run a command."""

from __future__ import annotations

import time
from typing import Any

from ..errors import NotPlayedError
from .bases import PyProcessor
from .enums import result, workItemCookType
from .expected import add_expected

COMMAND, DELAY, ARGUMENTS = 0, 1, 2  # usedelay (Houdini 20.0 parm dump)
UNPLAYED = ("platformcommand", "copyinputs")


class GenericGenerator(PyProcessor):
    """Item Count items for each one before it. A command built of arguments is not played."""

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> result:
        for parm in UNPLAYED:
            if self[parm].evaluateInt():
                raise NotPlayedError(f"{self.name}: the harness doesn't play {parm}")
        for parent in self._sources(upstream_items):
            for place in range(self["itemcount"].evaluateInt(parent)):
                self._add(item_holder, parent, place)
        return result.Success

    def onAddInternalDependencies(
        self, dependency_holder: Any, internal_items: Any, is_static: bool
    ) -> result:
        if self["sequential"].evaluateInt():
            for first, second in zip(internal_items, internal_items[1:]):
                dependency_holder.addDependency(second, first)
        return result.Success

    def onCookTask(self, work_item: Any) -> result:
        time.sleep(self["delay"].evaluateFloat(work_item))
        return result.Success

    def _add(self, holder: Any, parent: Any, place: int) -> None:
        how = self["usedelay"].evaluateInt(parent)
        if how == ARGUMENTS:
            raise NotPlayedError(f"{self.name}: the harness builds no command of arguments")
        waits = how == DELAY
        index = self["index"].evaluateInt(parent) if self["useindex"].evaluateInt() else place
        item = holder.addWorkItem(
            parent=parent, index=index,
            cookType=workItemCookType.InProcess if waits else workItemCookType.OutOfProcess,
            **({"frame": self["frame"].evaluateFloat(parent)} if self["useframe"].evaluateInt() else {}),
        )  # fmt: skip
        if not waits:
            item.setCommand(self["pdg_command"].evaluateString(item))
            item._in_shell = bool(self["shellcommand"].evaluateInt(item))
        add_expected(self, item)
