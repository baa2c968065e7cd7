"""Every file that is sent is there and can be read, each video to its last frame.

The model finds a damaged frame only after it was loaded, and its controls are read to the end.
"""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from ...errors import BadInputError
from ..problem import Problem, error
from ..shot import Clip, Shot
from ..stills import PICTURES
from ..wording import capital, counted

RULE = "files_readable"


def check(shot: Shot) -> list[Problem]:
    problems = []
    for clip in shot.files:
        if not clip.exists:
            problems.append(_missing(shot, clip))
        elif clip in shot.weight_masks.values() and clip.path.suffix.lower() in PICTURES:
            if not _is_picture(clip.path):
                problems.append(_unreadable(clip, "It is not a picture."))
        elif clip in shot.region_masks.values() and clip.path.suffix.lower() in PICTURES:
            pass  # `regions` tells that stills aren't taken
        elif clip.trouble is not None:
            why = " ".join(part for part in (clip.trouble.what, clip.trouble.why) if part)
            problems.append(_unreadable(clip, why))
        elif (damage := _damage(shot, clip)) is not None:
            problems.append(_unreadable(clip, damage))
    return problems


def _is_picture(path: Path) -> bool:
    from ..samples import read_still

    return read_still(path) is not None


def _damage(shot: Shot, clip: Clip) -> Optional[str]:
    """Why a video that can be opened can't be used; None for one that decodes to its end."""
    try:
        good = shot.decodable(clip)
    except (BadInputError, OSError) as error:
        return error.why if isinstance(error, BadInputError) else str(error)
    if clip.info is None or good >= clip.info.frames:
        return None
    return f"It is damaged: {good} of its {counted(clip.info.frames, 'frame')} can be decoded."


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
