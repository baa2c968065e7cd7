"""The preview engine: takes the very order that Transfer1 takes, and answers on a CPU."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ..records.run_spec import RunSpec
from .estimate import Estimate
from .transfer1 import Transfer1


class Preview(Transfer1):
    """A CPU stand-in with Transfer1's sizes, chunks, spec and arguments; it needs no model."""

    name = "preview"
    title = "Preview"
    entry = ("-m", "cosmos_houdini.preview")
    checkpoints: ClassVar[Mapping[str, str]] = {}

    def estimate(self, frames: int, num_gpus: int, run: RunSpec) -> Estimate:
        """Chunks as the real model would count them; a preview costs no GPU time."""
        note = (
            "The preview runs on the CPU and costs no GPU time; the chunks are what the model would compute."
        )
        return Estimate(self.name, frames, self.chunks(frames), num_gpus, note=note)
