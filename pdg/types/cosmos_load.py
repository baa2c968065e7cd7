"""The PDG type of Cosmos Load.

Its callbacks load what they need: a start of Houdini pays for what stands at the top of this file.
"""

from __future__ import annotations

from typing import Any

import pdg
from pdg.processor import PyProcessor

from cosmos_houdini.houdini.interface import template_body
from cosmos_houdini.houdini.interface.load import LOAD


class CosmosLoad(PyProcessor):
    """Its items cook in this process, since they make nodes in its scene."""

    @classmethod
    def templateName(cls) -> str:  # noqa: N802
        return LOAD.name

    @classmethod
    def templateBody(cls) -> str:  # noqa: N802
        return template_body(LOAD)

    def __init__(self, node: Any) -> None:
        PyProcessor.__init__(self, node)

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> Any:  # noqa: N802
        from cosmos_houdini.houdini.work import load
        from cosmos_houdini.houdini.work.telling import told_on_node

        here = {"cookType": pdg.workItemCookType.InProcess}
        told_on_node(lambda: load.generate(self, item_holder, upstream_items, **here))
        return pdg.result.Success

    def onCookTask(self, work_item: Any) -> Any:  # noqa: N802
        from cosmos_houdini.houdini.bridge_client import shared
        from cosmos_houdini.houdini.cop_loading import put
        from cosmos_houdini.houdini.work import load
        from cosmos_houdini.houdini.work.telling import told_on_item

        done = told_on_item(work_item, lambda: load.cook(self, work_item, shared(), put))
        return pdg.result.Success if done else pdg.result.Failure

    def onPostCook(self) -> Any:  # noqa: N802
        from cosmos_houdini.houdini.work.telling import told_on_node
        from cosmos_houdini.houdini.work.upstream import refuse_nothing

        told_on_node(lambda: refuse_nothing(self))
        return pdg.result.Success


def registerTypes(type_registry: Any) -> None:  # noqa: N802
    # Which runs there are is known only when the nodes before have cooked: nothing is static.
    type_registry.registerNode(
        CosmosLoad,
        pdg.nodeType.Processor,
        name=LOAD.name,
        label=LOAD.label,
        static_gen=False,
        category="Cosmos",
    )
