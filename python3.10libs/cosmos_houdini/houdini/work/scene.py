"""What a node wants to know of the scene; the one place here that asks Houdini."""

from __future__ import annotations

from pathlib import Path

from ...errors import BadInputError
from ..interface.common import PROJECT_FOLDER
from .attributes import PROJECT
from .evaluate import Attributes


def frame_rate() -> float:
    """Frames a second."""
    import hou

    return float(hou.fps())


def expanded(text: str) -> str:
    """`text` with Houdini's variables filled in."""
    import hou

    return str(hou.text.expandString(text))


def project_of(setting: str, attributes: Attributes) -> Path:
    """The project folder: as the node says, else as the item came with, else beside the scene."""
    text = setting or attributes.text(PROJECT) or expanded(PROJECT_FOLDER)
    folder = Path(text)
    if not folder.is_absolute():
        raise BadInputError(
            f"The project folder {text} is no absolute path.",
            why="Work items run in folders of their own, where a relative path would lead elsewhere.",
            fix=f"Write it as {PROJECT_FOLDER}, or in full.",
        )
    return folder


def make_project(folder: Path) -> None:
    """Makes the folder where it is missing; BadInputError where that can't be."""
    try:
        (folder / "inputs").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError(
            f"The project folder {folder} can't be made.",
            why=error.strerror or str(error),
            fix="Save the scene where you may write, or name another Project Folder.",
        ) from error
