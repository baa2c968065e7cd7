"""What a video holds. Without the decoder, for those who only speak of videos."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cosmos_houdini.records.geometry import Resolution


@dataclass(frozen=True)
class VideoInfo:
    """What a video file holds; `frames` is counted, not taken from the header."""

    resolution: Resolution
    fps: Fraction
    frames: int
    codec: str
    pixel_format: str
