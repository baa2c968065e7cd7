"""Cosmos GPU Box: carries the runs of many work items over one bridge, without a process for each."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, Optional, Protocol

from ...errors import BadInputError, CancelledError, CosmosError
from ...records.item_attributes import FRAMES, IMAGE_TAG, RUN_ID, STATUS, VIDEO, VIDEO_TAG
from ..bridge_client.client import Bridge
from ..interface import BoxSettings, TransferSettings
from ..interface.transfer import TRANSFER
from .evaluate import evaluator
from .flight import Landed
from .flights import Done, Event, Failed, Flights, Moved, Said
from .ports import Item
from .transfer import TransferOrder, transfer_order

WHOLE = -1  # the index that means the item itself, not one of a batch


class Scheduler(Protocol):
    """What we call of PDG's scheduler object, from any thread (a listing of pdg.Scheduler, Houdini 21.0)."""

    def onWorkItemStartCook(self, item_id: int, index: int) -> None: ...  # noqa: N802
    def onWorkItemSucceeded(self, item_id: int, index: int, seconds: float) -> None: ...  # noqa: N802
    def onWorkItemFailed(self, item_id: int, index: int) -> None: ...  # noqa: N802
    def onWorkItemCanceled(self, item_id: int, index: int) -> None: ...  # noqa: N802
    def onWorkItemSetCookPercent(self, item_id: int, index: int, percent: float) -> None: ...  # noqa: N802
    def onWorkItemSetCustomState(self, item_id: int, index: int, text: str) -> None: ...  # noqa: N802
    def onWorkItemSetStringAttrib(  # noqa: N802
        self, item_id: int, index: int, name: str, value: str, place: int
    ) -> None: ...
    def onWorkItemAddOutput(  # noqa: N802
        self, item_id: int, index: int, path: str, tag: str, checksum: int, and_success: bool
    ) -> None: ...


class Scheduled(Enum):
    """What becomes of an item that PDG offers."""

    TAKEN = "taken"
    REFUSED = "refused"
    LATER = "later"


class GpuBox:
    """`settings` are read when a cook begins. Safe to call from PDG's threads."""

    def __init__(self, scheduler: Scheduler, connect: Callable[[], Bridge]) -> None:
        self._scheduler = scheduler
        self._flights = Flights(connect)
        self._items: dict[int, tuple[Item, bool]] = {}
        self._settings: Optional[BoxSettings] = None
        self._moved: dict[int, Moved] = {}  # how far each has come since it was shown
        self._next_show = 0.0
        self._lock = threading.RLock()

    def start(self, settings: BoxSettings) -> None:
        self._settings = settings

    def schedule(self, item: Item) -> Scheduled:
        """Sets the item's run on its way. Items of other nodes are refused, with the way out."""
        with self._lock:
            settings = self._settings
            if settings is None or len(self._flights) >= settings.max_items:
                return Scheduled.LATER
            try:
                order, cancel = self._order(item, settings)
            except CosmosError as error:
                item.addError(str(error))
                return Scheduled.REFUSED
            self._items[item.id] = (item, cancel)
            self._scheduler.onWorkItemStartCook(item.id, WHOLE)
            self._flights.begin(item.id, order)
            return Scheduled.TAKEN

    def tick(self) -> bool:
        """Tells PDG what happened; returns whether there is room for another run."""
        with self._lock:
            for event in self._flights.tick():
                if isinstance(event, Moved):
                    self._moved[event.key] = event
                else:
                    self._show(event.key)  # what came last before it
                    self._tell(event)
            self._show_all()
            return self._settings is not None and len(self._flights) < self._settings.max_items

    def cancel(self, items: Iterable[Item]) -> None:
        """Single items that the artist cancels: their runs are cancelled, or left, as their node says."""
        with self._lock:
            for item in items:
                self._end(item.id)

    def stop(self, cancelled: bool) -> None:
        """The cook is over. Whatever is still under way is cancelled, or left going."""
        with self._lock:
            for item_id in list(self._items):
                self._end(item_id)
            if not cancelled:
                self._flights.close()

    def _order(self, item: Item, settings: BoxSettings) -> tuple[TransferOrder, bool]:
        if not _is_transfer(item):
            raise _not_ours(item)
        own = TransferSettings.read(evaluator(item.node, TRANSFER.name, item))
        order = transfer_order(own, item, settings)
        cancel = own.cancel_on_stop if settings.cancel_on_stop is None else settings.cancel_on_stop
        return order, cancel

    def _end(self, item_id: int) -> None:
        entry = self._items.pop(item_id, None)
        if entry is None:
            return
        if entry[1]:
            self._flights.cancel(item_id)
        else:
            self._flights.leave(item_id)
        self._scheduler.onWorkItemCanceled(item_id, WHOLE)

    def _show_all(self) -> None:
        """How far the items have come, as often as the scheduler's node says."""
        now = time.monotonic()
        if self._moved and self._settings is not None and now >= self._next_show:
            self._next_show = now + self._settings.poll_seconds
            for item_id in list(self._moved):
                self._show(item_id)

    def _show(self, item_id: int) -> None:
        moved = self._moved.pop(item_id, None)
        if moved is not None and item_id in self._items:
            self._scheduler.onWorkItemSetCookPercent(item_id, WHOLE, moved.percent)
            self._scheduler.onWorkItemSetCustomState(item_id, WHOLE, moved.text)

    def _tell(self, event: Event) -> None:
        item = self._items[event.key][0]
        if isinstance(event, Said):
            (item.addWarning if event.wrong else item.addMessage)(event.text)
        elif isinstance(event, Done):
            del self._items[event.key]
            self._report(event.key, event.landed)
            self._scheduler.onWorkItemSucceeded(event.key, WHOLE, event.seconds)
        elif isinstance(event, Failed):
            del self._items[event.key]
            item.addError(str(event.error))
            if isinstance(event.error, CancelledError):
                self._scheduler.onWorkItemCanceled(event.key, WHOLE)
            else:
                self._scheduler.onWorkItemFailed(event.key, WHOLE)

    def _report(self, item_id: int, landed: Landed) -> None:
        """Gives a work item the files and attributes of its result, as a job does, since a tick may not."""
        frames = landed.frames or {}
        attributes = {
            RUN_ID: landed.run,
            STATUS: "SUCCESS",
            VIDEO: landed.video,
            FRAMES: frames.get("pattern"),
        }
        for name, value in attributes.items():
            if value:
                self._scheduler.onWorkItemSetStringAttrib(item_id, WHOLE, name, value, 0)
        files = [(landed.video, VIDEO_TAG), (landed.sheet, IMAGE_TAG)]
        files += [(str(file), IMAGE_TAG) for file in frames.get("files", ())]
        for path, tag in files:
            self._scheduler.onWorkItemAddOutput(item_id, WHOLE, path, tag, 0, False)


def _is_transfer(item: Item) -> bool:
    kind: Any = getattr(item.node, "type", None)
    name = str(getattr(kind, "typeName", kind))
    return name.endswith(TRANSFER.name)


def _not_ours(item: Item) -> BadInputError:
    return BadInputError(
        f"Cosmos GPU Box can't run {item.name}.",
        why="It carries the runs of Cosmos Transfer to the GPU box and starts no other jobs.",
        fix=f"Set TOP Scheduler Override of {item.node.name} to a Local Scheduler, "
        "or make that the default of the network.",
    )
