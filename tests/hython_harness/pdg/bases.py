"""`pdg.processor.PyProcessor` and `pdg.partitioner.PyPartitioner`, and what they share with schedulers."""

from __future__ import annotations

import json
from typing import Any

from .enums import result
from .items import WorkItem
from .nodes import Node, Parameter


class NodeCallbacks:
    """What every Python type has: its node's parameters, name, wires."""

    _node: Node

    name = property(lambda self: self._node.name)
    context = property(lambda self: self._node.context)
    inputs = property(lambda self: self._node.inputs)
    type = property(lambda self: self._node.type)
    typeName = property(lambda self: self._node.type.typeName)

    @classmethod
    def templateName(cls) -> str:
        return cls.__name__.lower()

    @classmethod
    def templateBody(cls) -> str:
        return json.dumps({"name": cls.templateName(), "dataType": "genericdata", "parameters": []})

    def __getitem__(self, name: str) -> Parameter:
        return self._node[name]

    def parameter(self, name: str) -> Parameter | None:
        return self._node.parameter(name)

    def topNode(self) -> Any:
        return self._node.topNode()


class _Worker(NodeCallbacks):
    """An error is told by raising pdg.CookError (docs tops/pdg/CookError): the docs of
    pdg.NodeInterface have no call for it.
    """

    def __init__(self, node: Any) -> None:
        if not isinstance(node, Node):
            raise TypeError(f"{type(self).__name__} is made with a pdg.Node, not {node!r}")
        self._node = node

    workItems = property(lambda self: self._node.workItems)
    hasErrors = property(lambda self: self._node.hasErrors)

    @property
    def scheduler(self) -> Any:
        return self._node.scheduler

    def onConfigureNode(self, node_options: Any) -> result:
        return result.Success

    def onPreCook(self) -> result:
        return result.Success

    def onPostCook(self) -> result:
        return result.Success

    def _sources(self, upstream: list[WorkItem]) -> list[WorkItem | None]:
        """What a factory node makes items of: those before it, or one from nowhere if nothing is wired in."""
        return list(upstream) if self._node.inputs[0].connections else [None]


class PyProcessor(_Worker):
    """SideFX docs tops/processors."""

    def onGenerate(self, item_holder: Any, upstream_items: Any, generation_type: Any) -> result:
        for item in upstream_items:
            item_holder.addWorkItem(parent=item)
        return result.Success

    def onAddInternalDependencies(
        self, dependency_holder: Any, internal_items: Any, is_static: bool
    ) -> result:
        return result.Success

    def onPrepareTask(self, work_item: WorkItem) -> result:
        return result.Success

    def onCookTask(self, work_item: WorkItem) -> result:
        return result.Success

    def onPostCookTask(self, work_item: WorkItem) -> result:
        return result.Success


class PyPartitioner(_Worker):
    """SideFX docs tops/partitioners."""

    def onPartition(self, partition_holder: Any, work_items: Any) -> result:
        raise NotImplementedError("a partitioner has an onPartition callback")
