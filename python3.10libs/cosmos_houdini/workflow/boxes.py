"""Opening a box by its name, and how an engine is started there."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from ..box.agent_client import Agent
from ..box.connection import Connection
from ..box.layout import BoxLayout
from ..box.local import LocalConnection
from ..box.manifest import Launcher, Slots
from ..config import Config
from ..engines.engine import BuiltSpec
from ..errors import BadInputError
from ..records.store import Store
from .plan import Plan

LOCAL = "local"


@dataclass(frozen=True)
class Box:
    """A machine that runs engines, with the one connection to it."""

    name: str
    connection: Connection
    agent: Agent

    @property
    def layout(self) -> BoxLayout:
        return BoxLayout(self.connection.root)

    def launcher(self, plan: Plan, built: BuiltSpec) -> Launcher:
        """How the engine of this plan is started here."""
        if plan.engine.name != "preview":
            raise BadInputError(
                f"{plan.engine.title} can't run on this machine.",
                why="It needs a GPU box with the model's container; the local box runs the preview engine.",
                fix="Create the run with --engine preview, or print the spec with build-spec.",
            )
        ranks = ("-m", "cosmos_houdini.preview.ranks", "--nproc", str(plan.num_gpus), "--")
        entry = ranks if built.needs_torchrun else plan.engine.entry
        return Launcher("process", (sys.executable, "-u", *entry, *built.arguments))

    def slots(self, plan: Plan, cuda_devices: Optional[str]) -> Slots:
        """The preview needs no GPU: runs on this machine take turns."""
        return Slots(wanted=1, of=("cpu0",))

    def close(self) -> None:
        self.connection.close()


def open_box(store: Store, config: Config, name: str = LOCAL) -> Box:
    """The box called `name`; BoxError where it can't be reached."""
    if name != LOCAL:
        raise BadInputError(
            f"There is no box called '{name}'.", fix="The box of this machine is called 'local'."
        )
    root = Path(config.paths.local_box).expanduser() if config.paths.local_box else store.paths.local_box
    if not root.is_absolute():
        root = store.paths.root / root
    connection = LocalConnection(root)
    return Box(LOCAL, connection, Agent(connection))
