"""The Wedge node: attributes that vary from item to item."""

from __future__ import annotations

import random
from typing import Any

from .bases import PyProcessor
from .enums import result, workItemCookType

FLOAT, INTEGER, STRING = 0, 2, 4  # type#
RANGE, VALUE, VALUE_LIST = 0, 1, 2  # wedgetype#
SETTERS = {FLOAT: "setFloatAttrib", INTEGER: "setIntAttrib", STRING: "setStringAttrib"}


class Wedge(PyProcessor):
    """Menus as in a parm dump of Houdini 20.0; vectors, colours and brackets are not played."""

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> result:
        count = self["wedgecount"].evaluateInt()
        columns = [
            self._column(number, count) for number in range(1, self["wedgeattributes"].evaluateInt() + 1)
        ]
        total = count * len(self._sources(upstream_items))
        place = 0
        for parent in self._sources(upstream_items):
            for index in range(count):
                item = item_holder.addWorkItem(parent=parent, index=place, cookType=workItemCookType.Generate)
                for name, kind, values in columns:
                    getattr(item, SETTERS[kind])(name, values[index])
                self._number(item, index, count, total)
                place += 1
        return result.Success

    def _number(self, item: Any, index: int, count: int, total: int) -> None:
        for toggle, name, value in (
            ("createwedgecount", "wedgecountattrname", count),
            ("createwedgeindex", "wedgeindexattrname", item.index),
            ("createwedgenum", "wedgenumattrname", index),
            ("createwedgetotal", "wedgetotalattrname", total),
        ):
            if self[toggle].evaluateInt():
                item.setIntAttrib(self[name].evaluateString(), value)

    def _column(self, number: int, count: int) -> tuple[str, int, list[Any]]:
        kind, how = self[f"type{number}"].evaluateInt(), self[f"wedgetype{number}"].evaluateInt()
        name = self[f"name{number}"].evaluateString()
        if kind not in SETTERS or how not in (RANGE, VALUE, VALUE_LIST):
            raise NotImplementedError(f"the harness doesn't play wedge attribute {number} ({kind=}, {how=})")
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
