"""Cosmos Transfer: one work item for each run, carried out by `job transfer` or by Cosmos GPU Box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from ...errors import BadInputError
from ...records.item_attributes import PROJECT, RUN_ID, VIDEO
from ...records.paths import ProjectPaths
from ..interface import BoxSettings, TransferSettings
from ..interface.transfer import TRANSFER
from ..runtime import python
from .command import job_command
from .evaluate import Attributes, evaluator
from .ports import Holder, Item, Node
from .scene import project_of
from .upstream import came_from


def generate(node: Node, holder: Holder, upstream: Sequence[Item]) -> None:
    """Makes one work item for each run. BadInputError for what can't be used, before any item is made."""
    orders = [transfer_order(TransferSettings.read(evaluator(node, TRANSFER.name, i)), i) for i in upstream]
    program = python()
    for item, order in zip(upstream, orders):
        dress(holder.addWorkItem(**came_from(item)), order, program)


@dataclass(frozen=True)
class TransferOrder:
    """What one work item asks for; see TransferSettings for what None means.

    `settings` (section.key -> text) go before those of the project.
    """

    project: Path
    run: str
    box: Optional[str] = None
    num_gpus: Optional[int] = None
    cuda_devices: Optional[str] = None
    check: bool = True
    upscale_weight: Optional[float] = None
    frames_format: Optional[str] = None
    settings: Mapping[str, str] = field(default_factory=dict)

    def options(self) -> dict[str, Any]:
        """What `job transfer` is told."""
        return {
            "project": self.project.as_posix(),
            "run": self.run,
            "box": self.box,
            "num_gpu": self.num_gpus,
            "cuda_devices": self.cuda_devices,
            "upscale_weight": self.upscale_weight,
            "frames": self.frames_format,
        }


def transfer_order(
    settings: TransferSettings, item: Optional[Item], scheduler: Optional[BoxSettings] = None
) -> TransferOrder:
    """What the item asks for; what its node leaves open, the scheduler may say.

    BadInputError where the work item brings no run.
    """
    attributes = Attributes(item)
    patience = scheduler.patience_seconds if scheduler is not None else None
    run = attributes.text(RUN_ID)
    if not run:
        raise BadInputError(
            "The work item brings no run.",
            why=f"It has no attribute {RUN_ID}, which Cosmos Spec gives when it has cooked.",
            fix="Wire Cosmos Spec before Cosmos Transfer, and leave Generate When at Automatic.",
        )
    return TransferOrder(
        project=project_of(settings.project or (scheduler.project if scheduler else ""), attributes),
        run=run,
        box=settings.box or (scheduler.box if scheduler else None),
        num_gpus=settings.num_gpus,
        cuda_devices=settings.cuda_devices,
        check=settings.check,
        upscale_weight=settings.upscale_weight,
        frames_format=settings.frames_format,
        settings={"remote.patience_seconds": f"{patience:g}"} if patience is not None else {},
    )


def dress(item: Item, order: TransferOrder, program: Path) -> None:
    """Gives a new work item its command and its attributes."""
    item.setStringAttrib(PROJECT, order.project.as_posix())
    item.setStringAttrib(RUN_ID, order.run)
    item.setStringAttrib(VIDEO, ProjectPaths(order.project).output(order.run).video.as_posix())
    item.setCommand(job_command(program, "transfer", order.options()))
