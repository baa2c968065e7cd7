"""The tools of the shelf. Each works with nothing selected, says what it chose, and never holds Houdini up.

Ctrl-click on any of them chooses another project folder than `$HIP/cosmos`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Optional

import hou

from ..dialogs import ask, choose, entry_point, tell
from ..hip import project_folder, project_text, set_project
from ..network.build import Wishes, build
from ..rops.cameras import Camera, camera_of
from ..rops.set_up import renderers, set_up_camera
from ..rops.wishes import RENDERERS, PassWishes
from . import runs as runs_of_project
from .doctor import examine
from .finds import pass_rops, place_for_network

Kwargs = Mapping[str, Any]
Tool = Callable[[Kwargs], None]
NO_KWARGS: Kwargs = {}


def _tool(label: str) -> Callable[[Tool], Callable[..., Optional[None]]]:
    """Makes a tool of a function: what Houdini hands over is optional, so it can be called by hand too."""

    def wrap(function: Tool) -> Callable[..., Optional[None]]:
        @functools.wraps(function)
        @entry_point(label)
        def tool(kwargs: Kwargs = NO_KWARGS) -> None:
            if kwargs.get("ctrlclick"):
                _choose_project()
            else:
                function(kwargs)

        return tool

    return wrap


@_tool("Set Up Passes")
def set_up_passes(kwargs: Kwargs) -> None:
    """ROPs for the passes of a camera; Shift-click: a ROP for each pass."""
    camera = camera_of(PassWishes(), _ask_camera)
    project_folder(create=True)
    there = renderers(camera)
    separate = bool(kwargs.get("shiftclick"))
    first, last = (int(frame) for frame in hou.playbar.frameRange())
    question = f"Passes of {camera.path}, frames {first} to {last}" + (
        ", a ROP for each pass." if separate else ", all in one picture."
    )
    pressed = ask(question, [*(RENDERERS[name] for name in there), "Cancel"])
    if pressed < len(there):
        wishes = PassWishes(renderer=there[pressed], separate=separate)
        done = set_up_camera(camera, wishes)
        tell(done.told(), wrong=bool(done.warnings))
        if hou.isUIAvailable():
            for rop in done.rops:  # all of them: Build TOP Network goes by what is selected
                rop.setCurrent(True, rop == done.rops[0])


@_tool("Build TOP Network")
def build_network(kwargs: Kwargs) -> None:
    """From the ROPs of the passes to the result in COPs."""
    rops = pass_rops()
    project_folder(create=True)
    made = build(place_for_network(), Wishes(rops=tuple(rop.path() for rop in rops)))
    renders = f"It renders {', '.join(rop.path() for rop in rops)}."
    spec = made.nodes["spec"]
    tell(f"{made.told()}\n{renders}\nNext: write the prompt on {spec.path()}, then Submit.")
    if hou.isUIAvailable():
        spec.setCurrent(True, True)


@_tool("Submit")
def submit(kwargs: Kwargs) -> None:
    """Cooks the TOP network; without one, submits the newest run that waits for it."""
    runs_of_project.submit()


@_tool("Load Result")
def load_result(kwargs: Kwargs) -> None:
    """The newest result in COPs."""
    runs_of_project.load_newest()


@_tool("Runs")
def runs(kwargs: Kwargs) -> None:
    """The runs of the project: what became of them, and what to do with one."""
    runs_of_project.browse()


@_tool("Doctor")
def doctor(kwargs: Kwargs) -> None:
    """What keeps a shot from becoming a video here, and what to do about it."""
    examine()


def _ask_camera(cameras: Sequence[Camera]) -> Optional[Camera]:
    lines = [f"{camera.path}  {camera.size}" for camera in cameras]
    chosen = choose(lines, "Cameras", "Which camera sees the shot?")
    return None if chosen is None else cameras[chosen]


def _choose_project() -> None:
    """Another folder for the project of this scene; an empty answer leaves it as it is."""
    if not hou.isUIAvailable():
        tell(f"Project folder: {project_text()}")
        return
    picked = hou.ui.selectFile(
        start_directory=project_text(), title="Project Folder", file_type=hou.fileType.Directory
    )
    if picked:
        set_project(picked.rstrip("/"))
        tell(f"The project of this scene is {project_folder()}.")
