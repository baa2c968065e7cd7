"""What Houdini reads at its start from each folder of HOUDINI_PATH: PDG types and asset libraries."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import NotPlayedError

if TYPE_CHECKING:
    from .session import Session


def read_folders(session: Session, folders: Iterable[Path]) -> None:
    """Registers `pdg/types/*.py` and installs `otls/*.hda`, in the order of the folders."""
    for folder in folders:
        types = folder / "pdg" / "types"
        if types.is_dir():
            load_types(session, types)
        for library in sorted((folder / "otls").glob("*.hda")):
            session.assets.install(library)


def load_types(session: Session, folder: Path) -> list[str]:
    """The names of the PDG types that the files of a folder register."""
    try:
        registry = importlib.import_module("hython_harness.pdg.registry")
    except ModuleNotFoundError as error:
        raise NotPlayedError("hython_harness.pdg is not there: PDG types can't be registered") from error
    with session.installed():  # the files import pdg; what HOUDINI_PATH names is read with it
        files = set(folder.rglob("*.py"))
        if files <= set(session.pdg_graph().world(session).registry._loaded):
            return []
        found: list[str] = registry.load_types(session, folder)
    return found


def houdini_path() -> list[Path]:
    """The folders of HOUDINI_PATH; `&` there stands for Houdini's own, which the catalogue plays."""
    told = os.environ.get("HOUDINI_PATH", "")
    return [Path(part) for part in told.replace(";", os.pathsep).split(os.pathsep) if part not in ("", "&")]
