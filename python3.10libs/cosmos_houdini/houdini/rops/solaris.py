"""Karma for a camera on a stage: LOP nodes after what is displayed, and a USD Render ROP in /out for them.

The ROP is one of /out, and not the LOP of that kind, since scripts can render that one in every version.

Parameters: LOPs of Houdini 20.0 (render vars, Karma Render Settings) and 21.0. That a Karma Cryptomatte in
front of Karma Render Settings is written into the same picture: SideFX docs nodes/lop/karmacryptomatte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..nodes.values import Value
from .karma import KEEP_WIDTH, id_rows
from .passes import PassRop, pass_rops
from .plan import NodePlan
from .wishes import Shot

ZMIN = '["minmax",{"mode":"zmin"}]'
ABOVE = "above"  # the input that is the artist's own node
SETTINGS = ("karmarenderproperties", "karmarendersettings")  # up to 21.0, and since


def plans(shot: Shot) -> list[NodePlan]:
    """The nodes of the LOP network, and after those of each ROP the ROP itself."""
    return [plan for one in pass_rops(shot) for plan in _branch(shot, one)]


def _branch(shot: Shot, one: PassRop) -> list[NodePlan]:
    size = (shot.framing.size.width, shot.framing.size.height)
    picture = shot.picture(one.file)
    settings: dict[str, Value] = {
        "camera": shot.camera,
        "picture": picture,
        "primpath": f"/Render/{one.name}",
        "aspectRatioConformPolicy": KEEP_WIDTH,
        "res_mode": "manual",  # the other modes lock the resolution
        "beauty": int("beauty" in one.holds),
        "hitPz": int("depth" in one.holds),
        "hitPzfilter": ZMIN,
        "hitPzprecision": "float",
        "hitN": int("normal" in one.holds),
    }
    render: dict[str, Value] = {
        "rendersettings": f"/Render/{one.name}",
        "outputimage": picture,
        "override_res": "specific",
        "trange": 1,
        "mkpath": 1,
    }
    found: list[NodePlan] = []
    if "id" in one.holds:
        ids = _part(one, found, "id", ("additionalrendervars",), {})
        found.append(replace(ids, rows=(id_rows(shot, "rendervars"),)))
    if "crypto" in one.holds:
        found.append(
            _part(one, found, "crypto", ("karmacryptomatte",), {"doprimcrypto": 1, "domtlcrypto": 1})
        )
    found.append(replace(_part(one, found, "settings", SETTINGS, settings), tuples={"resolution": size}))
    found.append(
        NodePlan(
            role=one.role,
            types=("usdrender",),
            name=one.name,
            parms=render,
            optional={"husk_legacyexr": 1},  # one part with all planes; husk would write a part for each
            tuples={"res_user": size},
            refers={"loppath": found[-1].role},
            note=one.note,
        )
    )
    return found


def _part(
    one: PassRop, before: list[NodePlan], word: str, types: tuple[str, ...], parms: Mapping[str, Value]
) -> NodePlan:
    """A node of the branch, after the one before it, or after the artist's own."""
    return NodePlan(
        role=f"{one.role}:{word}",
        types=types,
        name=f"{one.name}_{word}",
        parms=parms,
        inputs=(before[-1].role if before else ABOVE,),
        renders=False,
        note=f"Cosmos Houdini: {word} of {one.name}.",
    )
