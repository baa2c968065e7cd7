"""What an engine wants of a render: its sizes, and how many frames cost how much.

Engines themselves need libraries that Houdini must not load. A test holds these numbers against theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...records.geometry import Bucket, Resolution, SizeTable

# Source: transfer1 inference_utils.py; the preview engine works at the same sizes.
SIZES = SizeTable(
    (
        Bucket("16:9", 16 / 9, Resolution(1280, 704), Resolution(3840, 2112)),
        Bucket("4:3", 4 / 3, Resolution(960, 704), Resolution(2880, 2112)),
        Bucket("1:1", 1.0, Resolution(960, 960), Resolution(2880, 2880)),
        Bucket("3:4", 3 / 4, Resolution(704, 960), Resolution(2112, 2880)),
        Bucket("9:16", 9 / 16, Resolution(704, 1280), Resolution(2112, 3840)),
    )
)
# Source: transfer1 world_generation_pipeline.py.
CHUNK_FRAMES = 121
NEW_FRAMES = 120  # of each further chunk, which begins with the last frame of the one before
MIN_FRAMES = 2
MAX_FRAMES = 5000


@dataclass(frozen=True)
class Framing:
    """How a camera's picture is rendered: at `size`, of the bucket called `bucket`.

    `camera` is its size in pixels; of a camera without any (`measured` False) only its aspect counts.
    """

    camera: Resolution
    size: Resolution
    bucket: str
    measured: bool = True

    def told(self) -> str:
        """One line on the size, and on what of the camera's picture is lost or added by it."""
        own = str(self.camera) if self.measured else f"aspect of {self.camera.aspect:.3g}"
        line = f"{self.size} ({self.bucket} of the model) instead of the camera's {own}"
        ratio = self.camera.aspect / self.size.aspect  # Houdini keeps the horizontal aperture
        percent = abs(1 - ratio) * 100
        if percent < 0.05:
            return f"Size: {line}."
        if ratio < 1:
            return f"Size: {line}: {percent:.1f} % less at top and bottom."
        return f"Size: {line}: {percent:.1f} % more at top and bottom."


def framing(camera: Resolution, measured: bool = True) -> Framing:
    """The size nearest to the camera's in aspect."""
    bucket = SIZES.nearest(camera)
    return Framing(camera, bucket.size, bucket.name, measured)


@dataclass(frozen=True)
class Length:
    """Frames of a shot as the model takes them: how many chunks they cost, and where a chunk would end."""

    first: int
    last: int

    @property
    def frames(self) -> int:
        return self.last - self.first + 1

    @property
    def chunks(self) -> int:
        return max(1, -(-(self.frames - 1) // NEW_FRAMES))

    def told(self) -> str:
        """One line on the frames; where the last chunk is not full, how to trim or lengthen the shot."""
        count = f"{self.frames} frame{'' if self.frames == 1 else 's'}"
        line = f"Frames {self.first} to {self.last}: {count}"
        if not self.sensible:
            return f"{line}, but the model takes {MIN_FRAMES} to {MAX_FRAMES}."
        line = f"{line}, {_chunks(self.chunks)} of the model"
        full = self.chunks * NEW_FRAMES + 1
        if self.frames == full:
            return f"{line}."
        if self.chunks == 1:
            return f"{line}. One of up to {CHUNK_FRAMES} costs the same: it could last to {self._at(full)}."
        shorter = full - NEW_FRAMES
        return (
            f"{line}; the last one is used for {self.frames - shorter} of {NEW_FRAMES} frames. "
            f"Trim to {self._at(shorter)} for {_chunks(self.chunks - 1)}, or go on to {self._at(full)}."
        )

    @property
    def sensible(self) -> bool:
        """Whether the model takes them at all."""
        return MIN_FRAMES <= self.frames <= MAX_FRAMES

    @property
    def trimmed(self) -> bool:
        """Whether the last chunk is computed for a part of it, though fewer frames would save it."""
        return self.sensible and self.chunks > 1 and self.frames != self.chunks * NEW_FRAMES + 1

    def _at(self, frames: int) -> str:
        return f"frame {self.first + frames - 1}"


def _chunks(count: int) -> str:
    return f"{count} chunk{'' if count == 1 else 's'}"
