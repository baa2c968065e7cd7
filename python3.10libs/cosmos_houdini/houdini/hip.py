"""The project folder of the scene: `$HIP/cosmos`, unless a node or the scene itself says another."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Optional, cast

import hou

from ..errors import BadInputError
from .interface.common import PROJECT_FOLDER
from .node_edit import OURS, put_note
from .node_values import written

PROJECT_DATA = "cosmos_project"  # user data of the node that keeps it
PROJECT_PARM = "project"


def project_text(node: Any = None) -> str:
    """The project folder as it is written, variables and all: that of `node`, else of the scene.

    What is written so goes along when the scene is moved.
    """
    parm = node.parm(PROJECT_PARM) if node is not None else None
    named = written(parm).strip() if parm is not None else ""
    return str(named or _scene_wide() or PROJECT_FOLDER)


def project_folder(node: Any = None, create: bool = False) -> Path:
    """The project folder; with `create` it is made where it is missing.

    BadInputError for a scene that was never saved (its $HIP is whatever folder Houdini was started in), and
    for a folder that can't be made or written.
    """
    text = project_text(node)
    if ("$HIP" in text or "${HIP" in text) and hou.hipFile.isNewFile():
        raise BadInputError(
            "The scene has not been saved yet.",
            why=f"Passes, control videos and results go beside it, into {text}.",
            fix="Save the scene (File > Save As), then try again.",
        )
    folder = Path(hou.text.expandString(text))
    if not folder.is_absolute():
        raise BadInputError(
            f"The project folder {text} is no absolute path.",
            why="Renders and jobs run in folders of their own, where a relative path would lead elsewhere.",
            fix=f"Write it as {PROJECT_FOLDER}, or in full.",
        )
    if create:
        make_writable(folder)
    return folder


def set_project(folder: Optional[str]) -> None:
    """The scene keeps `folder` (variables are kept) as its project; None: `$HIP/cosmos` again.

    It is kept on a node, /out/cosmos_project, where everybody sees it.
    """
    node, out = _keeper(), hou.node("/out")
    if not folder:
        if node is not None:
            node.destroy()
        return
    if node is None:
        node = cast(hou.OpNode, out).createNode("null", "cosmos_project")
        node.moveToGoodPosition()
    node.setUserData(PROJECT_DATA, folder)
    put_note(node, f"{OURS} the project folder is {folder}")


def make_writable(folder: Path) -> None:
    """Makes the folder, and tries to write into it; BadInputError where that can't be."""
    try:
        (folder / "inputs").mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):  # permissions lie, on a network share above all
            pass
    except OSError as error:
        raise BadInputError(
            f"The project folder {folder} can't be written.",
            why=f"{error.strerror or error}.",
            fix="Save the scene where you may write, or Ctrl-click Set Up Passes and choose another folder.",
        ) from error


def _scene_wide() -> str:
    node = _keeper()
    return "" if node is None else str(node.userData(PROJECT_DATA)).strip()


def _keeper() -> Any:
    """The node that says the scene's project; None where none does."""
    out: Any = hou.node("/out")
    return next((child for child in out.children() if child.userData(PROJECT_DATA)), None)
