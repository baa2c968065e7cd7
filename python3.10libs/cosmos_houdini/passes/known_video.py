"""What is known of a video by its content; the decoder is loaded only where it was never looked at."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from cosmos_houdini.passes.video_info import VideoInfo
from cosmos_houdini.records.content import Content
from cosmos_houdini.records.geometry import Resolution

# What every look at a video goes through.
DECODING = (Path(__file__).with_name("video_read.py"),)


def known_info(content: Content, path: Path) -> VideoInfo:
    """What is in a video; BadInputError where it can't be read."""

    def look() -> VideoInfo:
        from cosmos_houdini.passes.video import probe

        return probe(path)

    return content.found("info", DECODING, look, _info_from_json, _info_as_json)


def decodable_frames(content: Content, path: Path) -> int:
    """Frames of a video that decode without damage, from the first on; BadInputError for what isn't one."""

    def count() -> int:
        from cosmos_houdini.passes.video import count_decodable

        return count_decodable(path)

    return content.found("decodable", DECODING, count, int)


def _info_as_json(info: VideoInfo) -> list[Any]:
    size = info.resolution
    return [size.width, size.height, str(info.fps), info.frames, info.codec, info.pixel_format]


def _info_from_json(value: Any) -> VideoInfo:
    width, height, fps, frames, codec, pixel_format = value
    return VideoInfo(
        Resolution(int(width), int(height)), Fraction(fps), int(frames), str(codec), str(pixel_format)
    )
