"""What counts as a picture, and as standing still, for every rule that is told of a mask."""

from __future__ import annotations

PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
# A pixel that moves by less than this between frames has not moved: that is compression, too.
STILL = 48
