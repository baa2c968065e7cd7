"""What the factory nodes that stand in for ours do; called by the scripts on them (see `factory_code`).

Nothing here needs our types: pythonprocessor nodes get commands of `cosmos-houdini job`, which any scheduler
runs; a pythonscript writes the records of variants and makes the COP nodes in the session, over the one
bridge, so that a thousand variants start no process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ..interface import NODES
from ..interface.frame_variables import with_hashes
from ..network.factory_code import decoded
from . import encode, load, spec, transfer
from .expansion import expanded
from .ports import Holder, Item
from .prose import prose
from .scheduled import refuse_no_scheduler
from .telling import told_by_pdg


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
        where = f"{field.label} of {self._interface.label}" if field.kind == "text" else ""
        return _Setting(with_hashes(value) if field.keep_frame else value, where)


class _Setting:
    """One value, evaluated as the parameter would be; `where` names it if it is prose."""

    def __init__(self, value: Any, where: str = "") -> None:
        self._value = value
        self._where = where

    def evaluateString(self, item: Optional[Item] = None) -> str:  # noqa: N802
        text = str(self._value)
        if self._where:
            return prose(self._where, text, lambda: expanded(text, item))
        return expanded(text, item)

    def evaluateInt(self, item: Optional[Item] = None) -> int:  # noqa: N802
        return int(self._value)

    def evaluateFloat(self, item: Optional[Item] = None) -> float:  # noqa: N802
        return float(self._value)


def generate_encode(settings: Mapping[str, Any], node: Any, holder: Holder, upstream: Sequence[Item]) -> None:
    told_by_pdg(lambda: refuse_no_scheduler(node))
    told_by_pdg(lambda: encode.generate(FactoryNode("cosmosencode", settings, node), holder, upstream))


def generate_transfer(
    settings: Mapping[str, Any], node: Any, holder: Holder, upstream: Sequence[Item]
) -> None:
    told_by_pdg(lambda: refuse_no_scheduler(node))
    told_by_pdg(lambda: transfer.generate(FactoryNode("cosmostransfer", settings, node), holder, upstream))


def cook_spec(settings: Mapping[str, Any], item: Item) -> None:
    from ..bridge_client.client import shared

    node = FactoryNode("cosmosspec", settings, item.node)
    told_by_pdg(lambda: spec.cook(node, item, shared()))


def cook_load(settings: Mapping[str, Any], item: Item) -> None:
    from ..bridge_client.client import shared
    from ..cops.loading import put

    node = FactoryNode("cosmosload", settings, item.node)
    told_by_pdg(lambda: load.cook(node, item, shared(), put))
