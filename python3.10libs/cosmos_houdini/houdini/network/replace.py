"""A node of the one route made way for one of the other: its wires and what was said on it are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..interface.model import TEXTS, NodeInterface
from ..nodes import wires
from ..nodes.values import written
from .factory_code import settings_in


@dataclass
class Legacy:
    """What a node leaves behind: the nodes before it, the inputs that it is wired to, its settings."""

    inputs: list[Any]
    outputs: list[tuple[Any, int]]
    settings: dict[str, Any]

    def wire(self, node: Any) -> None:
        for place, source in enumerate(self.inputs):
            if source is not None:
                node.setInput(place, source)
        for after, place in self.outputs:
            after.setInput(place, node)


def take_away(node: Any, interface: NodeInterface) -> Legacy:
    """Removes the node; `interface` is the table of what it is, or stands in for."""
    legacy = Legacy(
        inputs=list(node.inputs()),
        outputs=wires.after(node),
        settings=_settings(node, interface),
    )
    node.destroy()
    return legacy


def _settings(node: Any, interface: NodeInterface) -> dict[str, Any]:
    """What was changed on it, by the names of the table."""
    script = node.parm("generate") or node.parm("script")
    if script is not None:
        return settings_in(written(script))
    changed = {}
    for field in interface.own_fields():
        parm = node.parm(field.name)
        if parm is not None:
            value = written(parm) if field.kind in TEXTS else parm.eval()
            if value != field.default:
                changed[field.name] = value
    return changed
