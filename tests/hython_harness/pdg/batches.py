"""`pdg.BatchWorkItem`: items of one node that one job cooks together, as the frames of a ROP Fetch.

SideFX docs tops/pdg/BatchWorkItem and batchActivation, HDK PDG_BatchWorkItem: the items in a batch belong to
the node, and the batch alone goes to the scheduler, when the dependencies of all of them are done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .enums import ACTIVE, State, workItemCookType
from .items import WorkItem

if TYPE_CHECKING:
    from .nodes import Node


class BatchWorkItem(WorkItem):
    """Its log is that of the job, which says with its place in the batch what it says of one item."""

    isBatch = property(lambda self: True)
    batchItems = property(lambda self: list(self._members))
    batchSize = property(lambda self: len(self._members))
    batchName = property(lambda self: self._name)

    def __init__(
        self,
        node: Node,
        index: int,
        parent: WorkItem | None,
        cook_type: workItemCookType,
        frames: list[float],
    ) -> None:
        """One item for each frame, numbered from `index` on."""
        next_id = node.context._next_id
        super().__init__(node, next_id(), index, parent, cook_type, frames[0])
        self._members: list[WorkItem] = []
        for place, frame in enumerate(frames):
            member = WorkItem(node, next_id(), index + place, parent, cook_type, frame)
            member._batch = self
            member._name = f"{self._name}_{place}"  # the batch's name is a prefix (HDK PDG_BatchWorkItem)
            member._shown = f"work item {member._name}"
            self._members.append(member)

    def _parts(self) -> list[WorkItem]:
        return self._members

    def _become(self, state: State) -> None:
        """What goes before the job is of all items; from then on the job tells of each."""
        super()._become(state)
        for member in self._members if state in (State.Waiting, State.Scheduled) else ():
            if member.state in ACTIVE or member.state is State.Uncooked:
                member._become(state)

    def _reset(self) -> None:
        """Resume Partially Cached Batches is off (Houdini 20.0 parm dump): all of it is rendered again."""
        super()._reset()
        for member in self._members:
            member._reset()
