"""`install` and `uninstall`: handed on to the one parser that a bare Python has, too."""

from __future__ import annotations

import click

from ...install.command import run

# What is typed goes through as it is, --help included.
AS_TYPED = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


@click.command(context_settings=AS_TYPED)
@click.pass_context
def install(context: click.Context) -> int:
    """Install into Houdini."""
    return run(["install", *context.args])


@click.command(context_settings=AS_TYPED)
@click.pass_context
def uninstall(context: click.Context) -> int:
    """Take it out of Houdini again."""
    return run(["uninstall", *context.args])
