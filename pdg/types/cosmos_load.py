"""The PDG type of Cosmos Load."""

from __future__ import annotations

from typing import Any

import pdg

from cosmos_houdini.houdini.interface.load import LOAD
from cosmos_houdini.houdini.processor import CosmosProcessor


class CosmosLoad(CosmosProcessor):
    """Its items cook in this process, since they make nodes in its scene.

    Which runs there are is known only when the nodes before have cooked: nothing is static.
    """

    cosmos_table = LOAD

    def cosmos_generate(self, item_holder: Any, upstream_items: Any) -> None:
        from cosmos_houdini.houdini.work import load

        load.generate(self, item_holder, upstream_items, cookType=pdg.workItemCookType.InProcess)

    def onCookTask(self, work_item: Any) -> Any:  # noqa: N802
        from cosmos_houdini.houdini.bridge_client.client import shared
        from cosmos_houdini.houdini.cops.loading import put
        from cosmos_houdini.houdini.work import load
        from cosmos_houdini.houdini.work.telling import told_on_item

        done = told_on_item(work_item, lambda: load.cook(self, work_item, shared(), put))
        return pdg.result.Success if done else pdg.result.Failure


def registerTypes(type_registry: Any) -> None:  # noqa: N802
    CosmosLoad.cosmos_register(type_registry)
