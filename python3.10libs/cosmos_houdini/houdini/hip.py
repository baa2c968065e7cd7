"""Which folder is the project: the one rule of shelf tools, buttons, cooks and the batch.

The first that says one: the node whose button or cook it is (Project Folder), the work item, as those before
it have left it, the scene (`set_project`: Ctrl-click on a shelf tool). Else it is `$HIP/cosmos`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional, cast

import hou

from ..errors import BadInputError
from ..records.paths import try_writing
from .interface.common import PROJECT_FOLDER
from .nodes.edit import OURS, put_note

PROJECT_DATA = "cosmos_project"  # user data of the node that keeps it


def project_text() -> str:
    """The scene's project folder as it is written: with $HIP in it, it goes along when the scene is moved."""
    return _kept() or PROJECT_FOLDER


def project_folder(node: str = "", item: str = "", create: bool = False) -> Path:
    """The project folder, where a node and a work item say `node` and `item` of it, variables filled in.

    With `create` it is made where it is missing. BadInputError for a scene that was never saved (its $HIP is
    whatever folder Houdini was started in), for a relative path, and for a folder that can't be made or
    written.
    """
    said = node.strip() or item
    return _checked(said, create) if said else _of_scene(project_text(), create)


def set_project(folder: Optional[str]) -> None:
    """The scene keeps `folder` (variables are kept) as its project; None: `$HIP/cosmos` again.

    It is kept on a node, /out/cosmos_project, where everybody sees it. BadInputError for a folder that can't
    be the project: then the scene keeps what it had.
    """
    if folder:
        _of_scene(folder, create=True)
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
        try_writing(folder)
    except OSError as error:
        raise BadInputError(
            f"The project folder {folder} can't be written.",
            why=f"{error.strerror or error}.",
            fix="Save the scene where you may write, or Ctrl-click Set Up Passes and choose another folder.",
        ) from error


def _of_scene(text: str, create: bool) -> Path:
    if ("$HIP" in text or "${HIP" in text) and hou.hipFile.isNewFile():
        raise BadInputError(
            "The scene has not been saved yet.",
            why=f"Passes, control videos and results go beside it, into {text}.",
            fix="Save the scene (File > Save As), then try again.",
        )
    return _checked(hou.text.expandString(text), create)


def _checked(path: str, create: bool) -> Path:
    folder = Path(path)
    if not folder.is_absolute():
        raise BadInputError(
            f"The project folder {path} is no absolute path.",
            why="Renders and jobs run in folders of their own, where a relative path would lead elsewhere.",
            fix=f"Write it as {PROJECT_FOLDER}, or in full.",
        )
    if create:
        make_writable(folder)
    return folder


def _kept() -> str:
    node = _keeper()
    return "" if node is None else str(node.userData(PROJECT_DATA)).strip()


def _keeper() -> Any:
    """The node that says the scene's project; None where none does."""
    out: Any = hou.node("/out")
    return next((child for child in out.children() if child.userData(PROJECT_DATA)), None)
