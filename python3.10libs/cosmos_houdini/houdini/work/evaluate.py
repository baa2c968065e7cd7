"""The parameters and attributes that our nodes read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Optional

from ..interface import NODES
from ..interface.model import TEXTS
from .patterns import frame_pattern, typed_text
from .ports import Item, Node
from .prose import prose


def evaluator(node: Node, table: str, item: Optional[Item]) -> Callable[[str], Any]:
    """What the settings objects read by: a parameter's value for `item`, by the kind that the table gives."""
    interface = NODES[table]

    def evaluate(name: str) -> Any:
        field = interface.field(name)
        kind, parameter = field.kind, node[name]
        if kind == "text":
            where = f"{field.label} of {interface.label}"
            return prose(where, typed_text(node, name), lambda: parameter.evaluateString(item))
        if kind in TEXTS:
            pattern = frame_pattern(node, name, item) if field.keep_frame else None
            return parameter.evaluateString(item) if pattern is None else pattern
        return parameter.evaluateFloat(item) if kind == "float" else parameter.evaluateInt(item)

    return evaluate


class Attributes(Mapping[str, Any]):
    """The attributes of a work item and, where it lacks one, of those that it came from.

    What an item was given while it cooked is not always handed on to those that were made of it before. The
    names are not listed: PDG's own are among them.
    """

    def __init__(self, item: Optional[Item]) -> None:
        self._item = item

    def __getitem__(self, name: str) -> Any:
        for item in self._line():
            if item.hasAttrib(name):
                return item.attribValue(name)
        raise KeyError(name)

    def text(self, name: str) -> str:
        """Empty where nobody has it."""
        value = self.get(name)
        return "" if value is None else str(value)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def _line(self) -> Iterator[Item]:
        item = self._item
        while item is not None:
            yield item
            item = item.parent
