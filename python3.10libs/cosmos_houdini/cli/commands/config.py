"""`config show`: every setting and where it came from."""

from __future__ import annotations

import click

from ..session import Session, session_options


@click.group(epilog="Example: cosmos-houdini config show")
def config() -> None:
    """The settings."""


@config.command(epilog="Example: COSMOS_ENGINE_NUM_GPUS=2 cosmos-houdini config show")
@session_options
def show(session: Session) -> None:
    """Print each setting and where its value came from."""
    values = session.config.values()
    origin = session.config.origin
    width = max(map(len, values))
    shown = {name: "(unset)" if value is None else repr(value) for name, value in values.items()}
    column = max(map(len, shown.values()))
    session.answer(
        {name: {"value": value, "from": origin[name]} for name, value in values.items()},
        "\n".join(f"{name:<{width}}  {shown[name]:<{column}}  {origin[name]}" for name in values),
    )
