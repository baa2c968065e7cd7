"""The PDG type of Cosmos Spec."""

from __future__ import annotations

from typing import Any

import pdg

from cosmos_houdini.houdini.interface.spec import SPEC
from cosmos_houdini.houdini.processor import CosmosProcessor


class CosmosSpec(CosmosProcessor):
    """Its items cook in this process, over the one bridge: a thousand variants start no process."""

    cosmos_table = SPEC
    cosmos_static = True

    def cosmos_generate(self, item_holder: Any, upstream_items: Any) -> None:
        from cosmos_houdini.houdini.work import spec

        spec.generate(self, item_holder, upstream_items, cookType=pdg.workItemCookType.InProcess)

    def onCookTask(self, work_item: Any) -> Any:  # noqa: N802
        from cosmos_houdini.houdini.bridge_client.client import shared
        from cosmos_houdini.houdini.work import spec
        from cosmos_houdini.houdini.work.telling import told_on_item

        done = told_on_item(work_item, lambda: spec.cook(self, work_item, shared()))
        return pdg.result.Success if done else pdg.result.Failure


def registerTypes(type_registry: Any) -> None:  # noqa: N802
    CosmosSpec.cosmos_register(type_registry)
