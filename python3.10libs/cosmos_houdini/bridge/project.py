"""The project that a call is about, with its records and settings as they are now."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ..config import Config, load_config, user_config_file
from ..errors import BadInputError
from ..records.store import Store
from .messages import WrongParametersError
from .parameters import Parameters


@dataclass(frozen=True)
class Project:
    """`folder` is absolute."""

    folder: Path
    store: Store
    config: Config

    def place(self, text: str) -> str:
        """A path that a call names, which may be relative to the project."""
        return str(self.folder / text)


def project_of(asked: Parameters) -> Project:
    """The project that `project` names, with the settings in `settings` (section.key -> text) on top.

    BadInputError where it doesn't exist.
    """
    folder = project_folder(asked)
    settings = asked.text_map("settings")
    if not folder.is_dir():
        raise BadInputError(
            f"The project folder {folder} does not exist.", fix="Create it, or name another one."
        )
    store = Store(folder)
    stamps = tuple(map(_stamp, (user_config_file(os.environ), store.paths.config_file)))
    return Project(folder, store, _config(folder, tuple(sorted(settings.items())), stamps))


@functools.lru_cache(maxsize=64)
def _config(folder: Path, settings: tuple[tuple[str, str], ...], stamps: tuple[Any, ...]) -> Config:
    """Read again only when one of its files has changed: most calls take less time than reading it."""
    return load_config(folder, command_line=dict(settings))


def _stamp(file: Path) -> Optional[tuple[int, int, int]]:
    try:
        found = file.lstat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def project_folder(asked: Parameters) -> Path:
    folder = Path(asked.text("project"))
    if not folder.is_absolute():
        raise WrongParametersError(
            f"{asked.where}: 'project' is '{folder}', which is no absolute path.",
            "The bridge stands in no folder of its own.",
            "Name the folder from the root on.",
        )
    return folder
