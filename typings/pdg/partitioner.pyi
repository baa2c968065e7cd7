from collections.abc import Sequence

from . import NodeInterface, PartitionHolder, WorkItem, result

class PyPartitioner(NodeInterface):
    @classmethod
    def templateName(cls) -> str: ...
    @classmethod
    def templateBody(cls) -> str: ...
    def onPartition(self, partition_holder: PartitionHolder, work_items: Sequence[WorkItem]) -> result: ...
