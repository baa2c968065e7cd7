"""What every command has at hand: the project, its records and settings, and how to speak."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, TypeVar

import click

from ..config import Config, load_config
from ..errors import BadInputError, UsageError
from ..progress import Report
from ..records.paths import find_project
from ..records.store import Store
from .bar import showing
from .out import emit, emit_error, emit_json

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class Session:
    """One command being carried out."""

    project: Path
    config: Config
    json: bool
    quiet: bool

    @property
    def store(self) -> Store:
        return Store(self.project)

    def say(self, text: str = "") -> None:
        """A line for a person: nothing with --json or --quiet."""
        if not self.json and not self.quiet:
            emit(text)

    def warn(self, text: str) -> None:
        """A line on standard error, also with --quiet."""
        if not self.json:
            emit_error(f"{click.style('warning:', fg='yellow')} {text}")

    def answer(self, value: Any, text: str) -> None:
        """What the command was asked for: `value` as JSON with --json, else `text`, also with --quiet."""
        if self.json:
            emit_json(value, indent=True)
        else:
            emit(text)

    def event(self, name: str, /, **value: Any) -> None:
        """One JSON line of a long command; nothing without --json."""
        if self.json:
            emit_json({"event": name, **value})

    @contextmanager
    def progress(self) -> Iterator[Report]:
        """A report that draws a bar on a terminal, prints JSON lines with --json, or keeps silent."""
        with showing(as_json=self.json, quiet=self.quiet) as report:
            yield report

    def relative(self, path: Path) -> str:
        """A path as a person wants to read and copy it."""
        try:
            return str(path.relative_to(current_folder()))
        except ValueError:
            return str(path)


def current_folder() -> Path:
    """The folder that the command was typed in; BadInputError where it was removed meanwhile."""
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise BadInputError(
            "The current folder does not exist any more.",
            why="It was removed or renamed.",
            fix="cd to the project.",
        ) from error


def session_options(command: Command) -> Command:
    """Adds --project, --set, --json and --quiet, and hands the command its Session as first argument."""

    @click.option(
        "--project", type=click.Path(path_type=Path), help="The project folder. [default: found upwards]"
    )
    @click.option(
        "--set", "settings", multiple=True, metavar="KEY=VALUE", help="A setting, as in engine.name=preview."
    )
    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON; progress as JSON lines.")
    @click.option("--quiet", "-q", is_flag=True, help="Say nothing but the answer, warnings and errors.")
    @functools.wraps(command)
    def wrapped(
        project: Optional[Path], settings: tuple[str, ...], as_json: bool, quiet: bool, **arguments: Any
    ) -> Any:
        return command(open_session(project, settings, as_json, quiet), **arguments)

    return wrapped  # type: ignore[return-value]


def open_session(project: Optional[Path], settings: tuple[str, ...], as_json: bool, quiet: bool) -> Session:
    if project is not None and not project.is_dir():
        raise BadInputError(
            f"The project folder {project} does not exist.", fix="Create it, or name another one."
        )
    folder = Path(os.path.normpath(current_folder() / project)) if project else find_project(current_folder())
    chosen = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise UsageError(f"--set {setting} has no value.", fix="Write it as --set section.key=value.")
        chosen[name.strip()] = value
    return Session(folder, load_config(folder, command_line=chosen), as_json, quiet)
