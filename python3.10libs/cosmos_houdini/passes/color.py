"""Scene-linear beauty to display-referred 8 bits.

The default is the plain sRGB curve, taken from OpenImageIO's own colour transform once as a table of 65536
levels: after clipping to 0..1, one step of the table is at most 1/20 of an 8-bit level. A named view goes
through OpenColorIO for each frame: exact, and slower. It takes the beauty as the scene_linear of the
configuration that $OCIO names; without one as linear Rec. 709, shown by OpenColorIO's built-in
configuration.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import OpenImageIO as oiio  # noqa: N813 - the library's own abbreviation
from numpy.typing import NDArray

from cosmos_houdini.errors import BadInputError
from cosmos_houdini.passes.read import Pixels
from cosmos_houdini.passes.yuv import Picture
from cosmos_houdini.records.hashing import hash_file

LINEAR = "lin_rec709"
UPPER_BITS = {"u": 24, "i": 23}  # of 32 bits, below the 8 that are shown; a sign takes one
BUILT_IN = "ocio://default"  # the plain curve must not depend on somebody's configuration


@dataclass(frozen=True)
class DisplayTransform:
    """How the beauty is shown: `view` None is the sRGB curve; `exposure` in stops."""

    view: str | None = None
    exposure: float = 0.0

    def __post_init__(self) -> None:
        if self.view is not None:
            known = views()
            if self.view not in known:
                raise BadInputError(
                    f"There is no view '{self.view}'.",
                    f"The colour configuration {oiio.ColorConfig('').configname()} has: {', '.join(known)}.",
                    "Name one of these, or set OCIO to another configuration.",
                )

    def apply(self, pixels: Pixels) -> Picture:
        """(H, W, 1 to 4) -> (H, W, 3) uint8; pixels of whole numbers are display-referred already."""
        if pixels.dtype == np.uint8:
            return _three(np.asarray(pixels, np.uint8))
        if pixels.dtype == np.uint16:
            return _three((pixels >> 8).astype(np.uint8))
        if pixels.dtype.kind in "ui":
            return _three((np.maximum(pixels, 0) >> UPPER_BITS[pixels.dtype.kind]).astype(np.uint8))
        linear = np.ascontiguousarray(_three(pixels), np.float32)
        gain = 2.0**self.exposure
        if self.view is not None:
            return _through_view(linear * np.float32(gain), self.view)
        # Infinite pixels would wrap in the conversion to whole numbers, NaN would come out white.
        cv2.patchNaNs(linear, 0)
        one: Any = (1.0 / gain,) * 4
        factor: Any = (65535.0 * gain,) * 4
        levels = cv2.multiply(cv2.min(linear, one), factor, dtype=cv2.CV_16U)
        return np.asarray(cv2.LUT(levels, _srgb_table()), np.uint8)


def views() -> tuple[str, ...]:
    """The views of the default display of the colour configuration; BadInputError where none is loaded."""
    return _views(os.environ.get("OCIO", ""))


def configuration_mark() -> str:
    """What tells the configuration of $OCIO from another: the hash of its file, else its name."""
    named = os.environ.get("OCIO", "")
    return hash_file(Path(named))[:16] if named and Path(named).is_file() else named


@cache
def _views(configuration: str) -> tuple[str, ...]:
    config = oiio.ColorConfig("")
    why = config.geterror()
    display = config.getDefaultDisplayName()
    if why or display is None:
        raise BadInputError(
            f"The colour configuration {configuration or 'of OpenColorIO'} can't be loaded.",
            why.strip() or "OpenColorIO can't read it, or it has no display.",
            "Set OCIO to a configuration that can be read, unset it, or leave --view out.",
        )
    return tuple(config.getViewNames(display))


@cache
def _srgb_table() -> NDArray[np.uint8]:
    ramp: Any = np.repeat(np.linspace(0, 1, 65536, dtype=np.float32)[None, :, None], 3, axis=2)
    shown = oiio.ImageBufAlgo.colorconvert(oiio.ImageBuf(ramp), LINEAR, "sRGB", colorconfig=BUILT_IN)
    if shown.has_error:
        raise BadInputError(
            "The sRGB transform can't be made.",
            shown.geterror(),
            "Reinstall OpenImageIO.",
        )
    return _eight_bits(np.asarray(shown.get_pixels(oiio.FLOAT))[0, :, 0])


def _through_view(linear: Any, view: str) -> Picture:
    display = oiio.ColorConfig("").getDefaultDisplayName()
    space = "scene_linear" if os.environ.get("OCIO") else LINEAR
    shown = oiio.ImageBufAlgo.ociodisplay(oiio.ImageBuf(linear), display, view, space)
    if shown.has_error:
        raise BadInputError(f"The view '{view}' can't be applied.", shown.geterror(), "Choose another view.")
    return _eight_bits(np.asarray(shown.get_pixels(oiio.FLOAT)))


def _eight_bits(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    finite = np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=0.0)
    return np.asarray(np.rint(np.clip(finite, 0, 1) * 255), np.uint8)


def _three(pixels: Pixels) -> Pixels:
    """Gray is repeated, alpha left out."""
    if pixels.shape[2] < 3:
        return np.repeat(pixels[:, :, :1], 3, axis=2)
    return pixels[:, :, :3]
