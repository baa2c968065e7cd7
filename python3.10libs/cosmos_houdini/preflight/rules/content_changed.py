"""Every file is still what it was when the record was made: a run must be traceable to its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..problem import Problem, error
from ..shot import Clip, Shot

if TYPE_CHECKING:
    from ..mending import Mending

RULE = "content_changed"


def check(shot: Shot) -> list[Problem]:
    return [
        error(
            RULE,
            f"The {clip.title} has changed since the record was made: {clip.shown}.",
            "Records name their files by content, so that a result can be traced to what it was made from.",
            "Create the prompt spec and the run again, or let --fix make new records of the file as it is.",
            fixable=True,
        )
        for clip in _changed(shot)
    ]


def fix(shot: Shot, mending: Mending) -> None:
    for clip in _changed(shot):
        mending.rehash(clip)


def _changed(shot: Shot) -> list[Clip]:
    # The result that an upscaling run takes is named by its run, not by content.
    named = [clip for clip in shot.files if shot.run.upscale_of is None and clip.exists]
    # What can't be read, files_readable tells.
    return [clip for clip in named if clip.sha256_now not in (None, clip.sha256)]
