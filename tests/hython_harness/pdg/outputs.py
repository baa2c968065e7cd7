"""The files that an item is expected to write: whether they are there, and whether that saves the cook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .attributes import writable
from .enums import State
from .items import WorkItem

# pdg_cachemode (SideFX docs nodes/top, 20.0): Automatic, Automatic (Ignore Upstream), Read Files, Write Files
AUTOMATIC, WRITE = 0, 3


def check_outputs(item: WorkItem, scheduler: Any) -> bool:
    """Takes the expected files as outputs; False, and a line in the log, where one is missing."""
    missing = []
    for file in item._expected:
        path = file.path if scheduler is None else scheduler.localizePath(file.path)
        if Path(path).exists():
            with writable(item):
                item._put_output(path, file.tag, file.hash, file.owned)
        else:
            missing.append(path)
    if missing and _asked(scheduler, "pdg_checkexpectedoutputs"):
        item.addError(f"Expected output file was not found: {', '.join(missing)}")
        return False
    return True


def cached(item: WorkItem) -> bool:
    """Whether all that the item would write is there, and its node may use it."""
    if not item._expected:
        return False
    mode = item.node.parameter("pdg_cachemode")
    chosen = mode.evaluateInt(item) if mode is not None else AUTOMATIC
    if chosen == WRITE:
        return False
    if chosen == AUTOMATIC and any(
        need.state is State.CookedSuccess and need.outputFiles for need in item._needs
    ):
        return False
    return all(Path(file.path).exists() for file in item._expected)


def lost_outputs(item: WorkItem, scheduler: Any) -> bool:
    """Whether a file that the item wrote is gone, where the scheduler looks for that."""
    return _asked(scheduler, "pdg_validateoutputs") and any(
        not Path(file.path).exists() for file in item.outputFiles
    )


def _asked(scheduler: Any, parm: str) -> bool:
    parameter = None if scheduler is None else scheduler.parameter(parm)
    return parameter is None or bool(parameter.evaluateInt())
