"""OpenGL: beauty and depth of the viewport, for a quick look. It needs a GPU, and has no ids.

Parameters: OpenGL ROP of Houdini 21.0, SideFX Labs flipbook_textures (20.5).
"""

from __future__ import annotations

from ..nodes.values import Value
from .passes import node_name, role
from .plan import NodePlan
from .wishes import Shot

# Numbers of menus whose tokens no source tells.
NO_ANTIALIASING = 0
FULL_FLOAT = 2


def plans(shot: Shot) -> list[NodePlan]:
    """The ROPs, in /out: a picture of the viewport and its depth."""
    return [
        _rop(shot, "beauty", {"imagetype": "image2d"}, "A quick look at the beauty."),
        # A depth that is smoothed along edges lies between two surfaces, where there is none.
        _rop(
            shot,
            "depth",
            {"imagetype": "zdepth", "aamode": NO_ANTIALIASING},
            "A quick look at the depth: nearer and farther, in no known unit.",
        ),
    ]


def _rop(shot: Shot, word: str, parms: dict[str, Value], note: str) -> NodePlan:
    return NodePlan(
        role=role(shot, word),
        types=("opengl",),
        name=f"{node_name(shot)}_{word}",
        parms={
            "camera": shot.camera,
            "picture": shot.picture(word),
            "tres": 1,
            "usehdr": FULL_FLOAT,
            "colorcorrect": "none",  # linear, as the other renderers write it
            "trange": 1,
            "mkpath": 1,
            **parms,
        },
        tuples={"res": (shot.framing.size.width, shot.framing.size.height)},
        note="\n".join([f"Cosmos Houdini: {note}", shot.framing.told(), shot.length.told()]),
    )
