"""What a node wants to know of the scene."""

from __future__ import annotations

from pathlib import Path

from ...records.item_attributes import PROJECT
from .evaluate import Attributes


def frame_rate() -> float:
    """Frames a second."""
    import hou

    return float(hou.fps())


def project_of(setting: str, attributes: Attributes) -> Path:
    """The project folder of a work item; hip.py has the rule. BadInputError for one that can't be it."""
    from ..hip import project_folder  # asks Houdini, as `frame_rate` does

    return project_folder(setting, attributes.text(PROJECT))
