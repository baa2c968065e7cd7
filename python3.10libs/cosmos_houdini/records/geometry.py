"""Picture sizes, and the fixed sizes ("buckets") that a model works at."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Resolution:
    """Width and height in pixels."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError(f"a picture of {self.width}x{self.height} pixels has no area")

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width / self.height

    @staticmethod
    def parse(text: str) -> Resolution:
        """Reads `1280x704`; ValueError for anything else."""
        match = re.fullmatch(r"(\d{1,6})x(\d{1,6})", text.strip())
        if match is None:
            raise ValueError(f"'{text}' is not a size like 1280x704")
        return Resolution(int(match[1]), int(match[2]))


@dataclass(frozen=True)
class Bucket:
    """One size a model works at: every picture whose aspect is nearest to `aspect` is brought to it."""

    name: str
    aspect: float
    size: Resolution
    upscaled: Resolution


@dataclass(frozen=True)
class SizeTable:
    """The buckets of a model."""

    buckets: tuple[Bucket, ...]

    def nearest(self, size: Resolution) -> Bucket:
        """The bucket whose named aspect is nearest to that of `size`."""
        return min(self.buckets, key=lambda bucket: abs(bucket.aspect - size.aspect))
