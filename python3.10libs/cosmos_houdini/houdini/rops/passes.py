"""Which ROPs there are, and what each of them holds: one for all planes, or one for each pass."""

from __future__ import annotations

from dataclasses import dataclass

from .wishes import Shot

ALL = frozenset({"beauty", "depth", "normal", "id", "crypto"})


@dataclass(frozen=True)
class PassRop:
    """One ROP: `file` is the word in its file names that tells Cosmos Encode what they hold."""

    role: str
    name: str
    holds: frozenset[str]
    file: str
    note: str


# Edges are drawn from the normals (and depth and ids) by Cosmos Encode: no renderer draws them.
SEPARATE = (
    ("beauty", frozenset({"beauty"}), "beauty", "The beauty."),
    ("depth", frozenset({"depth"}), "depth", "Distance from the camera, for the depth control."),
    ("edge", frozenset({"normal"}), "normal", "Normals, from which Cosmos Encode draws the edge control."),
    ("segmentation", frozenset({"id", "crypto"}), "id", "Ids, for the segmentation control."),
)

FILE_WORDS = ("", *(file for _, _, file, _ in SEPARATE))


def pass_rops(shot: Shot) -> list[PassRop]:
    base = node_name(shot)
    if not shot.separate:
        note = "All passes in one EXR: beauty, depth, normals, ids."
        return [PassRop(role(shot, "all"), base, ALL, "", _note(shot, note))]
    return [
        PassRop(role(shot, word), f"{base}_{word}", holds, file, _note(shot, note))
        for word, holds, file, note in SEPARATE
    ]


def role(shot: Shot, word: str) -> str:
    """What a node is marked with; the camera that it looks through tells apart those of one role."""
    return f"{shot.renderer}:{word}"


def node_name(shot: Shot) -> str:
    return f"cosmos_{shot.stem}"


def _note(shot: Shot, first: str) -> str:
    return "\n".join([f"Cosmos Houdini: {first}", shot.framing.told(), shot.length.told()])
