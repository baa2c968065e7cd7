"""A machine that runs engines, and how one is started on this one; a GPU box says otherwise (gpu_box.py)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Optional

from ..box.agent_client import Agent, Question, Survey
from ..box.connection import Connection
from ..box.layout import BoxLayout
from ..box.manifest import ExtraFile, Launcher, Slots
from ..errors import BadInputError
from .asking import Asking

if TYPE_CHECKING:
    from ..engines.engine import BuiltSpec
    from .plan import Plan


@dataclass(frozen=True)
class Box:
    """A machine that runs engines, with the one connection to it."""

    has_gpus: ClassVar[bool] = False

    name: str
    connection: Connection
    agent: Agent
    asking: Asking = field(init=False, default_factory=Asking, repr=False, compare=False)

    @property
    def layout(self) -> BoxLayout:
        return BoxLayout(self.connection.root)

    def ask_ahead(self, run_id: str, hashes: Iterable[str]) -> None:
        """Begins what `survey` will ask, while something else is done here."""
        self.asking.ahead(self.agent, Question(run_id, frozenset(hashes), self.has_gpus))

    def survey(self, run_id: str, hashes: Iterable[str]) -> Survey:
        """How the run stands here, and which of the files are missing."""
        return self.asking.survey(self.agent, Question(run_id, frozenset(hashes), self.has_gpus))

    def launcher(self, plan: Plan, built: BuiltSpec) -> Launcher:
        """How the engine of this plan is started here."""
        if plan.engine.name != "preview":
            raise BadInputError(
                f"{plan.engine.title} can't run on this machine.",
                why="It needs a GPU box with the model's container; the local box runs the preview engine.",
                fix="Name the GPU box as remote.host in cosmos.toml, or create the run with "
                "--engine preview.",
            )
        ranks = ("-m", "cosmos_houdini.preview.ranks", "--nproc", str(plan.num_gpus), "--")
        entry = ranks if built.needs_torchrun else plan.engine.entry
        return Launcher("process", (sys.executable, "-u", *entry, *built.arguments))

    def slots(self, plan: Plan, cuda_devices: Optional[str]) -> Slots:
        """The preview needs no GPU: runs on this machine take turns."""
        return Slots(wanted=1, of=("cpu0",))

    def extra_files(self, plan: Plan, built: BuiltSpec) -> tuple[ExtraFile, ...]:
        """Small texts that go into the run's `in/` beside its inputs."""
        return ()

    def secrets(self) -> Mapping[str, str]:
        """What the engine needs and nobody else may read."""
        return {}

    def close(self) -> None:
        self.connection.close()
