"""The PDG type of Cosmos Encode."""

from __future__ import annotations

from typing import Any

from cosmos_houdini.houdini.interface.encode import ENCODE
from cosmos_houdini.houdini.processor import CosmosProcessor


class CosmosEncode(CosmosProcessor):
    """Its items are commands, so any scheduler can run them.

    What a command says is known only when the nodes before have cooked: nothing is static.
    """

    cosmos_table = ENCODE
    cosmos_jobs = True

    def cosmos_generate(self, item_holder: Any, upstream_items: Any) -> None:
        from cosmos_houdini.houdini.work import encode

        encode.generate(self, item_holder, upstream_items)


def registerTypes(type_registry: Any) -> None:  # noqa: N802
    CosmosEncode.cosmos_register(type_registry)
