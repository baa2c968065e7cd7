"""The mark in the corner: nobody shall take a preview for a result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Picture = NDArray[np.uint8]

GAP = 10


@dataclass(frozen=True)
class Stamp:
    """A small picture with transparency, ready to be laid into the upper left corner."""

    ink: NDArray[np.uint16]  # (h, w, 3), times 255
    clear: NDArray[np.uint16]  # (h, w, 1), what shows through, 0..255
    margin: int

    def put_on(self, picture: Picture) -> None:
        """Lays the stamp on (H, W, 3) uint8 RGB, in place; cut off where the picture is smaller."""
        height = min(self.ink.shape[0], picture.shape[0] - self.margin)
        width = min(self.ink.shape[1], picture.shape[1] - self.margin)
        corner = picture[self.margin : self.margin + height, self.margin : self.margin + width]
        mixed = corner * self.clear[:height, :width] + self.ink[:height, :width]
        corner[:] = mixed // 255


def stamp_of(height: int, title: str, lines: tuple[str, ...]) -> Stamp:
    """A stamp for a picture of `height`: a pill that says `title`, and small lines beside it."""
    size = max(11, round(height / 36))
    bold, small = ImageFont.load_default(size), ImageFont.load_default(round(size * 0.72))
    pad, gap = round(size * 0.5), round(size * 0.55)
    title_box = bold.getbbox(title)
    pill_width, pill_height = round(title_box[2]) + 2 * pad, round(size * 1.9)
    text_width = max((round(small.getbbox(line)[2]) for line in lines), default=0)
    width = pill_width + gap + text_width + 2 * pad
    image = Image.new("RGBA", (width, pill_height), (12, 14, 18, 0))
    draw = ImageDraw.Draw(image)
    radius = round(size * 0.4)
    draw.rounded_rectangle((0, 0, width - 1, pill_height - 1), radius, fill=(12, 14, 18, 150))
    draw.rounded_rectangle((0, 0, pill_width, pill_height - 1), radius, fill=(255, 138, 30, 235))
    draw.text((pad, pill_height / 2), title, (20, 14, 8, 255), bold, anchor="lm")
    for number, line in enumerate(lines, start=1):
        middle = pill_height / 2 + (number - (len(lines) + 1) / 2) * size * 0.84
        draw.text((pill_width + gap, middle), line, (244, 246, 248, 255), small, anchor="lm")
    pixels = np.asarray(image, np.uint16)
    alpha = pixels[..., 3:]
    return Stamp(pixels[..., :3] * alpha, 255 - alpha, max(GAP, height // 45))
