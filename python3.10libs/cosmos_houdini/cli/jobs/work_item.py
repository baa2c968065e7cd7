"""The work item of PDG that a command is the job of; without PDG nobody is told anything.

Houdini ships `pdgcmd.py` with each job; it speaks to the item's graph by $PDG_RESULT_SERVER. Names and
arguments of its functions: SideFX's pdgcmd.py, as of Houdini 19.5 to 21.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Optional

from ...errors import BridgeError
from ...progress import Progress, Throttle
from ..out import emit_error

SERVER, SCRIPTS = "PDG_RESULT_SERVER", "PDG_SCRIPTDIR"
INTERVAL = 0.5  # seconds between two reports of one phase: each is a call over the network


class WorkItem:
    """Tells the item how far its job is, what it made and why it failed."""

    def __init__(self, pdgcmd: Optional[Any]) -> None:
        self._pdgcmd = pdgcmd
        self._throttle = Throttle(INTERVAL)

    @property
    def is_there(self) -> bool:
        return self._pdgcmd is not None

    def attribute(self, name: str, value: str) -> None:
        """BridgeError where it can't be told: what comes after this item goes by it."""
        self._must("setStringAttrib", name, value)

    def output_files(self, files: Sequence[Path], tag: str) -> None:
        """`tag` as in file/video; the order is kept. BridgeError as for `attribute`."""
        for file in files:
            self._must("addOutputFile", str(file), result_data_tag=tag)

    def log(self, text: str) -> bool:
        """Whether it could be told."""
        return self._try("workItemAppendLog", text)

    def progress(self, progress: Progress) -> None:
        """The phase with its percentage; the item's own is of the work, not of files that come and go."""
        if not self._throttle.lets_through(progress):
            return
        share = f" {progress.fraction:.0%}" if progress.total else ""
        message = f", {progress.message}" if progress.message else ""
        self._try("workItemSetCustomState", f"{progress.phase}{share}{message}")
        if progress.total and progress.unit != "bytes":
            self._try("workItemSetCookPercent", round(100 * progress.fraction, 1))

    def _must(self, name: str, *arguments: Any, **options: Any) -> None:
        if self._pdgcmd is None:
            return
        try:
            getattr(self._pdgcmd, name)(*arguments, **options)
        except Exception as error:  # whatever its RPC raises
            raise BridgeError(
                "PDG could not be told what this work item made.",
                why=f"{name}: {error}",
                fix="Nothing is lost: what was made is on the disk, and a run goes on. Cook the item again; "
                "it takes what is there.",
            ) from error

    def _try(self, name: str, *arguments: Any) -> bool:
        """For what only a person looks at: the job goes on where Houdini can't be told, and says so once."""
        if self._pdgcmd is None:
            return False
        tell: Optional[Callable[..., Any]] = getattr(self._pdgcmd, name, None)
        if tell is None:  # an older Houdini
            return False
        try:
            tell(*arguments)
        except Exception as error:  # whatever its RPC raises
            emit_error(f"warning: PDG could not be told ({name}: {error}); the job goes on.")
            self._pdgcmd = _WithoutReports(self._pdgcmd)
            return False
        return True


class _WithoutReports:
    """Results alone: of an item whose progress could not be told."""

    def __init__(self, pdgcmd: Any) -> None:
        self.setStringAttrib = pdgcmd.setStringAttrib
        self.addOutputFile = pdgcmd.addOutputFile


def own_work_item() -> WorkItem:
    """The item of this process."""
    if not os.environ.get(SERVER):
        return WorkItem(None)
    folder = os.environ.get(SCRIPTS) or os.devnull  # never the folder that the job happens to stand in
    sys.path.insert(0, folder)
    try:
        return WorkItem(importlib.import_module("pdgcmd"))
    except Exception as error:  # it isn't there, or is of another Python
        emit_error(
            f"warning: PDG is not told anything: pdgcmd can't be loaded from {SCRIPTS} ({folder}): {error}"
        )
        return WorkItem(None)
    finally:
        sys.path.remove(folder)
