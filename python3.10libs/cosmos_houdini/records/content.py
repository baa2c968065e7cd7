"""What was found out about a file, remembered by its content: looking at every frame is worth doing once.

A finding is kept with the version of what found it, so that a rule that changed looks again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Optional, TypeVar

from .atomic import write_atomic
from .hashing import hash_file, hash_json

Finding = TypeVar("Finding")
SHA256 = re.compile(r"[0-9a-f]{64}")
SETTLED = 2_000_000_000  # nanoseconds; the coarsest clock of a disk, that of FAT, ticks every two seconds


class Content:
    """A file as it is now, read once, and what is remembered of this content in `folder`.

    `sha256` is given where the content is known already.
    """

    def __init__(self, path: Path, folder: Path, sha256: Optional[str] = None) -> None:
        self._path = path
        self._folder = folder
        self._lock = threading.Lock()
        self._sha256 = sha256
        self._hashed = sha256 is not None
        self._known: Optional[dict[str, Any]] = None
        self._is_new = False

    @property
    def sha256(self) -> Optional[str]:
        """None where the file can't be read."""
        with self._lock:
            if not self._hashed:
                with suppress(OSError):
                    self._sha256 = known_hash(self._path, self._folder)
                self._hashed = True
            return self._sha256

    def begin(self) -> None:
        """Hashes it beside whatever else is done; many files take as many processors."""
        threading.Thread(target=lambda: self.sha256, daemon=True).start()

    def found(
        self,
        name: str,
        found_by: tuple[Path, ...],
        find: Callable[[], Finding],
        read: Callable[[Any], Optional[Finding]],
        write: Callable[[Finding], Any] = lambda finding: finding,
    ) -> Finding:
        """What is known under a name, else what `find` finds now, which is remembered once it is saved.

        `found_by` are the sources of what finds it. `write` makes JSON of it (None: nothing to keep), of
        which `read` makes it again; what `read` makes no sense of (None, a ValueError or the like) is found
        anew.
        """
        key = f"{name} {_version(found_by)}"
        value = self._notes.get(key)
        with suppress(KeyError, TypeError, ValueError):
            known = None if value is None else read(value)
            if known is not None:
                return known
        finding = find()
        written = write(finding)
        if written is not None:
            self._notes[key] = written
            self._is_new = True
        return finding

    def save(self) -> None:
        """Adds to the disk what is new. A project that can't be written to can be checked all the same."""
        if self._is_new and self.sha256 is not None:
            self._is_new = False
            with suppress(OSError):
                write_atomic(self._folder / self.sha256, json.dumps({**self._read(), **self._notes}) + "\n")

    @property
    def _notes(self) -> dict[str, Any]:
        if self._known is None:
            self._known = self._read()
        return self._known

    def _read(self) -> dict[str, Any]:
        if self.sha256 is not None:
            with suppress(OSError, ValueError):  # never looked at, or no notes of ours: looked at anew
                notes = json.loads((self._folder / self.sha256).read_text("utf-8"))
                return notes if isinstance(notes, dict) else {}
        return {}


def known_hash(path: Path, folder: Path) -> str:
    """The hash of a file, which isn't read again while the system says that it is the very same.

    As git does: by size, times and number of the file. One that was written to just before it was read may be
    written to again within the same tick of its clock, so that is not remembered. OSError where it can't be
    read.
    """
    note = folder / f"at-{hash_json(str(path))[:32]}"
    with path.open("rb") as handle:  # opened first: on a network disk, that is when its state is asked for
        state = _state(os.fstat(handle.fileno()))
    with suppress(OSError, ValueError, KeyError, TypeError):
        known = json.loads(note.read_text("utf-8"))
        if known["state"] == state and SHA256.fullmatch(known["sha256"]):
            return str(known["sha256"])
    begun = time.time_ns()
    sha256 = hash_file(path)
    settled = begun - max(state[1], state[2]) > SETTLED
    with suppress(OSError):
        if settled and _state(path.stat()) == state:
            write_atomic(note, json.dumps({"state": state, "sha256": sha256}) + "\n")
    return sha256


def _state(status: os.stat_result) -> list[int]:
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev]


@cache
def _version(sources: tuple[Path, ...]) -> str:
    """Changes with any of these sources."""
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
