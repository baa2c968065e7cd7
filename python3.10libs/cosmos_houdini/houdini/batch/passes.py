"""The passes of a headless batch: those that Set Up Passes makes."""

from __future__ import annotations

from typing import Any

from ..rops.set_up import set_up as set_up_passes
from ..rops.wishes import PassWishes
from .order import BatchOrder
from .says import Says


def set_up(order: BatchOrder, frames: tuple[int, int], says: Says) -> list[Any]:
    """The ROPs to render, in their order. BadInputError for a camera or a renderer that isn't there."""
    wishes = PassWishes(
        camera=order.camera,
        renderer=order.renderer or "",
        frames=frames,
        project=order.project.as_posix() if order.project is not None else "",
    )
    found = set_up_passes(wishes)
    for line in found.told().splitlines():
        says.event("set_up", f"  {line}", text=line)
    return list(found.rops)
