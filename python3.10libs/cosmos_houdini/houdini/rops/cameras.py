"""Which camera is meant: the one that is named, selected, looked through, or the only one there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import hou

from ...errors import BadInputError
from ...records.geometry import Resolution
from .solaris import SETTINGS
from .wishes import PassWishes
from .write import MARK

STAGE_WIDTH = 1920  # of the picture that stands for a stage camera, which knows its aspect alone


@dataclass(frozen=True)
class Camera:
    """A camera: `path` is what a ROP is told, `size` its picture in pixels.

    `network` is the LOP network of a camera on a stage, `node` the LOP that it is on; None for objects.
    """

    path: str
    label: str
    size: Resolution
    network: Any = None
    node: Any = None


Ask = Callable[[Sequence[Camera]], Optional[Camera]]


def camera_of(wishes: PassWishes, ask: Ask) -> Camera:
    """The camera for `wishes`; `ask` chooses where there are several. BadInputError for none."""
    if wishes.camera:
        return named(wishes.camera, wishes.stage)
    found = selected() or looked_through() or cameras()
    if not found:
        raise BadInputError(
            "There is no camera in the scene.",
            why="Passes are rendered through one, and neither /obj nor /stage has any.",
            fix="Make a camera (in the viewer: No cam > New Camera), then try again.",
        )
    if len(found) == 1:
        return found[0]
    chosen = ask(found)
    if chosen is None:
        raise BadInputError(
            f"The scene has {len(found)} cameras, and none was chosen.",
            why=f"They are {', '.join(camera.path for camera in found)}.",
            fix="Select the camera of the shot, then try again.",
        )
    return chosen


def cameras() -> list[Camera]:
    """All cameras among the objects, then the camera LOPs."""
    objects = [of_object(node) for node in _instances(hou.objNodeTypeCategory(), "cam")]
    return objects + [of_lop(node) for node in _instances(hou.lopNodeTypeCategory(), "camera")]


def selected() -> list[Camera]:
    """The cameras that are selected, and those that selected ROPs look through."""
    found: dict[str, Camera] = {}
    for node in hou.selectedNodes():
        camera = _at(node)
        if camera is not None:
            found[camera.path] = camera
    return list(found.values())


def looked_through() -> list[Camera]:
    """The camera that the viewer looks through: an object, or one on a stage that a camera LOP made."""
    if not hou.isUIAvailable():
        return []
    viewer: Any = hou.ui.paneTabOfType(hou.paneTabType.SceneViewer)
    path = viewer.curViewport().cameraPath() if viewer is not None else ""
    node: Any = hou.node(path) if path else None
    camera = _camera(node) if node is not None else None  # it may be a light
    return [camera] if camera is not None else [one for one in cameras() if one.path == path]


def named(path: str, stage: Optional[str] = None) -> Camera:
    """The camera at `path`, which is one on a stage where `stage` names a LOP."""
    if stage:
        lop: Any = hou.node(stage)
        if lop is None:
            raise BadInputError(f"There is no node {stage} in the scene.", fix="Name a node in /stage.")
        aspect = Resolution(STAGE_WIDTH, STAGE_WIDTH * 9 // 16)
        return Camera(path, path.rpartition("/")[2], aspect, lop.parent(), lop)
    node: Any = hou.node(path)
    if node is None:
        raise BadInputError(
            f"There is no camera {path} in the scene.", fix="Check the path; it begins with /."
        )
    camera = _camera(node)
    if camera is None:
        raise BadInputError(
            f"{path} is no camera.",
            why=f"It is a node of type {node.type().name()}.",
            fix="Name a camera of /obj, or a Camera node of /stage.",
        )
    return camera


def of_object(node: Any) -> Camera:
    width, height = (int(side) for side in node.parmTuple("res").eval())
    if width < 1 or height < 1:
        raise BadInputError(
            f"The camera {node.path()} has a picture of {width}x{height} pixels.",
            fix="Set its Resolution, then try again.",
        )
    return Camera(node.path(), node.name(), Resolution(width, height))


def of_lop(node: Any) -> Camera:
    path = str(node.parm("primpath").evalAsString())
    size = _rendered_size(node.parent(), path) or _stage_size(node)
    return Camera(path, path.rpartition("/")[2], size, node.parent(), node)


def _at(node: Any) -> Optional[Camera]:
    camera = _camera(node)
    if camera is None and node.type().category().name() == "Driver" and node.parm("camera") is not None:
        seen: Any = hou.node(node.parm("camera").evalAsString())
        camera = _camera(seen) if seen is not None else None
    return camera


def _camera(node: Any) -> Optional[Camera]:
    category = node.type().category().name()
    if category == "Object" and node.parmTuple("res") is not None and node.parm("aperture") is not None:
        return of_object(node)  # stereo and other rigs are cameras by what they have, not by their type
    if category == "Lop" and node.type().nameComponents()[2] == "camera":
        return of_lop(node)
    return None


def _rendered_size(network: Any, path: str) -> Optional[Resolution]:
    """The size that the artist's own Karma settings give the camera; None where they go by its aspect."""
    for node in network.children():
        if node.type().nameComponents()[2] not in SETTINGS or node.userData(MARK):
            continue
        if node.evalParm("camera") == path and node.evalParm("res_mode") == "manual":
            return Resolution(*(max(1, int(side)) for side in node.parmTuple("resolution").eval()))
    return None


def _stage_size(node: Any) -> Resolution:
    wide, high = 16.0, 9.0
    if node.parm("aperture").evalAsString() == "setratio":
        wide, high = (float(side) for side in node.parmTuple("aspectratio").eval())
    elif node.parm("verticalAperture") is not None:
        wide, high = (float(node.parm(f"{side}Aperture").eval()) for side in ("horizontal", "vertical"))
    if wide <= 0 or high <= 0:
        wide, high = 16.0, 9.0
    return Resolution(STAGE_WIDTH, max(1, round(STAGE_WIDTH * high / wide)))


def _instances(category: Any, name: str) -> tuple[Any, ...]:
    kind = category.nodeType(name)
    return () if kind is None else tuple(kind.instances())
