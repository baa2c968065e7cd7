"""How Copernicus nodes are told things (SideFX docs nodes/cop/file of 20.5; names of Houdini 21.0)."""

from __future__ import annotations

from collections.abc import Mapping

from ..nodes.values import Value
from .pictures import DATA

# Numbers of menus whose tokens no source tells: Color Space is OpenColorIO or Raw, Missing Data an error or a
# colour, the method of a wipe is a dissolve, a flip of single pixels, or a wipe.
OCIO, RAW = 0, 1
USE_COLOR = 1
WIPE = 2
COMPARISONS = {"wipe": ("wipe", "contactsheet"), "sheet": ("contactsheet", "wipe")}


def file_parms(path: str, space: str) -> Mapping[str, Value]:
    """Numbers come through untouched; colours by the rules of the OCIO configuration, by their ending."""
    return {"filename": path, "colorspace": RAW if space == DATA else OCIO, "missingdata": USE_COLOR}


def comparison_parms(kind: str) -> Mapping[str, Value]:
    """Half of the one, half of the other."""
    return {"op": WIPE, "amount": 0.5} if kind == "wipe" else {}
