"""The line to the box through a proxy that counts, so that the cable is pulled when so much has passed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from box.box import GpuBox
from faults.shot import Shot
from support.wire import Wire, wire_to


class Line:
    """`cut_at`: bytes of one direction after which the cable is pulled, once."""

    def __init__(self, box: GpuBox, wire: Wire) -> None:
        self._box = box
        self.wire = wire
        self._lock = threading.Lock()
        self._at: list[int] = []
        self._sending = True
        self._heal_after: float | None = None
        self.cuts = 0
        wire.before_piece = self._look

    def cut_at(self, marks: list[int], sending: bool, heal_after: float | None = None) -> None:
        """Counts from now on. With `heal_after` (seconds) the cable is put back by itself."""
        with self._lock:
            self._begun = self._passed(sending)
            self._at, self._sending, self._heal_after = list(marks), sending, heal_after

    def heal(self) -> None:
        self._box.heal()

    def _passed(self, sending: bool) -> int:
        return self.wire.sent if sending else self.wire.returned

    def _look(self) -> None:
        """Before each piece: one that would come after the mark does not get through any more."""
        with self._lock:
            if not self._at or self._passed(self._sending) - self._begun < self._at[0]:
                return
            self._at.pop(0)
            self._box.cut()
            self.cuts += 1
            if self._heal_after is not None:
                time.sleep(self._heal_after)
                self._box.heal()


@contextmanager
def slow_line(shot: Shot) -> Iterator[Line]:
    """The person of `shot` reaches the box through the proxy from now on."""
    box = shot.box
    with wire_to(box.port, box.host) as wire:
        config = box.ssh_config.replace(f"HostName {box.host}", "HostName 127.0.0.1")
        config = config.replace(f"Port {box.port}", f"Port {wire.port}\n  HostKeyAlias {box.host}")
        (shot.folder / "home" / ".ssh" / "config").write_text(config)
        yield Line(box, wire)
