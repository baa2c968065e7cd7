"""Which box a run goes to, and opening it by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from ..box.agent_client import Agent
from ..box.connection import Connection
from ..box.local import LocalConnection
from ..config import Config
from ..errors import BadInputError, UsageError
from ..records.run_spec import RunSpec
from ..records.store import Store
from .box import Box

LOCAL = "local"
REMOTE = "remote"  # whatever the GPU box of the settings is called


def open_box(store: Store, config: Config, name: str = LOCAL, connection: Optional[Connection] = None) -> Box:
    """The box called `name`: this machine, or the host of the settings; BoxError if it can't be reached.

    `connection` is one to it that is open already.
    """
    connection = connection or connect(store, config, name)
    if name == LOCAL:
        return Box(LOCAL, connection, Agent(connection))
    from .gpu_box import GpuBox

    return GpuBox(name, connection, Agent(connection), config)


def connect(store: Store, config: Config, name: str) -> Connection:
    """The way to the box called `name`; what `open_box` is given to use one for many things."""
    if name == LOCAL:
        return LocalConnection(_local_root(store, config))
    if name != config.remote.host:
        raise _no_such_box(config, name)
    # Loaded only for a box far away: paramiko takes its time.
    from ..box.ssh import open_ssh  # type: ignore[import-not-found,unused-ignore]

    far: Connection = open_ssh(config)
    return far


def default_box(config: Config, engine: str) -> str:
    """Where a run of this engine goes unless something else is asked for: the preview stays here."""
    return LOCAL if engine == "preview" else config.remote.host or LOCAL


def own_box(config: Config, choice: Optional[str]) -> str:
    """The box of what is about no run in particular: the chosen one, else the GPU box where there is one."""
    return box_named(config, choice) if choice else config.remote.host or LOCAL


def box_of_run(config: Config, run: RunSpec, choice: Optional[str] = None) -> str:
    """The box that the run was given to, else the chosen one, else the one of the settings.

    UsageError where the run is on another box already: one run is carried out once, in one place.
    """
    chosen = box_named(config, choice) if choice else None
    given = run.execution.box
    if not given:
        return chosen or default_box(config, run.engine)
    if chosen not in (None, given) and run.execution.submitted_at is not None:
        raise UsageError(
            f"{run.id} was submitted to {given} already.",
            fix=f"Leave the box out, or make a run like it: cosmos-houdini create-run {run.prompt_spec_id} "
            f"--like {run.id}.",
        )
    return chosen or given


def box_like(config: Config, source: RunSpec) -> Optional[str]:
    """The choice of the box that `source` ran on: where its video is already, none of its bytes travels."""
    if source.execution.box == LOCAL:
        return LOCAL
    return REMOTE if source.execution.box == config.remote.host else None


def box_named(config: Config, choice: str) -> str:
    """The name of the `local` or the `remote` box, or of the one so called; BadInputError if there's none."""
    if choice == LOCAL:
        return LOCAL
    if choice not in (REMOTE, config.remote.host):
        raise _no_such_box(config, choice)
    if not config.remote.host:
        raise BadInputError(
            "The settings name no GPU box.",
            why="remote.host is empty.",
            fix='Write host = "the box" below [remote] in cosmos.toml, or add --set remote.host=NAME.',
        )
    return config.remote.host


def _no_such_box(config: Config, name: str) -> BadInputError:
    set_to = f"'{config.remote.host}'" if config.remote.host else "not set"
    return BadInputError(
        f"There is no box called '{name}' in the settings.",
        why=f"remote.host is {set_to}; the box of this machine is called '{LOCAL}'.",
        fix=f"Add --set remote.host={name}, or set it in cosmos.toml.",
    )


def _local_root(store: Store, config: Config) -> Path:
    root = Path(config.paths.local_box).expanduser() if config.paths.local_box else store.paths.local_box
    return root if root.is_absolute() else store.paths.root / root
