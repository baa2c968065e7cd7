"""Every file that is sent is there and can be read."""

from __future__ import annotations

from ...records.enums import Control
from ..problem import Problem, error
from ..samples import read_still
from ..shot import Clip, Shot
from ..wording import capital

RULE = "files_readable"
LOOKED_INTO = (Control.DEPTH, Control.EDGE, Control.SEG)  # other rules decode these anyway
STILLS = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")


def check(shot: Shot) -> list[Problem]:
    problems = []
    for clip in shot.files:
        if not clip.exists:
            problems.append(_missing(shot, clip))
        elif clip in shot.weight_masks.values() and clip.path.suffix.lower() in STILLS:
            if read_still(clip.path) is None:
                problems.append(_unreadable(clip, "It is not a picture."))
        elif clip in shot.region_masks.values() and clip.path.suffix.lower() in STILLS:
            pass  # `regions` tells that stills aren't taken
        elif clip.trouble is not None:
            why = " ".join(part for part in (clip.trouble.what, clip.trouble.why) if part)
            problems.append(_unreadable(clip, why))
        elif clip.control in LOOKED_INTO and clip.damage is not None:
            problems.append(_unreadable(clip, clip.damage.why))
    return problems


def _missing(shot: Shot, clip: Clip) -> Problem:
    if shot.run.upscale_of is not None:
        fix = f"Fetch it: cosmos-houdini fetch {shot.run.upscale_of}."
    else:
        fix = "Encode the passes again, or put the file back."
    what = "is not a file" if clip.path.exists() else "does not exist"
    return error(
        RULE, f"The {clip.title} is missing: {clip.shown} {what}.", "The run can't be sent without it.", fix
    )


def _unreadable(clip: Clip, why: str) -> Problem:
    return error(
        RULE,
        f"{capital(f'the {clip.title}')} can't be read: {clip.shown}.",
        why,
        "Encode or copy it again; an H.264 mp4 is what every engine reads.",
    )
