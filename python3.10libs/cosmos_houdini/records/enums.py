"""The closed lists of words that records use."""

from __future__ import annotations

from enum import Enum


class Word(str, Enum):
    """An enum whose members are written to JSON as their value."""

    def __str__(self) -> str:
        return str(self.value)


class Status(Word):
    """Where a run stands. Only forward; the last three are final."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def final(self) -> bool:
        return self in (Status.SUCCESS, Status.FAILED, Status.CANCELLED)

    def may_become(self, other: Status) -> bool:
        """Whether a record in this status may be rewritten with `other` (itself included, unless final)."""
        if self.final:
            return False
        return not (self is Status.RUNNING and other is Status.PENDING)


class Control(Word):
    """A modality that can be handed to a model; which of them an engine takes is the engine's business."""

    VIS = "vis"
    EDGE = "edge"
    DEPTH = "depth"
    SEG = "seg"
    KEYPOINT = "keypoint"
    HDMAP = "hdmap"
    LIDAR = "lidar"
    UPSCALE = "upscale"


class BlurStrength(Word):
    """Presets of the vis control."""

    NONE = "none"
    VERY_LOW = "very_low"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"


class CannyThreshold(Word):
    """Presets of the edge control."""

    NONE = "none"
    VERY_LOW = "very_low"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"
