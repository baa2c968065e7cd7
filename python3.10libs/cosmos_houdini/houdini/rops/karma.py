"""Karma for a camera among the objects: the Karma ROP of /out, which brings the scene to a stage by itself.

Parameters: Karma ROP of Houdini 19.0 and 21.0; their meaning: SideFX docs solaris/karma_aovs.
"""

from __future__ import annotations

from ..nodes.values import Row, Rows, Value
from .passes import PassRop, pass_rops
from .plan import NodePlan
from .wishes import Shot

# A sample as it is, and never a mixture of two ids. `idcover` would be the one for it, but falls back to
# blending where it finds no PrimId channel, as Houdini 22.0 logs. Any object goes before the background, 0.
ONE_SAMPLE = '["minmax",{"mode":"max"}]'
EXTRA = "extrarendervars"
# What of the camera's picture a size of another aspect shows: its whole width, as Mantra has it. The defaults
# are otherwise, and not the same on the ROP (cropAperture) and on the stage (expandAperture).
KEEP_WIDTH = "adjustApertureHeight"


def plans(shot: Shot) -> list[NodePlan]:
    """The ROPs, in /out. Depth is the toggle's own render var, whose filter is zmin."""
    return [_rop(shot, one) for one in pass_rops(shot)]


def _rop(shot: Shot, one: PassRop) -> NodePlan:
    parms: dict[str, Value] = {
        "camera": shot.camera,
        "picture": shot.picture(one.file),
        "trange": 1,
        "beauty": int("beauty" in one.holds),
        "hitPz": int("depth" in one.holds),
        "hitN": int("normal" in one.holds),
        "mkpath": 1,
        "aspectRatioConformPolicy": KEEP_WIDTH,
    }
    rows = (id_rows(shot, EXTRA),) if "id" in one.holds else ()
    return NodePlan(
        role=one.role,
        types=("karma",),
        name=one.name,
        parms=parms,
        tuples={"resolution": (shot.framing.size.width, shot.framing.size.height)},
        rows=rows,
        note=one.note,
    )


def id_rows(shot: Shot, count: str) -> Rows:
    """An id from a primvar, as a further render var."""
    row: Row = {
        "name": shot.id_primvar,
        "enable": 1,
        "format": "float",
        "dataType": "float",
        "sourceName": shot.id_primvar,
        "sourceType": "primvar",
        "filter": ONE_SAMPLE,
    }
    return Rows(count, "name", (row,))
