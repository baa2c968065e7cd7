"""What the factory nodes that stand in for ours do; called by the scripts on them (see `factory_code`).

Nothing here needs our types: pythonprocessor nodes get commands of `cosmos-houdini job`, which any scheduler
runs, and a pythonscript makes the COP nodes in the session.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ..factory_code import decoded
from ..interface import NODES
from ..interface.frame_variables import with_hashes
from . import encode, load, spec, transfer
from .expansion import expanded
from .ports import Holder, Item
from .telling import told_on_node


class FactoryNode:
    """A factory node with settings of its own, as the nodes that it stands in for are used."""

    def __init__(self, table: str, settings: Mapping[str, Any], node: Any) -> None:
        self._interface = NODES[table]
        self._settings = {name: decoded(value) for name, value in settings.items()}
        self.name = str(node.name)
        self.topNode = node.topNode

    def __getitem__(self, name: str) -> _Setting:
        field = self._interface.field(name)
        value = self._settings.get(name, field.default)
        return _Setting(with_hashes(value) if field.keep_frame else value)


class _Setting:
    """One value, evaluated as the parameter would be."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def evaluateString(self, item: Optional[Item] = None) -> str:  # noqa: N802
        return expanded(str(self._value))

    def evaluateInt(self, item: Optional[Item] = None) -> int:  # noqa: N802
        return int(self._value)

    def evaluateFloat(self, item: Optional[Item] = None) -> float:  # noqa: N802
        return float(self._value)


def generate_encode(settings: Mapping[str, Any], node: Any, holder: Holder, upstream: Sequence[Item]) -> None:
    told_on_node(lambda: encode.generate(FactoryNode("cosmosencode", settings, node), holder, upstream))


def generate_spec(settings: Mapping[str, Any], node: Any, holder: Holder, upstream: Sequence[Item]) -> None:
    """Items with a process each: without our types there is nothing in the session to do it in."""
    told_on_node(lambda: spec.generate_jobs(FactoryNode("cosmosspec", settings, node), holder, upstream))


def generate_transfer(
    settings: Mapping[str, Any], node: Any, holder: Holder, upstream: Sequence[Item]
) -> None:
    told_on_node(lambda: transfer.generate(FactoryNode("cosmostransfer", settings, node), holder, upstream))


def cook_load(settings: Mapping[str, Any], item: Item) -> None:
    from ..bridge_client import shared
    from ..cop_loading import put

    load.cook(FactoryNode("cosmosload", settings, item.node), item, shared(), put)
