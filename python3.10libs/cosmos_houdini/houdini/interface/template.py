"""A node's table as the parameters of a PDG type."""

from __future__ import annotations

import json
from typing import Any

from .model import TEXTS, Field, NodeInterface


def template_body(node: NodeInterface) -> str:
    """The JSON text that a type's `templateBody` returns.

    The format knows only lists of String, Integer and Float (SideFX docs tops/processors, files written by
    "Save to Python Script"): menus become their tokens, toggles 0 and 1, and what has no value stays away.
    """
    parameters = [_parameter(field) for field in node.own_fields()]
    return json.dumps(
        {"name": node.name, "dataType": "genericdata", "parameters": parameters}, indent=1, ensure_ascii=False
    )


def _parameter(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label,
        "type": "String" if field.kind in TEXTS else "Float" if field.kind == "float" else "Integer",
        "size": 1,
        "value": field.default,
    }
