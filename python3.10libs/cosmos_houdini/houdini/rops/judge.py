"""Whether a ROP would render what is expected of it, told before a render of an hour."""

from __future__ import annotations

import re
from typing import Any, Optional

import hou

from ...errors import BadInputError
from ..nodes.values import typed
from .render import find_rop, no_output, output_parm
from .wishes import RENDERERS
from .write import MARK, looks_through

FRAME_NUMBER = re.compile(r"\$\{?F\d*\b|\$\{?FF\b|#+|`")


def usable(path: str) -> Any:
    """The ROP at `path`; BadInputError for what is not there, is no ROP, or would write nothing."""
    node = find_rop(
        path, "Use Set Up Passes, or name another ROP.", "Select a node of /out, or use Set Up Passes."
    )
    _check_camera(node)
    _check_stage(node)
    _check_output(node)
    return node


def ours() -> list[Any]:
    """The ROPs that Set Up Passes has made. Copies carry its mark too; they are the artist's."""
    out: Any = hou.node("/out")
    found: dict[tuple[str, str], Any] = {}
    for child in out.children():
        if child.userData(MARK) and renders(child):
            found.setdefault((child.userData(MARK), looks_through(child)), child)
    return list(found.values())


def groups(rops: list[Any]) -> dict[str, list[Any]]:
    """ROPs of ours that belong together, by camera, renderer and kind, as a person calls it."""
    found: dict[str, list[Any]] = {}
    for rop in rops:
        renderer, _, word = str(rop.userData(MARK)).partition(":")
        how = "all passes in one" if word == "all" else "a ROP for each pass"
        name = f"{looks_through(rop)} by {RENDERERS.get(renderer, renderer)}, {how}"
        found.setdefault(name, []).append(rop)
    return found


def frames_text(node: Any) -> Optional[str]:
    """Where a ROP's frames go, as it is written; None for an expression, whose text tells nothing."""
    return typed(output_parm(node))


def renders(node: Any) -> bool:
    """Whether a node is a ROP that writes pictures."""
    return output_parm(node) is not None and bool(node.type().category().name() == "Driver")


def _check_camera(node: Any) -> None:
    parm = node.parm("camera")
    path = "" if parm is None else str(parm.evalAsString())
    if path.startswith("/obj") and hou.node(path) is None:
        raise BadInputError(
            f"{node.path()} looks through {path}, which is not there.",
            why="The camera was deleted or moved.",
            fix="Choose another Camera on the ROP, or use Set Up Passes.",
        )


def _check_stage(node: Any) -> None:
    parm = node.parm("loppath")
    path = "" if parm is None else str(parm.evalAsString())
    if path and node.node(path) is None:
        raise BadInputError(
            f"{node.path()} renders {path}, which is not there.",
            why="The LOP was deleted or moved.",
            fix="Choose another LOP Path on the ROP, or use Set Up Passes.",
        )


def _check_output(node: Any) -> None:
    if output_parm(node) is None:
        raise no_output(node, "Select")
    text = frames_text(node)
    if text is not None and not FRAME_NUMBER.search(text):
        raise BadInputError(
            f"{node.path()} writes each frame into the same file, {text}.",
            why="A control video is made of numbered frames.",
            fix="Put $F4 before the ending, as in $HIP/render/shot.$F4.exr.",
        )
