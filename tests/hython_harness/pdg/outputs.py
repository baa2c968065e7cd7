"""The files that an item is expected to write: whether they are there, and whether that saves the cook."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any

from .enums import State
from .items import File, WorkItem

# pdg_cachemode (SideFX docs nodes/top, 20.0): Automatic, Automatic (Ignore Upstream), Read Files, Write Files
AUTOMATIC, READ, WRITE = 0, 2, 3


def check_outputs(item: WorkItem, scheduler: Any) -> bool:
    """Takes the expected files as outputs; False, and a line in the log, where one is missing."""
    missing = []
    for file in item._expected:
        path = _here(file, scheduler)
        if Path(path).exists():
            item._put_output(path, file.tag, file.hash, file.owned)
        else:
            missing.append(path)
    if missing and _asked(scheduler, "pdg_checkexpectedoutputs"):
        item.addError(f"Expected output file was not found: {', '.join(missing)}")
        return False
    return True


class Cache(Enum):
    """What the files that an item would write mean for its cook."""

    UNUSED = 0
    USED = 1  # they are there: nothing has to cook
    MISSED = 2  # they should be there, and aren't


def cache_of(item: WorkItem) -> Cache:
    mode = item.node.parameter("pdg_cachemode")
    chosen = mode.evaluateInt(item) if mode is not None else AUTOMATIC
    expected = [file for part in item._parts() for file in part._expected]
    if not expected or chosen == WRITE:
        return Cache.UNUSED
    if chosen == AUTOMATIC and any(map(_cooked_now, item._needs)):
        return Cache.UNUSED
    if all(Path(file.path).exists() for file in expected):
        return Cache.USED
    return Cache.MISSED if chosen == READ else Cache.UNUSED


def _cooked_now(need: WorkItem) -> bool:
    return need.state is State.CookedSuccess and not need._cooked_before and bool(need.outputFiles)


def lost_outputs(item: WorkItem, scheduler: Any) -> bool:
    """Whether a file that the item wrote is gone, where the scheduler looks for that."""
    if not _asked(scheduler, "pdg_validateoutputs"):
        return False
    return any(not Path(_here(file, scheduler)).exists() for file in item.outputFiles)


def _here(file: File, scheduler: Any) -> str:
    return file.path if scheduler is None else str(scheduler.localizePath(file.path))


def _asked(scheduler: Any, parm: str) -> bool:
    parameter = None if scheduler is None else scheduler.parameter(parm)
    return parameter is None or bool(parameter.evaluateInt())
