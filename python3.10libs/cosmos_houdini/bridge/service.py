"""What all calls of one bridge share: the ways to boxes, the records known, and who is followed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from ..records.run_spec import RunSpec
from .messages import Outlet
from .project import Project

if TYPE_CHECKING:  # a listing does without these
    from ..box.connection import Connection
    from ..workflow.box import Box
    from ..workflow.known import KnownRecords
    from .watch import Watchers


class Service:
    """Safe to use from all threads."""

    def __init__(self, outlet: Outlet) -> None:
        self.outlet = outlet
        self._lock = threading.Lock()
        self._watchers: Optional[Watchers] = None
        self._connections: dict[Any, Connection] = {}
        self._known: dict[Path, KnownRecords] = {}

    @property
    def watchers(self) -> Watchers:
        from .watch import Watchers

        with self._lock:
            if self._watchers is None:
                self._watchers = Watchers(self.outlet, self.box)
            return self._watchers

    def box(self, project: Project, name: str) -> Box:
        """The box over the one connection to it, which stays open; what is closed by a fault opens anew."""
        from ..workflow.boxes import connect, open_box

        settings = (project.config.remote, project.config.paths)
        with self._lock:
            way = self._connections.get((project.folder, name, settings))
            if way is None:
                way = connect(project.store, project.config, name)
                self._connections[project.folder, name, settings] = way
        return open_box(project.store, project.config, name, way)

    def box_of(self, project: Project, run: RunSpec, choice: Optional[str] = None) -> Box:
        """The box of a run, as the command line chooses it."""
        from ..workflow.boxes import box_of_run

        return self.box(project, box_of_run(project.config, run, choice))

    @contextmanager
    def lent_box(self, project: Project, run: RunSpec) -> Iterator[Box]:
        """As `box_of`, for those who close what they open."""
        yield self.box_of(project, run)

    def known(self, project: Project) -> KnownRecords:
        from ..workflow.known import KnownRecords

        with self._lock:
            if project.folder not in self._known:
                self._known[project.folder] = KnownRecords(project.store)
            return self._known[project.folder]

    def log(self, project: Project, level: str, text: str, run: Optional[str] = None) -> None:
        """A line for a person, beside the answers."""
        about = {} if run is None else {"run": run}
        self.outlet.notify("log", {"project": str(project.folder), **about, "level": level, "text": text})
