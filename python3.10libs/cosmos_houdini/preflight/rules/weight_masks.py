"""A weight mask that moves fits one chunk only: the model squeezes every map's time axis to 121 frames."""

from __future__ import annotations

from ...passes.video_info import VideoInfo
from ..look import Look
from ..problem import Problem, error, warning
from ..shot import Clip, Shot
from ..stills import STILL
from ..wording import counted

RULE = "weight_masks"


def check(shot: Shot) -> list[Problem]:
    problems = []
    for clip in shot.weight_masks.values():
        info = clip.info
        if info is None or shot.frames is None:
            continue
        if shot.frames > shot.engine.chunk_frames:
            if _moves(clip):
                problems.append(_too_long(shot, clip))
        elif 1 < info.frames < shot.frames:
            problems.append(_too_short(shot, clip, info))
    return problems


def _moves(clip: Clip) -> bool:
    return any(moved > STILL for moved in clip.seen(_moved))


def _moved(look: Look) -> tuple[float, ...]:
    """By how many levels a pixel differs from the first picture at most."""
    import cv2

    first, *others = look.pictures
    return tuple(float(cv2.absdiff(first, picture).max()) for picture in others)


def _too_long(shot: Shot, clip: Clip) -> Problem:
    most = shot.engine.chunk_frames
    return error(
        RULE,
        f"The {clip.title} moves, and the clip has {shot.frames} frames.",
        f"The model squeezes a moving mask to {most} frames and then holds its last one: on a longer clip it "
        "would run at the wrong speed, then stop.",
        f"Split the clip into parts of at most {most} frames, or give one still mask.",
    )


def _too_short(shot: Shot, clip: Clip, info: VideoInfo) -> Problem:
    return warning(
        RULE,
        f"The {clip.title} has {counted(info.frames, 'frame')}, the clip {shot.frames}.",
        "From there on its last frame holds.",
        "Render the mask over the whole clip, if it should go on moving.",
    )
