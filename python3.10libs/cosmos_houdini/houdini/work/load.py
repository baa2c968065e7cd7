"""Cosmos Load: the frames of each run's result, and nodes for them in a COP network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ...errors import BadInputError
from ...records.item_attributes import FRAMES, IMAGE_TAG, RUN_ID, VIDEO, VIDEO_TAG
from ..bridge_client.steps import carry_out
from ..cops.gather import RunPictures, gather
from ..interface import LoadSettings
from ..interface.load import LOAD
from .evaluate import Attributes, evaluator
from .ports import Bridge, Holder, Item, Node
from .scene import project_of
from .upstream import came_from, from_upstream


def generate(node: Node, holder: Holder, upstream: Sequence[Item], **in_process: Any) -> None:
    """Makes one work item for each upstream item; for a run named on the node, one without any."""
    for source in from_upstream(node, upstream, "runsource", "run"):
        holder.addWorkItem(**came_from(source), **in_process)


Put = Callable[[LoadSettings, Sequence[RunPictures]], None]


def cook(node: Node, item: Item, bridge: Bridge, put: Put) -> None:
    """Writes the frames of the item's runs, then has `put` make the nodes for them."""
    settings = LoadSettings.read(evaluator(node, LOAD.name, item))
    loaded = [ready(run, settings, bridge) for run in runs_of(settings, item)]
    put(settings, loaded)
    for one in loaded:
        item.addOutputFile(str(one.shown["outputs"]["video"]), VIDEO_TAG, 0, False)
        for file in one.frames["files"]:
            item.addOutputFile(str(file), IMAGE_TAG, 0, False)
    if loaded:
        item.setStringAttrib(RUN_ID, loaded[-1].run)
        item.setStringAttrib(VIDEO, str(loaded[-1].shown["outputs"]["video"]))
        item.setStringAttrib(FRAMES, str(loaded[-1].frames["pattern"]))


@dataclass(frozen=True)
class RunPlace:
    """A run and the project that it is of."""

    project: Path
    run: str


def runs_of(settings: LoadSettings, item: Item) -> list[RunPlace]:
    """The run that the node names, else those of the work item or of the items that are gathered in it.

    BadInputError where there is none.
    """
    if settings.run is not None:
        return [RunPlace(project_of(settings.project, Attributes(item)), settings.run)]
    found: dict[str, RunPlace] = {}
    for one in _bringers(item):
        attributes = Attributes(one)
        run = attributes.text(RUN_ID)
        if run:
            found.setdefault(run, RunPlace(project_of(settings.project, attributes), run))
    if found:
        return list(found.values())
    raise BadInputError(
        "The work item brings no run to load.",
        why=f"Neither it nor those that it came from have the attribute {RUN_ID}.",
        fix="Wire Cosmos Transfer before Cosmos Load, or set Load to One Run.",
    )


def _bringers(item: Item) -> list[Item]:
    """The items that brought what this one is about.

    Those that are gathered in it, or in what it came from: a partition, and what is made of one, may have
    inherited an attribute before its members cooked, which is out of date then. Else the item itself.
    """
    one: Optional[Item] = item
    while one is not None:
        if one.isPartition:
            found = [bringer for member in one.partitionItems for bringer in _bringers(member)]
            # None: what is gathered there, as rendered frames, is from before there was a run.
            return [bringer for bringer in found if Attributes(bringer).text(RUN_ID)] or [item]
        one = one.parent
    return [item]


def ready(place: RunPlace, settings: LoadSettings, bridge: Bridge) -> RunPictures:
    """The run with its frames written, and those of what belongs to it."""
    found: RunPictures = carry_out(gather(place.project, place.run, settings), bridge)
    return found
