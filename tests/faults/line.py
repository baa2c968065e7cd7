"""The line to the box through a proxy that counts, so that something breaks when so much has passed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from box.box import GpuBox
from faults.shot import Shot
from support.wire import Wire, wire_to


class Line:
    """Does something when so many bytes of one direction have passed, before the next ones do."""

    def __init__(self, box: GpuBox, wire: Wire) -> None:
        self._box = box
        self.wire = wire
        self._lock = threading.Lock()
        self._marks: list[int] = []
        self._sending = True
        self._begun = 0
        self._action: Callable[[], object] = lambda: None
        self.cuts = 0
        self._whole = threading.Event()
        self._whole.set()
        wire.before_piece = self._look

    def at(self, marks: list[int], sending: bool, action: Callable[[], object]) -> None:
        """`action` at each of the marks (bytes), counted from now on."""
        with self._lock:
            self._begun = self._passed(sending)
            self._marks, self._sending, self._action = list(marks), sending, action

    def cut_at(self, marks: list[int], sending: bool, heal_after: float | None = None) -> None:
        """Pulls the cable at each of the marks; with `heal_after` (seconds) it is put back by itself."""

        def cut() -> None:
            self._whole.clear()
            self._box.cut()
            self.cuts += 1
            if heal_after is not None:
                time.sleep(heal_after)
                self.heal()

        self.at(marks, sending, cut)

    def heal(self) -> None:
        self._box.heal()
        self._whole.set()

    def _passed(self, sending: bool) -> int:
        return self.wire.sent if sending else self.wire.returned

    def _look(self) -> None:
        with self._lock:
            if self._marks and self._passed(self._sending) - self._begun >= self._marks[0]:
                self._marks.pop(0)
                self._action()
        self._whole.wait()  # what the proxy has received already does not get through a cut either


@contextmanager
def counted_line(shot: Shot) -> Iterator[Line]:
    """The person of `shot` reaches the box through the proxy from now on."""
    box = shot.box
    with wire_to(box.port, box.host) as wire:
        config = box.ssh_config.replace(f"HostName {box.host}", "HostName 127.0.0.1")
        config = config.replace(f"Port {box.port}", f"Port {wire.port}\n  HostKeyAlias {box.host}")
        (shot.folder / "home" / ".ssh" / "config").write_text(config)
        yield Line(box, wire)
