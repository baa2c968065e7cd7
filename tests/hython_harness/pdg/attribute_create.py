"""Attribute Create: gives items attributes while they are made."""

from __future__ import annotations

from typing import Any

from ..errors import NotPlayedError
from .bases import PyProcessor
from .enums import result, workItemCookType

READERS = {"string": "evaluateString", "int": "evaluateInt", "float": "evaluateFloat"}
# How many values an attribute has, by its size# (0 is a single one); the parm's channels are numbered from 1.
UNPLAYED = ("pyobjectattribs", "resultdata")


class AttributeCreate(PyProcessor):
    """Attributes that are there already are replaced (Existing Name: Replace), whatever they were."""

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> result:
        for parm in UNPLAYED:
            if self[parm].evaluateInt():
                raise NotPlayedError(f"{self.name}: the harness doesn't play {parm}")
        for parent in self._sources(upstream_items):
            item = item_holder.addWorkItem(parent=parent, cookType=workItemCookType.Generate)
            for kind in READERS:
                for number in range(1, self[f"{kind}attribs"].evaluateInt(item) + 1):
                    self._give(item, kind, number)
        return result.Success

    def _give(self, item: Any, kind: str, number: int) -> None:
        if not self[f"{kind}enable{number}"].evaluateInt(item):
            return
        for parm in (f"{kind}conflict{number}", f"{kind}scope{number}"):
            if self[parm].evaluateInt(item):
                raise NotPlayedError(f"{self.name}: the harness plays no other {parm} than the default")
        name = self[f"{kind}name{number}"].evaluateString(item)
        if not name:
            raise ValueError(f"{kind} attribute {number} has no name")
        item.eraseAttrib(name)
        getattr(item, f"set{kind.capitalize()}Attrib")(name, self._value(item, kind, number))

    def _value(self, item: Any, kind: str, number: int) -> Any:
        read = READERS[kind]
        parm = f"{kind}value{number}"
        if kind == "string":
            return getattr(self[parm], read)(item)
        size = self[f"{kind}size{number}"].evaluateInt(item) + 1
        values = [getattr(self[f"{parm}{place}"], read)(item) for place in range(1, size + 1)]
        return values if size > 1 else values[0]
