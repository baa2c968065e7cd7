"""How a box stands: the machine, its container engine, the model's files, and the runs there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Optional

from ..box.box_run import BoxRun, BoxState
from ..box.probe import Probe
from ..engines.registry import ENGINES
from .box import Box
from .gpu_box import GpuBox


@dataclass(frozen=True)
class Look:
    """`checkout` and `checkpoints` (engine -> what it is for -> is it there) are told of a GPU box only."""

    probe: Probe
    runs: Mapping[str, BoxRun]
    checkout: Optional[bool] = None
    checkpoints: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)

    @property
    def active(self) -> tuple[BoxRun, ...]:
        """What a person can do something about: runs at work, and results that nobody has fetched."""
        return tuple(
            run
            for run in self.runs.values()
            if run.state is not BoxState.PREPARED and not (run.state.ended and run.acknowledged)
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "probe": asdict(self.probe),
            "checkout": self.checkout,
            "checkpoints": self.checkpoints,
            "runs": [asdict(run) for run in self.runs.values()],
        }


def look(box: Box, trial: bool = False) -> Look:
    """Asks the box; with `trial` its container engine runs a container of one second."""
    runs = box.agent.status(None)
    if not isinstance(box, GpuBox):
        return Look(box.agent.probe(), runs)
    checkout = str(box.place(box.config.docker.checkout))
    places = {
        engine.name: {what: str(box.checkpoints() / file) for what, file in engine.checkpoints.items()}
        for engine in ENGINES.values()
        if engine.checkpoints
    }
    asked = [checkout, *(path for files in places.values() for path in files.values())]
    probe = box.agent.probe(box.question(trial), asked)
    return Look(
        probe,
        runs,
        probe.files[checkout],
        {name: {what: probe.files[path] for what, path in files.items()} for name, files in places.items()},
    )
