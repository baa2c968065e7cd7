"""What is refused after a look at the folder, the earlier set and the first frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.manifest import PassSet
from cosmos_houdini.passes.plan import Plan, Use
from cosmos_houdini.passes.planes import WRITTEN_NAMES
from cosmos_houdini.passes.read import plan_reading, read_planes
from cosmos_houdini.passes.request import EncodeRequest, PassVideo
from cosmos_houdini.passes.sequence import VideoFile

# Renderers filter some id planes, which mixes ids along outlines; above this share it is no id plane at all.
LARGEST_MIXED_SHARE = 0.25


def check_asked(plan: Plan) -> None:
    """A video that was asked for by name and can't be made is an error, and so is a set of none."""
    asked = plan.request.videos is not None and not plan.request.lenient
    if plan.skipped and (asked or not plan.made):
        video, reason = next(iter(plan.skipped.items()))
        there = ", ".join(plane.label for one in plan.inputs for plane in one.layout.planes)
        raise BadInputError(
            f"The {video} video can't be made.", f"{reason.why} The frames hold: {there}.", reason.fix
        )


def check_folder(plan: Plan) -> None:
    """BadInputError for sources in the folder to be written: a video would replace its source."""
    folder = plan.request.folder.resolve()
    for one in plan.inputs:
        path = one.source.path if isinstance(one.source, VideoFile) else one.source.paths[0]
        if path.resolve().is_relative_to(folder):
            raise BadInputError(
                f"{path} lies in the folder that the videos go to.",
                f"Encoding writes and removes files in {plan.request.folder}.",
                "Choose another --name, or move the source elsewhere.",
            )


def check_name(before: PassSet | None, request: EncodeRequest) -> None:
    """BadInputError where the folder holds the set of another name ("a/b" and "a b" share one)."""
    if before is not None and before.name != request.name:
        raise BadInputError(
            f"The folder {request.folder} holds the set '{before.name}', not '{request.name}'.",
            "The two names lead to the same folder, and one set would replace the other.",
            f"Choose another --name than '{request.name}', or remove that folder.",
        )


def check_ids(plan: Plan) -> None:
    """BadInputError where a plane named as ids, and used, holds no whole numbers in its first frame."""
    if plan.request.planes.id is None and plan.request.sources.id is None:
        return
    used = {role for video in plan.made for role in plan.roles_of(video)}
    for role in ("id", "seg"):
        use = plan.uses.get(role)
        if role in used and use is not None and _measured_ids(plan, use):
            share = _mixed_share(plan.path_of(use.input.source, plan.numbers[0]), plan.numbers[0], use)
            if share > LARGEST_MIXED_SHARE:
                raise BadInputError(
                    f"The plane '{use.label}' holds no ids.",
                    f"{share:.0%} of its values in frame {plan.numbers[0]} are not whole numbers.",
                    f"Name another plane with --id ({WRITTEN_NAMES['id']} are usual), or leave it out with "
                    f"--only {','.join(str(video) for video in PassVideo if video is not PassVideo.SEG)}.",
                )


def _measured_ids(plan: Plan, use: Use) -> bool:
    return (
        use.crypto is None
        and not use.ready
        and use.plane.type in ("half", "float")
        and len(use.plane.channels) == 1
        and not isinstance(use.input.source, VideoFile)
    )


def _mixed_share(path: Path, number: int, use: Use) -> float:
    """The share of the values above 0 that are no whole numbers."""
    planes, _ = read_planes(path, number, plan_reading(use.input.layout, (use.plane,)))
    values = np.asarray(planes[use.plane.label], np.float32)
    values = values[np.isfinite(values) & (values > 0)]
    if values.size == 0:
        return 0.0
    return float(np.mean(np.abs(values - np.rint(values)) > 1e-3))
