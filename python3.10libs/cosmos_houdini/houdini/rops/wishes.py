"""What is wanted of the passes, and what is known of the shot: plain values, without Houdini."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from .sizes import Framing, Length

RENDERERS = {"karma": "Karma", "mantra": "Mantra", "opengl": "OpenGL"}  # the newest first
SAID = {"mantra": "mantra", "opengl": "quick"}  # in names of nodes and files
ID_PRIMVAR = "seg_id"  # the name that Cosmos Encode takes for ids first


@dataclass(frozen=True)
class PassWishes:
    """What a person asks for; None and "" leave the choice to the scene.

    `camera` is the path of a camera object, of a camera LOP, or of a camera on the stage of the LOP `stage`.
    `separate` makes a ROP per pass instead of one that writes all planes. `frames` are the first and the
    last. `id_primvar` is an integer or float primvar (attribute) of the geometry that says what counts as
    one object in the segmentation. `project` is the folder that frames go into; "" for the scene's.
    """

    camera: Optional[str] = None
    renderer: str = ""
    separate: bool = False
    frames: Optional[tuple[int, int]] = None
    id_primvar: str = ID_PRIMVAR
    stage: Optional[str] = None
    project: str = ""


@dataclass(frozen=True)
class Shot:
    """One camera and renderer, ready to be set up.

    `camera` is what the ROP is told: a node's path or a prim's. `label` is the camera's own name. `folder` is
    where the passes go, with its variables kept. `frames` are to be written on the ROP; None leaves the
    range of the scene in force.
    """

    camera: str
    label: str
    renderer: str
    separate: bool
    framing: Framing
    length: Length
    folder: str
    frames: Optional[tuple[int, int]] = None
    id_primvar: str = ID_PRIMVAR

    @property
    def stem(self) -> str:
        """What nodes and files are called by: the same camera may be rendered by several renderers."""
        return self.label if self.renderer == "karma" else f"{self.label}_{SAID[self.renderer]}"

    def picture(self, passed: str = "") -> str:
        """The pattern of the frames; `passed` is the pass that they hold, "" for all."""
        name = f"{self.stem}_{passed}" if passed else self.stem
        return f"{self.folder}/{name}.$F4.exr"
