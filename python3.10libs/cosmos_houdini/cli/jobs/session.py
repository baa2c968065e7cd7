"""A command that is the job of a work item: what it tells its item, and what it prints.

What it prints becomes the item's log, which a person opens: words. Started by a program that is no PDG it
prints JSON lines.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from ...errors import CosmosError
from ...progress import Progress, Report
from ...records.item_attributes import PROJECT
from ..session import Session, open_session
from .given import NEEDED
from .work_item import WorkItem, own_work_item

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class JobSession(Session):
    """As any command's, with the work item as one more listener."""

    item: WorkItem = field(default_factory=own_work_item)

    @contextmanager
    def progress(self) -> Iterator[Report]:
        with super().progress() as report:

            def both(progress: Progress) -> None:
                report(progress)
                self.item.progress(progress)

            yield both

    def warn(self, text: str) -> None:
        self.event("warning", text=text)
        if not self.item.log(f"warning: {text}"):
            super().warn(text)


def job_options(command: Command) -> Command:
    """Adds --project and --set, and hands the command its JobSession; its item hears of a failure."""

    @click.option("--project", type=NEEDED, required=True, help="The project folder.")
    @click.option(
        "--set", "settings", multiple=True, metavar="KEY=VALUE", help="A setting, as in engine.name=preview."
    )
    @functools.wraps(command)
    def wrapped(project: str, settings: tuple[str, ...], **arguments: Any) -> Any:
        item = own_work_item()
        try:
            opened = open_session(Path(project), settings, as_json=not item.is_there, quiet=False)
            session = JobSession(opened.project, opened.config, opened.json, opened.quiet, item)
            item.attribute(PROJECT, str(session.project))
            return command(session, **arguments)
        except CosmosError as error:
            item.log(str(error))
            raise

    return wrapped  # type: ignore[return-value]
