"""What Houdini, its package file and the runtime know of each other by environment variables and folders."""

from __future__ import annotations

import sys
from collections.abc import Mapping

ROOT_VARIABLE = "COSMOS_HOUDINI"  # the folder of this installation; its package file sets it
RUNTIME_VARIABLE = "COSMOS_RUNTIME_PYTHON"  # the Python of the runtime, where it isn't the installation's own
RUNTIME_FOLDER = ".runtime"  # in the folder of the installation

# What Houdini sets for its own Python, Qt and libraries: another program would find the wrong ones by it.
FOREIGN = ("PYTHON", "QT_", "PYSIDE", "SHIBOKEN", "DYLD_", "HOUDINI_PYTHON")
FOREIGN_WHOLE = ("QTDIR", "LD_LIBRARY_PATH", "LD_PRELOAD", "__PYVENV_LAUNCHER__")


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for our own programs: without what is meant for Houdini's Python, Qt and libraries."""
    return {name: value for name, value in environment.items() if not _is_foreign(name)}


def inside(platform: str = sys.platform) -> tuple[str, str]:
    """Where venv puts the Python of an environment."""
    return ("Scripts", "python.exe") if platform == "win32" else ("bin", "python")


def _is_foreign(name: str) -> bool:
    upper = name.upper()  # Windows doesn't tell them apart
    return upper in FOREIGN_WHOLE or upper.startswith(FOREIGN)
