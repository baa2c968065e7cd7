"""What the processors of `pdg/types` have in common: their table, their registration, where errors go."""

from __future__ import annotations

from typing import Any, ClassVar

import pdg
from pdg.processor import PyProcessor

from .interface import NodeInterface, template_body


class CosmosProcessor(PyProcessor):
    """A processor by its table. What is ours begins with `cosmos_`: Houdini's class has names of its own.

    Callbacks load what they need: a start of Houdini pays for what stands at the top of a file.
    """

    cosmos_table: ClassVar[NodeInterface]
    cosmos_static: ClassVar[bool] = False  # whether its items can be made before those upstream have cooked
    cosmos_jobs: ClassVar[bool] = False  # whether its items are commands, which a scheduler runs

    @classmethod
    def templateName(cls) -> str:  # noqa: N802
        return cls.cosmos_table.name

    @classmethod
    def templateBody(cls) -> str:  # noqa: N802
        return template_body(cls.cosmos_table)

    def __init__(self, node: Any) -> None:
        PyProcessor.__init__(self, node)

    def cosmos_generate(self, item_holder: Any, upstream_items: Any) -> None:
        """Makes the work items; a CosmosError becomes the node's."""
        raise NotImplementedError

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> Any:  # noqa: N802
        from .work.scheduled import refuse_no_scheduler
        from .work.telling import told_by_pdg

        if self.cosmos_jobs:
            told_by_pdg(lambda: refuse_no_scheduler(self))
        told_by_pdg(lambda: self.cosmos_generate(item_holder, upstream_items))
        return pdg.result.Success

    def onPostCook(self) -> Any:  # noqa: N802
        from .work.telling import told_by_pdg
        from .work.upstream import refuse_nothing

        told_by_pdg(lambda: refuse_nothing(self))
        return pdg.result.Success

    @classmethod
    def cosmos_register(cls, type_registry: Any) -> None:
        type_registry.registerNode(
            cls,
            pdg.nodeType.Processor,
            name=cls.cosmos_table.name,
            label=cls.cosmos_table.label,
            static_gen=cls.cosmos_static,
            category="Cosmos",
        )
