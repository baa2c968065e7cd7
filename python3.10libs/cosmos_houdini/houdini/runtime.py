"""Where the runtime is: the Python, beside Houdini's own, that has the libraries and does the work."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Optional

from ..environment import ROOT_VARIABLE, RUNTIME_FOLDER, RUNTIME_VARIABLE, inside
from ..errors import BadInputError


def root(environment: Optional[Mapping[str, str]] = None) -> Path:
    """The folder of this installation: `$COSMOS_HOUDINI`, else the one that this file lies in."""
    named = (os.environ if environment is None else environment).get(ROOT_VARIABLE)
    return _at_home(named) if named else Path(__file__).parents[3]


def python(environment: Optional[Mapping[str, str]] = None) -> Path:
    """The Python of the runtime; BadInputError where there is none."""
    environment = os.environ if environment is None else environment
    named = environment.get(RUNTIME_VARIABLE)
    program = _at_home(named) if named else root(environment).joinpath(RUNTIME_FOLDER, *inside())
    if not program.is_file():
        raise BadInputError(
            "The runtime of Cosmos Houdini is missing.",
            why=f"{program} does not exist" + (f" ({RUNTIME_VARIABLE} names it)." if named else "."),
            fix="Run `cosmos-houdini install` in a shell, then try again; Houdini may stay open.",
        )
    return program


def library_path() -> Path:
    """The folder that `cosmos_houdini` is imported from."""
    return Path(__file__).parents[2]


def log_folder(environment: Optional[Mapping[str, str]] = None) -> Path:
    """Where the runtime's logs go: the user's cache, which need not exist yet."""
    environment = os.environ if environment is None else environment
    if os.name == "nt":
        base = environment.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = environment.get("XDG_CACHE_HOME") or "~/.cache"
    return _at_home(base) / "cosmos-houdini" / "logs"


def _at_home(path: str) -> Path:
    """With `~` filled in where there is a home; Path.expanduser raises where there is none."""
    return Path(os.path.expanduser(path))  # noqa: PTH111
