"""Cryptomatte of the Karma ROP: what a person picks from the Name menu of an extra render var.

SideFX docs solaris/cryptomatte: the menu's entries "Cryptomatte Object Name" and "Cryptomatte Material Name"
fill in the other settings of the row. What those are is documented nowhere, so the menu itself is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional

import hou

from .karma import EXTRA
from .wishes import Shot
from .write import MARK, Written

WORDS = ("object", "material")
DATA = "cosmos_crypto"  # user data, with the word behind it: the name of the row that the menu filled in


def add_to(rops: Iterable[Any], shot: Shot, written: Written) -> list[str]:
    """Adds what is missing to the ROPs that hold ids; returns a warning where the menu doesn't offer it."""
    missing = []
    for rop in rops:
        if str(rop.userData(MARK)).rpartition(":")[2] not in ("all", "segmentation"):
            continue
        for word in WORDS:
            if not _has(rop, word):
                added = _add(rop, word)
                written.note(rop, added)
                if not added:
                    missing.append(f"{word} on {rop.name()}")
    if not missing:
        return []
    return [
        f"Cryptomatte is missing ({', '.join(missing)}): the Name menu of Extra Render Vars doesn't offer "
        f"it. Segmentation comes from the primvar {shot.id_primvar}: give the geometry one, add "
        "Cryptomatte by hand, or render with Mantra."
    ]


def _has(rop: Any, word: str) -> bool:
    name = rop.userData(f"{DATA}_{word}")
    return bool(name) and name in _names(rop)


def _add(rop: Any, word: str) -> bool:
    """Makes a row and picks its name from the menu; False, and no row, where that does nothing."""
    count = rop.parm(EXTRA)
    place = int(count.eval())
    count.insertMultiParmInstance(place)
    name = rop.parm(f"name{place + 1}")
    token = _entry(name, word)
    if token is not None:
        name.set(token)
        name.pressButton()  # runs what picking by hand runs
        if rop.evalParm(f"cryptomatte{place + 1}"):
            rop.setUserData(f"{DATA}_{word}", name.evalAsString())
            return True
    count.removeMultiParmInstance(place)
    return False


def _entry(name: Any, word: str) -> Optional[str]:
    try:
        entries = list(zip(name.menuItems(), name.menuLabels()))
    except hou.OperationFailed:  # in this Houdini the name has no menu
        return None
    for token, label in entries:
        if "cryptomatte" in label.lower() and word in label.lower():
            return str(token)
    return None


def _names(rop: Any) -> list[str]:
    return [str(rop.evalParm(f"name{number}")) for number in range(1, int(rop.evalParm(EXTRA)) + 1)]
