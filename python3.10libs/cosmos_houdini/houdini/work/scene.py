"""What a node wants to know of the scene."""

from __future__ import annotations

from pathlib import Path

from ...errors import BadInputError
from ...records.item_attributes import PROJECT
from ..interface.common import PROJECT_FOLDER
from .evaluate import Attributes
from .expansion import expanded


def frame_rate() -> float:
    """Frames a second."""
    import hou

    return float(hou.fps())


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
