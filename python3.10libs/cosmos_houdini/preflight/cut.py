"""The part of a picture that is kept where it is brought to another shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ..records.geometry import Resolution
from .samples import Picture

Box = tuple[float, float, float, float]
DIGITS = 6  # of a box in a record: a millionth of the picture is far below a pixel


@dataclass(frozen=True)
class Cut:
    """Where the kept part begins and ends, in 0..1 of width and height: it holds for masks of any size.

    The model stretches a video and its mask to one size, each by itself, so the same share of both is the
    same part of the scene.
    """

    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_whole(self) -> bool:
        return (self.left, self.top, self.right, self.bottom) == (0, 0, 1, 1)

    def of(self, picture: Picture) -> Picture:
        """(h, w, 3) -> the kept part of it, a pixel at least."""
        height, width = picture.shape[:2]
        return picture[_pixels(self.top, self.bottom, height), _pixels(self.left, self.right, width)]

    def box(self, box: Box) -> Optional[Box]:
        """A box x1, y1, x2, y2 of the whole picture as one of the kept part; None where it lies outside."""
        x1, x2 = (_within(x, self.left, self.right) for x in (box[0], box[2]))
        y1, y2 = (_within(y, self.top, self.bottom) for y in (box[1], box[3]))
        return (x1, y1, x2, y2) if x1 < x2 and y1 < y2 else None


def even_cut(source: Resolution, target: Resolution) -> Cut:
    """What is kept of `source` in the shape of `target`: the middle, cut off evenly on two sides."""
    width = min(source.width, round(source.height * target.aspect))
    height = min(source.height, round(source.width / target.aspect))
    left, top = (source.width - width) // 2, (source.height - height) // 2
    return Cut(
        left / source.width,
        top / source.height,
        (left + width) / source.width,
        (top + height) / source.height,
    )


def _pixels(first: float, last: float, size: int) -> slice:
    start = min(round(first * size), size - 1)
    return slice(start, max(start + 1, round(last * size)))


def _within(place: float, first: float, last: float) -> float:
    return round(min(1.0, max(0.0, (place - first) / (last - first))), DIGITS)
