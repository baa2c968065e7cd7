"""Set Up Passes: the ROPs that render what control videos are made of, for one camera and renderer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import Any, Optional

import hou

from ...errors import BadInputError
from ..hip import project_folder, project_text
from ..nodes.done import words
from ..nodes.edit import put_tuple
from . import judge, karma, karma_crypto, mantra, opengl, solaris
from .cameras import Ask, Camera, camera_of
from .passes import FILE_WORDS
from .sizes import Length, framing
from .wishes import RENDERERS, PassWishes, Shot
from .write import MARK, Place, Written, looks_through, write

PLANS = {"karma": karma.plans, "mantra": mantra.plans, "opengl": opengl.plans}
NODES = {"karma": "karma", "mantra": "ifd", "opengl": "opengl"}
NO_WISHES = PassWishes()


@dataclass(frozen=True)
class SetUp:
    """What there is now: the ROPs to render, in their order, and what was done."""

    rops: tuple[Any, ...]
    shot: Shot
    made: tuple[str, ...]
    changed: tuple[str, ...]
    warnings: tuple[str, ...]

    def told(self) -> str:
        """What was done, in a few lines."""
        done = words(self.made, self.changed) or "all is as it should be already"
        return "\n".join(
            [
                f"Passes of {self.shot.camera} by {RENDERERS[self.shot.renderer]}: {done}.",
                self.shot.framing.told(),
                self.shot.length.told(),
                *self.warnings,
            ]
        )


def choose_nobody(cameras: Sequence[Camera]) -> Optional[Camera]:
    """Where nobody can be asked."""
    return None


def set_up(wishes: PassWishes = NO_WISHES, ask: Ask = choose_nobody) -> SetUp:
    """Makes the ROPs or brings them up to date; what is the artist's stays as it is.

    BadInputError where there is no camera, no such renderer, or no folder for the frames.
    """
    return set_up_camera(camera_of(wishes, ask), wishes)


def set_up_camera(camera: Camera, wishes: PassWishes = NO_WISHES) -> SetUp:
    """As `set_up`, for a camera that was found already."""
    shot = _told_apart(shot_of(wishes, camera), camera)
    # It refuses a scene that has no place yet, before anything is made.
    project_folder(wishes.project, create=True)
    written = Written()
    out: Any = hou.node("/out")
    if camera.network is not None:
        plans = solaris.plans(shot)
        above = {solaris.ABOVE: _displayed(camera.network, camera.node)}
        place = Place(out, camera.network, above)
    else:
        plans, place = PLANS[shot.renderer](shot), Place(out)
    write(plans, place, shot.camera, written)
    rops = tuple(written.nodes[plan.role] for plan in plans if plan.renders)
    if shot.frames is not None:
        for rop in rops:
            written.note(rop, put_tuple(rop, "f", (*shot.frames, 1)))
    warnings = [shot.length.told()] if shot.length.trimmed or not shot.length.sensible else []
    warnings += _other_frames(rops, shot)
    if camera.network is None and shot.renderer == "karma":
        warnings += karma_crypto.add_to(rops, shot, written)
    for network in (place.out, place.stage):
        new = [node for node in written.nodes.values() if node.name() in written.made]
        inside = tuple(node for node in new if node.parent() == network)
        if inside:
            network.layoutChildren(items=inside)
    return SetUp(
        rops, shot, tuple(written.made), tuple(written.changed), tuple(_without_said(warnings, shot))
    )


def shot_of(wishes: PassWishes, camera: Camera) -> Shot:
    """BadInputError for a renderer that this Houdini lacks, or that can't render the camera."""
    first, last = wishes.frames or (int(frame) for frame in hou.playbar.frameRange())
    if last < first:
        raise BadInputError(
            f"Frames {first} to {last} are none at all.", fix="Set the frame range of the scene."
        )
    return Shot(
        camera=camera.path,
        label=hou.text.variableName(camera.label),
        renderer=_renderer(wishes.renderer, camera),
        separate=wishes.separate,
        framing=framing(camera.size, measured=camera.network is None),
        length=Length(first, last),
        folder=f"{wishes.project or project_text()}/passes/$HIPNAME",
        frames=wishes.frames,
        id_primvar=wishes.id_primvar,
    )


def renderers(camera: Camera) -> list[str]:
    """The renderers that can render the camera here, the newest first."""
    if camera.network is not None:
        return ["karma"]
    known = hou.ropNodeTypeCategory().nodeTypes()
    return [name for name in RENDERERS if NODES[name] in known]


def _renderer(wanted: str, camera: Camera) -> str:
    there = renderers(camera)
    if not wanted:
        return there[0]
    if wanted in there:
        return wanted
    if wanted not in RENDERERS:
        raise BadInputError(
            f"There is no renderer called '{wanted}'.", fix=f"Choose one of: {', '.join(RENDERERS)}."
        )
    raise BadInputError(
        f"{RENDERERS[wanted]} can't render {camera.path} here.",
        why="It is a camera on a stage."
        if camera.network is not None
        else f"Houdini {hou.applicationVersionString()} has no node {NODES[wanted]}.",
        fix=f"Choose one of: {', '.join(there)}.",
    )


def _told_apart(shot: Shot, camera: Camera) -> Shot:
    """`shot` under a name by which it writes no file of a ROP of ours that looks through another camera.

    That happens to cameras of one name in two places, and to a new one with the old name of another.
    """
    taken = {judge.frames_text(rop) for rop in judge.ours() if looks_through(rop) != camera.path}
    whole = hou.text.variableName(camera.path.split("/obj/")[-1].strip("/"))
    labels = chain((shot.label, whole), (f"{whole}_{number}" for number in count(2)))
    named = (replace(shot, label=label) for label in labels)
    return next(one for one in named if taken.isdisjoint(one.picture(word) for word in FILE_WORDS))


def _other_frames(rops: Sequence[Any], shot: Shot) -> list[str]:
    """Warnings of ROPs that the artist, or a batch, has given a range of their own."""
    ranges = {rop.name(): tuple(int(frame) for frame in rop.parmTuple("f").eval()[:2]) for rop in rops}
    wanted = (shot.length.first, shot.length.last)
    return [
        f"{name} renders frames {first} to {last}: its own Frame Range says so."
        for name, (first, last) in ranges.items()
        if (first, last) != wanted
    ]


def _displayed(network: Any, camera: Any) -> Any:
    """What the artist sees of the stage, where it has the camera; our own nodes are none of it."""
    shown = next((child for child in network.children() if child.isDisplayFlagSet()), None)
    while shown is not None and shown.userData(MARK):
        shown = shown.input(0)
    return shown if shown is not None and camera in shown.inputAncestors() else camera


def _without_said(warnings: Sequence[str], shot: Shot) -> list[str]:
    """`told` says the frames anyhow."""
    return [warning for warning in warnings if warning != shot.length.told()]
