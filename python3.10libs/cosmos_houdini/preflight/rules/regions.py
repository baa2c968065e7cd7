"""Regional prompts: what the model can place, in the one size that it can place it in.

The model copies masks, as they are, into a fixed grid of one chunk of 1280x704 (source: transfer1
regional_prompting_utils.py).
"""

from __future__ import annotations

from ...engines.transfer1_sizes import REGION_SIZE
from ...records.geometry import Resolution
from ..problem import Problem, error, warning
from ..shot import Clip, Shot
from ..stills import PICTURES
from ..wording import counted

RULE = "regions"


def check(shot: Shot) -> list[Problem]:
    if not shot.prompt.regional_prompts or shot.run.upscale_of is not None:
        return []
    problems = []
    for index, region in enumerate(shot.prompt.regional_prompts):
        if not region.prompt.strip():
            problems.append(_empty(index))
        if region.mask_prompt is not None and not region.mask_prompt.strip():
            problems.append(_no_words(index))
        elif region.mask_prompt is not None and shot.input is None:
            problems.append(_nothing_to_search(index))
    for clip in shot.region_masks.values():
        problems += _check_mask(shot, clip)
    return problems + _check_clip(shot)


def _check_mask(shot: Shot, clip: Clip) -> list[Problem]:
    info, chunk = clip.info, shot.engine.chunk_frames
    problems: list[Problem] = []
    if clip.exists and clip.path.suffix.lower() in PICTURES:
        return [_still(clip, chunk)]
    if info is None:
        return problems
    if info.resolution != REGION_SIZE:
        problems.append(
            error(
                RULE,
                f"The {clip.title} is {info.resolution}; it has to be {REGION_SIZE}.",
                "The model does not resize region masks.",
                f"Render the mask at {REGION_SIZE}.",
            )
        )
    if info.frames < chunk:
        problems.append(
            error(
                RULE,
                f"The {clip.title} has {counted(info.frames, 'frame')}; it has to have {chunk} or more.",
                "The model copies region masks into a whole chunk, and fails on a shorter one.",
                f"Hold its last frame up to frame {chunk}.",
            )
        )
    return problems


def _check_clip(shot: Shot) -> list[Problem]:
    problems: list[Problem] = []
    if shot.bucket is not None and shot.bucket.size != REGION_SIZE:
        problems.append(_other_size(shot.bucket.size, masks=bool(shot.region_masks)))
    chunk = shot.engine.chunk_frames
    if shot.frames is not None and shot.frames < chunk:
        problems.append(
            warning(
                RULE,
                f"The shot has regional prompts and {counted(shot.frames, 'frame')}.",
                # One report, of 24 frames (cosmos-transfer1 issue 180); the step that failed there looks at
                # no region, and the model fills shorter clips up. So it is said and not refused.
                f"A clip below {chunk} frames was reported to fail with regional prompts.",
                f"Render {chunk} frames, or leave the regional prompts out.",
            )
        )
    if shot.region_masks and shot.frames is not None and shot.frames > chunk:
        problems.append(
            warning(
                RULE,
                f"The region masks start over every {chunk} frames, and the clip has {shot.frames}.",
                f"The model uses the first {chunk} frames of a mask for every chunk.",
                f"Use masks that don't move, boxes, or parts of {chunk} frames.",
            )
        )
    return problems


def _other_size(size: Resolution, *, masks: bool) -> Problem:
    """Of a mask video the source says that it can't fit; of boxes that is only inferred from it."""
    what = f"The shot has {'region masks' if masks else 'regional prompts'} and runs at {size}."
    if masks:
        return error(
            RULE,
            what,
            f"The model lays masks out on {REGION_SIZE}, resizes none, and fails where the picture has "
            "another size.",
            f"Deliver the videos at {REGION_SIZE}, or leave the region masks out.",
        )
    return warning(
        RULE,
        what,
        f"The model lays regions out on {REGION_SIZE}; boxes at another size are likely to fail, too.",
        f"Deliver the videos at {REGION_SIZE}, or leave the regional prompts out.",
    )


def _empty(index: int) -> Problem:
    return error(
        RULE,
        f"Regional prompt {index + 1} is empty.",
        "There is nothing to put into its region.",
        "Write what belongs there, or leave the region out.",
    )


def _no_words(index: int) -> Problem:
    return error(
        RULE,
        f"Regional prompt {index + 1} names its region in words, and the words are empty.",
        "The model looks for the words in the input video; there is nothing to look for.",
        "Name what is there, as in find:the red car, or give a mask video or a box.",
    )


def _still(clip: Clip, chunk: int) -> Problem:
    return error(
        RULE,
        f"The {clip.title} is a still picture: {clip.shown}.",
        "The model takes a region mask as a video only.",
        f"Make a video of it: {chunk} times the same frame, {REGION_SIZE} (ffmpeg -loop 1 -i PICTURE "
        f"-frames:v {chunk} -vf scale={REGION_SIZE.width}:{REGION_SIZE.height} -pix_fmt yuv420p MASK.mp4); "
        "or give a box.",
    )


def _nothing_to_search(index: int) -> Problem:
    return error(
        RULE,
        f"Regional prompt {index + 1} names its region in words, and there is no input video.",
        "The model looks for the words in the input video.",
        "Give an input video, a mask video or a box.",
    )
