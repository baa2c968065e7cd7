"""The sizes and counts that Transfer1 works at.

Source: transfer1 inference_utils.py, world_generation_pipeline.py.
"""

from __future__ import annotations

from typing import Optional

from cosmos_houdini.records.geometry import Bucket, Resolution, SizeTable

TRANSFER1_SIZES = SizeTable(
    (
        Bucket("16:9", 16 / 9, Resolution(1280, 704), Resolution(3840, 2112)),
        Bucket("4:3", 4 / 3, Resolution(960, 704), Resolution(2880, 2112)),
        Bucket("1:1", 1.0, Resolution(960, 960), Resolution(2880, 2880)),
        Bucket("3:4", 3 / 4, Resolution(704, 960), Resolution(2112, 2880)),
        Bucket("9:16", 9 / 16, Resolution(704, 1280), Resolution(2112, 3840)),
    )
)

# Masks of regional prompts are copied, as they are, into a fixed grid of one chunk of this size, whatever
# size the videos run at (source: transfer1 regional_prompting_utils.py).
REGION_SIZE = Resolution(1280, 704)

CHUNK_FRAMES = 121
SHARED_FRAMES = 1  # a chunk begins with the last frame of the chunk before it
NEW_FRAMES = CHUNK_FRAMES - SHARED_FRAMES
MAX_FRAMES = 5000  # what lies behind is not read
MIN_FRAMES = 2  # a single frame loses its time axis
MAX_FPS = 1000  # above what any player shows; the clock of a video file ends at 31 bits
MAX_SEED = 2**32 - 1  # numpy's generators, which the model seeds too, take no larger one
LATENT_SPLIT = 16  # the GPUs share this many latent frames, so their number divides it


def chunk_count(frames: int) -> int:
    """How many chunks a clip of `frames` (at least 2) costs: 121 frames are one, 122 two."""
    return -(-(frames - SHARED_FRAMES) // NEW_FRAMES)


def chunk_of(frame: int) -> int:
    """The chunk, from 0, that makes frame `frame`, from 0; a shared frame belongs to the earlier chunk."""
    return max(0, frame - SHARED_FRAMES) // NEW_FRAMES


def chunk_frames(chunk: int, frames: int) -> range:
    """The frames of a clip of `frames` that `chunk` adds; the last chunk may add fewer than it computes."""
    first = chunk * NEW_FRAMES + (SHARED_FRAMES if chunk else 0)
    return range(first, min(frames, (chunk + 1) * NEW_FRAMES + SHARED_FRAMES))


def gpus_allowed(gpus: int) -> bool:
    """Whether the model can be split over this many GPUs: 1, 2, 4, 8 or 16."""
    return gpus >= 1 and LATENT_SPLIT % gpus == 0


def common_frames(counts: list[int]) -> Optional[int]:
    """Frames of the result, given those of each video read; None where nothing is read."""
    return min([*counts, MAX_FRAMES]) if counts else None
