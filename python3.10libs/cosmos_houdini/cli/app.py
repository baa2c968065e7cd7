"""The list of commands. Each is imported only when it is called, so that `--help` answers at once."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Optional

import click

from .. import __version__


@dataclass(frozen=True)
class Entry:
    """Where a command is (`module:name` below cli.commands), its heading and its line in the help."""

    where: str
    heading: str
    help: str


COMMANDS = {
    "demo": Entry("demo:demo", "Start here", "Make frames, run the whole way on them, show the result."),
    "install": Entry("install:install", "Start here", "Install into Houdini, or bring that up to date."),
    "uninstall": Entry("install:uninstall", "Start here", "Take it out of Houdini again."),
    "passes": Entry("passes:passes", "Make", "Look at rendered frames; encode them as control videos."),
    "create-spec": Entry(
        "create_spec:create_spec", "Make", "Record what to make: prompt and control videos."
    ),
    "create-run": Entry(
        "create_run:create_run", "Make", "Record how to make it: engine, weights, parameters."
    ),
    "check": Entry("check:check", "Run", "List everything that would go wrong, with the fix."),
    "estimate": Entry(
        "estimate:estimate", "Run", "Say how many chunks a run costs, and about how long it takes."
    ),
    "build-spec": Entry("build_spec:build_spec", "Run", "Print the spec as it will be sent."),
    "run": Entry("run:run", "Run", "Submit a run, follow it, fetch and verify the result."),
    "attach": Entry("attach:attach", "Run", "Follow runs that were started before, and fetch their results."),
    "fetch": Entry("fetch:fetch", "Run", "Fetch and verify the result of a finished run."),
    "cancel": Entry("cancel:cancel", "Run", "Stop one run, and no other."),
    "upscale": Entry("upscale:upscale", "Run", "Bring the result of a run to 4K."),
    "job": Entry("job:job", "Run", "The steps of a PDG network, each as a command of a work item."),
    "status": Entry("status:status", "Look", "Show the box and the runs on it."),
    "doctor": Entry("doctor:doctor", "Look", "Try all that a run stands on; say what to mend."),
    "logs": Entry("logs:logs", "Look", "Print what the engine printed."),
    "gc": Entry("gc:collect", "Look", "List old runs that may go from the box; take them away."),
    "trust-host": Entry("trust_host:trust_host", "Look", "Compare and trust the ssh key of a box."),
    "list": Entry("list:list_runs", "Look", "List the runs or the prompt specs of the project."),
    "show": Entry("show:show", "Look", "Show one run or prompt spec whole."),
    "config": Entry("config:config", "Look", "Show the settings and where they come from."),
}


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> Optional[click.Command]:
        entry = COMMANDS.get(name)
        if entry is None:
            return None
        module, _, attribute = entry.where.partition(":")
        command = getattr(importlib.import_module(f"cosmos_houdini.cli.commands.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[Optional[str], Optional[click.Command], list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            from ..records.strict import nearest

            meant = nearest(args[0], COMMANDS)
            hint = f" Did you mean '{meant}'?" if meant else " See cosmos-houdini --help."
            ctx.fail(f"There is no command '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading in dict.fromkeys(entry.heading for entry in COMMANDS.values()):
            with formatter.section(heading):
                formatter.write_dl(
                    [(name, entry.help) for name, entry in COMMANDS.items() if entry.heading == heading]
                )


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Every command has --help with an example. Exit codes: 0 done, 2 usage, 3 bad input, 4 box, "
    "5 run failed, 6 cancelled, 130 interrupted.",
)
@click.version_option(__version__, prog_name="cosmos-houdini")
def app() -> None:
    """From a Houdini shot to a video of NVIDIA Cosmos Transfer, and back."""
