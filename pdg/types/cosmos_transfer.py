"""The PDG type of Cosmos Transfer.

Its callbacks load what they need: a start of Houdini pays for what stands at the top of this file.
"""

from __future__ import annotations

from typing import Any

import pdg
from pdg.processor import PyProcessor

from cosmos_houdini.houdini.interface import template_body
from cosmos_houdini.houdini.interface.transfer import TRANSFER


class CosmosTransfer(PyProcessor):
    """Its items are commands, so any scheduler can run them."""

    @classmethod
    def templateName(cls) -> str:  # noqa: N802
        return TRANSFER.name

    @classmethod
    def templateBody(cls) -> str:  # noqa: N802
        return template_body(TRANSFER)

    def __init__(self, node: Any) -> None:
        PyProcessor.__init__(self, node)

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> Any:  # noqa: N802
        from cosmos_houdini.houdini.work import transfer
        from cosmos_houdini.houdini.work.telling import told_on_node

        told_on_node(lambda: transfer.generate(self, item_holder, upstream_items))
        return pdg.result.Success

    def onPostCook(self) -> Any:  # noqa: N802
        from cosmos_houdini.houdini.work.telling import told_on_node
        from cosmos_houdini.houdini.work.upstream import refuse_nothing

        told_on_node(lambda: refuse_nothing(self))
        return pdg.result.Success


def registerTypes(type_registry: Any) -> None:  # noqa: N802
    # What an item's command says is known only when the nodes before have cooked: nothing is static.
    type_registry.registerNode(
        CosmosTransfer,
        pdg.nodeType.Processor,
        name=TRANSFER.name,
        label=TRANSFER.label,
        static_gen=False,
        category="Cosmos",
    )
