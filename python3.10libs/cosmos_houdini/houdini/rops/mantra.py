"""Mantra: extra image planes of one ROP, or of one for each pass.

Parameters: Mantra ROP of Houdini 18.5 to 21.0. Filters: SideFX docs nodes/out/ifd.
"""

from __future__ import annotations

from ..nodes.values import Row, Rows
from .passes import PassRop, pass_rops
from .plan import NodePlan
from .wishes import Shot

# Depth and ids must never be mixed from several surfaces: the nearest sample of a pixel says it all.
NEAREST = "minmax min"
NEAREST_OBJECT = "minmax omin"
MOST_COVERAGE = "minmax idcover"
RANK = 6  # surfaces that a pixel's Cryptomatte tells apart; Houdini's default


def plans(shot: Shot) -> list[NodePlan]:
    """The ROPs, in /out."""
    return [_rop(shot, one) for one in pass_rops(shot)]


def _rop(shot: Shot, one: PassRop) -> NodePlan:
    width, height = shot.framing.size.width, shot.framing.size.height
    rows = [Rows("vm_numaux", "vm_variable_plane", tuple(_planes(one)))]
    if "crypto" in one.holds:
        rows.append(Rows("vm_cryptolayers", "vm_cryptolayername", tuple(_layers())))
    return NodePlan(
        role=one.role,
        types=("ifd",),
        name=one.name,
        parms={
            "camera": shot.camera,
            "vm_picture": shot.picture(one.file),
            "override_camerares": 1,
            "res_fraction": "specific",
            "trange": 1,
        },
        tuples={"res_override": (width, height)},
        rows=tuple(rows),
        note=one.note,
    )


def _planes(one: PassRop) -> list[Row]:
    planes: list[Row] = []
    if "depth" in one.holds:
        planes.append(_plane("Pz", "float", "float", NEAREST))
    if "normal" in one.holds:
        planes.append(_plane("N", "vector", "float", NEAREST_OBJECT))
    if "id" in one.holds:
        planes.append(_plane("Op_Id", "float", "float", MOST_COVERAGE))
    return planes


def _plane(variable: str, kind: str, depth: str, pixel_filter: str) -> Row:
    return {
        "vm_variable_plane": variable,
        "vm_vextype_plane": kind,
        "vm_channel_plane": variable,
        "vm_quantize_plane": depth,  # 16 bit would band a depth and confuse ids
        "vm_sfilter_plane": "closest",
        "vm_pfilter_plane": pixel_filter,
    }


def _layers() -> list[Row]:
    """By object and by material."""
    return [
        {
            "vm_cryptolayername": name,
            "vm_cryptolayerprop": prop,
            "vm_cryptolayerrank": RANK,
            "vm_cryptolayerenable": 1,
        }
        for name, prop in (("CryptoObject", "name"), ("CryptoMaterial", "materialname"))
    ]
