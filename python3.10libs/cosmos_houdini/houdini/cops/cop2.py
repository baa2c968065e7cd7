"""How nodes of classic compositing are told things (COP2 nodes of Houdini 21.0 and of SideFX Labs)."""

from __future__ import annotations

from collections.abc import Mapping

from ..nodes.values import Value
from .pictures import DATA

# Numbers of the menu Color Space, whose tokens but the first no source tells: by the file's own word, linear
# (numbers as they are), sRGB, OpenColorIO.
AUTO, LINEAR = 0, 1
CLOSEST = 0  # what stands in for missing frames
COMPARISONS = {"wipe": ("wipe",), "sheet": ("wipe",)}  # a contact sheet here shows one sequence only


def file_parms(path: str, space: str) -> Mapping[str, Value]:
    return {"filename1": path, "colorspace": LINEAR if space == DATA else AUTO, "missingfr": CLOSEST}


def comparison_parms(kind: str) -> Mapping[str, Value]:
    """Half of the one, half of the other."""
    return {"level": 0.5}
