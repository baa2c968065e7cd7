"""Rendering ROPs in this process, as they are, and where their frames went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Optional

from ...errors import BadInputError, RunFailedError

# Where a ROP says what it writes; the order is that of SideFX's own rop.py.
OUTPUT_PARMS = ("vm_picture", "picture", "outputimage", "copoutput")

Tell = Callable[[int, int], None]  # frames done, of how many


def render(rop: Any, frames: tuple[int, int], tell: Tell) -> list[str]:
    """Renders the frames, first to last, and returns the files; RunFailedError where Houdini can't."""
    import hou

    total, done = frames[1] - frames[0] + 1, 0

    def heard(_node: Any, event: Any, _time: float) -> None:
        nonlocal done
        if event == hou.ropRenderEventType.PostFrame:
            done += 1
            tell(done, total)

    tell(0, total)
    rop.addRenderEventCallback(heard)
    try:
        rop.render(frame_range=(frames[0], frames[1], 1))
    except hou.OperationFailed as error:
        raise RunFailedError(
            f"{rop.path()} did not render.",
            why=str(error).strip() or "\n".join(rop.errors()),
            fix="Render it in Houdini to see what is wrong, then give the same command again.",
        ) from error
    finally:
        rop.removeRenderEventCallback(heard)
    return outputs(rop, range(frames[0], frames[1] + 1))


def outputs(rop: Any, frames: Sequence[int]) -> list[str]:
    """The file of each frame; BadInputError for a ROP that names none."""
    parm = output_parm(rop)
    if parm is None:
        raise no_output(rop, "Name")
    return [str(parm.evalAsStringAtFrame(frame)) for frame in frames]


def output_parm(rop: Any) -> Optional[Any]:
    """The parameter that says where a ROP's frames go; None for one that writes none."""
    return next((parm for name in OUTPUT_PARMS if (parm := rop.parm(name)) is not None), None)


def no_output(rop: Any, verb: str) -> BadInputError:
    """`verb` is how another ROP is told: Name, or Select."""
    return BadInputError(
        f"{rop.path()} doesn't say where its frames go.",
        why=f"It has none of the parameters {', '.join(OUTPUT_PARMS)}.",
        fix=f"{verb} a ROP that renders pictures, such as Karma or Mantra.",
    )


def rop_at(path: str, missing: str) -> Any:
    """The node; BadInputError where there is none, with `missing` as the way out."""
    import hou

    node: Any = hou.node(path)
    if node is None:
        raise BadInputError(f"There is no ROP {path} in the scene.", fix=missing)
    return node


def find_rop(path: str, missing: str = "Check --rop.", otherwise: str = "Name a node of /out.") -> Any:
    """BadInputError for what isn't there, isn't a ROP, or would not render.

    `missing` and `otherwise` are the ways out where there is nothing, or something else.
    """
    node = rop_at(path, missing)
    if not hasattr(node, "render"):
        raise BadInputError(f"{path} is no ROP.", why=f"It is of type {node.type().name()}.", fix=otherwise)
    if node.isBypassed():
        raise BadInputError(
            f"{path} is bypassed, so it would render nothing.", fix="Switch its bypass flag off."
        )
    if node.isLocked():
        raise BadInputError(f"{path} is locked, so it would render nothing.", fix="Switch its lock flag off.")
    return node
