"""Starts the items whose turn it is: here, in a job, or not at all where their files are there already."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from .attributes import writable
from .enums import SUCCESSFUL, State, result, scheduleResult, workItemCookType
from .errors import told
from .items import WorkItem
from .nodes import Node
from .outputs import Cache, cache_of
from .ticking import Ticker, asked

if TYPE_CHECKING:
    from .context import GraphContext

IN_PROCESS = 4  # threads


class Starter:
    """Of one cook; `tickers` are its schedulers by their id()."""

    def __init__(self, context: GraphContext, tickers: dict[int, Ticker]) -> None:
        self._context, self._tickers = context, tickers
        self._pool = ThreadPoolExecutor(IN_PROCESS)

    def close(self) -> None:
        """Items that cook here go on to their end, which nobody waits for; those in the queue don't begin."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def start_ready(self, nodes: list[Node], cancelled: Callable[[], bool]) -> bool:
        """Whether any was started."""
        started = False
        full = {key for key, ticker in self._tickers.items() if ticker.busy}
        for node in nodes:
            for item in node._units():
                if cancelled():
                    return started
                if item.state is State.Uncooked:
                    item._become(State.Waiting)
                if item.state is State.Waiting and all(need.state in SUCCESSFUL for need in item._needs):
                    started = self._start(node, item, full) or started
        return started

    def _start(self, node: Node, item: WorkItem, full: set[int]) -> bool:
        found = cache_of(item)
        if found is Cache.USED:
            for part in item._parts():
                for file in part._expected:
                    part._put_output(file.path, file.tag, file.hash, file.owned)
                part._become(State.CookedCache)
            item._become(State.CookedCache)
        elif found is Cache.MISSED:
            item.addError("The node reads files only (Cache Mode), and not all of them are there.")
            self._context._ended(item, succeeded=False)
        elif item.isPartition or item.cookType is workItemCookType.Generate:
            self._context._ended(item, succeeded=True)
        elif item.isInProcess:
            if self._claim(item):
                self._pool.submit(self._cook_here, node, item)
        elif not item.hasCommand:  # as in Houdini: it has nothing to do, and succeeds
            self._context._ended(item, succeeded=True)
        else:
            return self._schedule(node, item, full)
        return True

    def _claim(self, item: WorkItem) -> bool:
        """False where the item was cancelled just now."""
        with self._context._wake:
            if item.state is not State.Waiting:
                return False
            item._become(State.Scheduled)
            return True

    def _cook_here(self, node: Node, item: WorkItem) -> None:
        try:
            item._become(State.Cooking)
            begun = time.monotonic()
            with writable(item, *item._parts()):
                done = all(
                    _succeeded(getattr(node._kind, callback), item)
                    for callback in ("onPrepareTask", "onCookTask", "onPostCookTask")
                )
            self._context._ended(item, succeeded=done, seconds=time.monotonic() - begun)
        except Exception as error:  # PDG shows it on the item and the node
            item.addError(told(error))
            node._fail(told(error))
            self._context._ended(item, succeeded=False)
        except BaseException as error:  # the harness's own
            self._context._failed(error)
            self._context._ended(item, succeeded=False)

    def _schedule(self, node: Node, item: WorkItem, full: set[int]) -> bool:
        scheduler = self._context._scheduler_of(node)
        if scheduler is None:
            node._fail("No scheduler: the node and its network name none.")
            self._context._ended(item, succeeded=False)
            return True
        if id(scheduler) in full:
            return False
        if not self._claim(item):
            return False
        with writable(item, *item._parts()):
            answer = asked(scheduler, lambda: scheduler.onSchedule(item), scheduleResult)
        if answer in (scheduleResult.Deferred, scheduleResult.FullDeferred):
            item._become(State.Waiting)
            if answer is scheduleResult.FullDeferred:
                full.add(id(scheduler))
            return False
        if answer is scheduleResult.CookCanceled:
            self._context._ended(item, succeeded=False, cancelled=True)
        elif answer is not scheduleResult.Succeeded:
            self._context._ended(item, succeeded=answer is scheduleResult.CookSucceeded)
        return True


def _succeeded(callback: Callable[[WorkItem], Any], item: WorkItem) -> bool:
    answer = callback(item)
    if answer not in (result.Success, result.Failure):
        raise TypeError(f"{callback.__name__} returns a pdg.result, not {answer!r}")
    return answer is result.Success
