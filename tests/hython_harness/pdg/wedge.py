"""The Wedge node: attributes that vary from item to item."""

from __future__ import annotations

import random
from typing import Any

from ..errors import NotPlayedError
from .bases import PyProcessor
from .enums import result, workItemCookType

FLOAT, INTEGER, STRING = 0, 2, 4  # type#
RANGE, VALUE, VALUE_LIST = 0, 1, 2  # wedgetype#
COUNTS = [
    (f"create{name}", f"{name}attrname") for name in ("wedgecount", "wedgeindex", "wedgenum", "wedgetotal")
]
UNPLAYED = ("preservenum", "exportenvironment")
BY_WEDGE = 1  # workitemorder
SETTERS = {FLOAT: "setFloatAttrib", INTEGER: "setIntAttrib", STRING: "setStringAttrib"}


class Wedge(PyProcessor):
    """Menus as in a parm dump of Houdini 20.0; vectors, colours and brackets are not played."""

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> result:
        for parm in UNPLAYED:
            if self[parm].evaluateInt():
                raise NotPlayedError(f"{self.name}: the harness doesn't play {parm}")
        count, sources = self["wedgecount"].evaluateInt(), self._sources(upstream_items)
        numbers = range(1, self["wedgeattributes"].evaluateInt() + 1)
        columns = [self._column(number, count) for number in numbers]
        fixed = [self[parm].evaluateString() if self[toggle].evaluateInt() else "" for toggle, parm in COUNTS]
        places = [(parent, num) for parent in sources for num in range(count)]
        if self["workitemorder"].evaluateInt() == BY_WEDGE:
            places = [(parent, num) for num in range(count) for parent in sources]
        for index, (parent, num) in enumerate(places):
            item = item_holder.addWorkItem(parent=parent, index=index, cookType=workItemCookType.Generate)
            for name, kind, values in columns:
                getattr(item, SETTERS[kind])(name, values[num])
            for name, value in zip(fixed, (count, index, num, len(places))):
                if name:
                    item.setIntAttrib(name, value)
        return result.Success

    def _column(self, number: int, count: int) -> tuple[str, int, list[Any]]:
        kind, how = self[f"type{number}"].evaluateInt(), self[f"wedgetype{number}"].evaluateInt()
        name = self[f"name{number}"].evaluateString()
        if self[f"exportchannel{number}"].evaluateInt():
            raise NotPlayedError(f"{self.name}: the harness doesn't play exportchannel{number}")
        if kind not in SETTERS or how not in (RANGE, VALUE, VALUE_LIST):
            raise NotPlayedError(f"the harness doesn't play wedge attribute {number} ({kind=}, {how=})")
        if not name:
            raise ValueError(f"wedge attribute {number} has no name")
        if how == VALUE_LIST:
            return name, kind, self._listed(number, kind, count)
        if how == VALUE:
            reader = "evaluateFloat" if kind == FLOAT else "evaluateInt"
            parm = {FLOAT: "floatvalue", INTEGER: "intvalue"}[kind]
            return name, kind, [getattr(self[f"{parm}{number}"], reader)()] * count
        return name, kind, self._ranged(number, kind, count)

    def _listed(self, number: int, kind: int, count: int) -> list[Any]:
        parm = {FLOAT: "floatvalue", INTEGER: "intvalue", STRING: "strvalue"}[kind]
        reader = {FLOAT: "evaluateFloat", INTEGER: "evaluateInt", STRING: "evaluateString"}[kind]
        entries = range(1, self[f"values{number}"].evaluateInt() + 1)
        values = [getattr(self[f"{parm}{number}_{entry}"], reader)() for entry in entries]
        if not values:
            raise ValueError(f"wedge attribute {number} has an empty list of values")
        return [values[place % len(values)] for place in range(count)]

    def _ranged(self, number: int, kind: int, count: int) -> list[Any]:
        parm = "floatrange" if kind == FLOAT else "intrange"
        low, high = self[f"{parm}{number}"].evaluate()
        if self[f"random{number}"].evaluateInt():
            dice = random.Random(self["seed"].evaluateInt() + number)
            return [
                dice.uniform(low, high) if kind == FLOAT else dice.randint(low, high) for _ in range(count)
            ]
        step = (high - low) / max(1, count - 1)
        values = [low + step * place for place in range(count)]
        return values if kind == FLOAT else [round(value) for value in values]
