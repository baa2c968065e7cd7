"""Expected Outputs From: the files that an item says it will write (Generic Generator, Python Script)."""

from __future__ import annotations

from typing import Any

from ..errors import NotPlayedError

NONE, ATTRIBUTE, FILES = 0, 1, 2  # expectedoutputsfrom (Houdini 19.5 and 20.0 parm dumps)


def add_expected(node: Any, item: Any) -> None:
    how = node["expectedoutputsfrom"].evaluateInt(item)
    if how == ATTRIBUTE:
        name = node["expectedoutputattr"].evaluateString(item)
        tag = _tag(node, item, "useexpectedoutputtag", "expectedoutputtag")
        for path in item.stringAttribArray(name) or ():
            item.addExpectedOutputFile(path, tag)
    elif how == FILES:
        for number in range(1, node["expectedoutputfiles"].evaluateInt(item) + 1):
            tag = _tag(node, item, f"useexpectedoutputtag{number}", f"expectedoutputtag{number}")
            item.addExpectedOutputFile(node[f"expectedoutputfile{number}"].evaluateString(item), tag)
    elif how != NONE:
        raise NotPlayedError(f"{node.name}: the harness doesn't play Expected Outputs From: {how}")


def _tag(node: Any, item: Any, used: str, parm: str) -> str:
    return str(node[parm].evaluateString(item)) if node[used].evaluateInt(item) else ""
