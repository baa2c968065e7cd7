"""The names that Python on a TOP node can use."""

from __future__ import annotations

import importlib
from typing import Any

from . import enums


def scope(node: Any, **names: Any) -> dict[str, Any]:
    """`self` is the node; the functions are those that Houdini's own snippets use."""
    pdg = importlib.import_module("pdg")
    return {
        "self": node, "pdg": pdg, "pdgresult": enums.result, "generationType": enums.generationType,
        "workItemState": enums.workItemState, "workItemCookType": enums.workItemCookType,
        "strData": lambda item, field, index=0: item.stringAttribValue(field, index),
        "intData": lambda item, field, index=0: item.intAttribValue(field, index),
        "floatData": lambda item, field, index=0: item.floatAttribValue(field, index),
        "hasStrData": lambda item, field, index=0: item.stringAttribValue(field, index) is not None,
        "hasIntData": lambda item, field, index=0: item.intAttribValue(field, index) is not None,
        "hasFloatData": lambda item, field, index=0: item.floatAttribValue(field, index) is not None,
        **names,
    }  # fmt: skip
