"""The PDG type of Cosmos Spec.

Its callbacks load what they need: a start of Houdini pays for what stands at the top of this file.
"""

from __future__ import annotations

from typing import Any

import pdg
from pdg.processor import PyProcessor

from cosmos_houdini.houdini.interface import template_body
from cosmos_houdini.houdini.interface.spec import SPEC


class CosmosSpec(PyProcessor):
    """Its items cook in this process, over the one bridge: a thousand variants start no process."""

    @classmethod
    def templateName(cls) -> str:  # noqa: N802
        return SPEC.name

    @classmethod
    def templateBody(cls) -> str:  # noqa: N802
        return template_body(SPEC)

    def __init__(self, node: Any) -> None:
        from cosmos_houdini.houdini.work import spec

        PyProcessor.__init__(self, node)
        self._records = spec.Records()

    def onPreCook(self) -> Any:  # noqa: N802
        from cosmos_houdini.houdini.work import spec

        self._records = spec.Records()
        return pdg.result.Success

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> Any:  # noqa: N802
        from cosmos_houdini.houdini.work import spec
        from cosmos_houdini.houdini.work.telling import told_on_node

        here = {"cookType": pdg.workItemCookType.InProcess}
        told_on_node(lambda: spec.generate(self, item_holder, upstream_items, **here))
        return pdg.result.Success

    def onCookTask(self, work_item: Any) -> Any:  # noqa: N802
        from cosmos_houdini.houdini.bridge_client import shared
        from cosmos_houdini.houdini.work import spec
        from cosmos_houdini.houdini.work.telling import told_on_item

        done = told_on_item(work_item, lambda: spec.cook(self, work_item, shared(), self._records))
        return pdg.result.Success if done else pdg.result.Failure

    def onPostCook(self) -> Any:  # noqa: N802
        from cosmos_houdini.houdini.work.telling import told_on_node
        from cosmos_houdini.houdini.work.upstream import refuse_nothing

        told_on_node(lambda: refuse_nothing(self))
        return pdg.result.Success


def registerTypes(type_registry: Any) -> None:  # noqa: N802
    type_registry.registerNode(
        CosmosSpec,
        pdg.nodeType.Processor,
        name=SPEC.name,
        label=SPEC.label,
        static_gen=True,
        category="Cosmos",
    )
