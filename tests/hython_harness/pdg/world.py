"""All PDG of one session: its `pdg` module, its types, the contexts of its TOP networks."""

from __future__ import annotations

import itertools
import os
import queue
import shlex
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .context import GraphContext
from .factory import register_factory
from .module import make_pdg
from .registry import TypeRegistry, load_types

if TYPE_CHECKING:
    from ..session import Session
    from ..top_source import TopSource


class World:
    """Made when a session's `pdg` is first asked for."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.registry = TypeRegistry(session)
        register_factory(self.registry)
        self.module: ModuleType = make_pdg(self)
        self._contexts: dict[TopSource, GraphContext] = {}
        self._ids = itertools.count(1)
        self._for_main: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._types_loaded = False
        self._programs: tempfile.TemporaryDirectory[str] | None = None
        self._temp: tempfile.TemporaryDirectory[str] | None = None

    def load_types(self) -> None:
        """The `pdg/types` of HOUDINI_PATH, as at a start of Houdini."""
        if self._types_loaded:
            return
        self._types_loaded = True
        for entry in os.environ.get("HOUDINI_PATH", "").split(os.pathsep):
            folder = Path(entry) / "pdg" / "types"
            if entry not in ("", "&") and folder.is_dir():
                load_types(self.session, folder)

    def hython(self) -> str:
        """A program as `$HFS/bin/hython` is one, in a folder without spaces."""
        if self._programs is None:
            self._programs = tempfile.TemporaryDirectory(prefix="hfs-")
            file = Path(self._programs.name) / "hython"
            starter = Path(__file__).parent / "job" / "hython.py"
            words = " ".join(map(shlex.quote, (sys.executable, str(starter))))
            file.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
            file.chmod(0o755)
        return str(Path(self._programs.name) / "hython")

    def temp_folder(self) -> str:
        """$HOUDINI_TEMP_DIR, or one that is gone with the session."""
        if self._temp is None:
            self._temp = tempfile.TemporaryDirectory(prefix="houdini_temp-")
        return os.environ.get("HOUDINI_TEMP_DIR") or self._temp.name

    def end_cooks(self) -> None:
        """What still cooks is cancelled, and waited for: its jobs end with the session, as Houdini's do."""
        for context in self._contexts.values():
            context._close()

    def next_id(self) -> int:
        return next(self._ids)

    def context(self, source: TopSource) -> GraphContext:
        network = source.network()
        if network is None:
            raise ValueError(f"{source.path()} is in no TOP network")
        if network not in self._contexts:
            self._contexts[network] = GraphContext(self, network)
        return self._contexts[network]

    def contexts(self) -> list[GraphContext]:
        return list(self._contexts.values())

    def run_on_main(self, wait: bool, action: Callable[[], Any]) -> Any:
        """Has the main thread do it, which it does while it waits for a cook or asks whether one goes on."""
        if threading.current_thread() is threading.main_thread():
            return action()
        answer: Future[Any] = Future()

        def there() -> None:
            try:
                answer.set_result(action())
            except Exception as error:
                if not wait:  # Houdini prints it, too
                    traceback.print_exc()
                answer.set_exception(error)

        self._for_main.put(there)
        return answer.result() if wait else None

    def do_main(self) -> None:
        """In the main thread: what was asked of it."""
        while not self._for_main.empty():
            self._for_main.get()()
