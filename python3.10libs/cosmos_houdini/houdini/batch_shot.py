"""A shot the whole way, in this process: passes, encode, run, load, save."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Optional

from ..errors import BadInputError
from .batch_order import BatchOrder
from .batch_says import Says
from .bridge_client import shared
from .work.flights import Done, Failed, Flights, Moved, Said
from .work.flight import Landed
from .work.sequences import by_role, sequences
from .work.transfer import TransferOrder

LOOK_EVERY = 0.2  # seconds


class InterruptedRun(Exception):
    """Ctrl-C while the run is on the box; it goes on. `run` is its id."""

    def __init__(self, run: str, project: Path) -> None:
        super().__init__(
            f"interrupted. What the box has begun goes on.\n"
            f"To come back: cosmos-houdini attach {run} --project '{project}', or give the same command again."
        )
        self.run = run
