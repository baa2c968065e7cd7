"""RGB to Y'CbCr and back, 8 bits, both directions rounded once.

Coefficients: ITU-R BT.709-6 table 3 and BT.601-7; limited ("MPEG", 16..235/240) or full ("JPEG") range.
swscale's fast paths are off by several levels and slower than one fixed-point matrix product of OpenCV.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


class Matrix(Enum):
    """The luma coefficients (red, blue) of a standard."""

    BT709 = (0.2126, 0.0722)
    BT601 = (0.299, 0.114)
    BT2020 = (0.2627, 0.0593)


@cache
def rgb_to_yuv(matrix: Matrix, *, full: bool) -> NDArray[np.float64]:
    """(3, 4): three rows Y, Cb, Cr of factors for R, G, B and an offset, on 0..255."""
    red, blue = matrix.value
    luma = np.array([red, 1 - red - blue, blue])
    rows = np.array(
        [
            luma,
            (np.array([0.0, 0.0, 1.0]) - luma) / (2 * (1 - blue)),
            (np.array([1.0, 0.0, 0.0]) - luma) / (2 * (1 - red)),
        ]
    )
    if full:
        return np.column_stack([rows, [0.0, 128.0, 128.0]])
    return np.column_stack([rows * np.array([[219.0], [224.0], [224.0]]) / 255.0, [16.0, 128.0, 128.0]])


@cache
def yuv_to_rgb(matrix: Matrix, *, full: bool) -> NDArray[np.float64]:
    """(3, 4): the inverse of `rgb_to_yuv`."""
    forward = rgb_to_yuv(matrix, full=full)
    inverse = np.linalg.inv(forward[:, :3])
    return np.column_stack([inverse, -inverse @ forward[:, 3]])


@cache
def luma_table() -> Picture:
    """(256,): the limited-range luma of each gray level."""
    return np.asarray(np.rint(np.arange(256) * (219.0 / 255.0) + 16.0), np.uint8)


def planes_from_rgb(rgb: Picture) -> tuple[Picture, Picture, Picture]:
    """(H, W, 3) -> Y (H, W), Cb and Cr (H/2, W/2), BT.709 limited; H and W even."""
    yuv = cv2.transform(rgb, rgb_to_yuv(Matrix.BT709, full=False))
    luma, blue, red = cv2.split(yuv)
    half = (rgb.shape[1] // 2, rgb.shape[0] // 2)
    # The mean of 2x2 pixels keeps a region of even bounds exactly flat.
    return (
        np.asarray(luma, np.uint8),
        np.asarray(cv2.resize(blue, half, interpolation=cv2.INTER_AREA), np.uint8),
        np.asarray(cv2.resize(red, half, interpolation=cv2.INTER_AREA), np.uint8),
    )


def rgb_from_planes(luma: Picture, blue: Picture, red: Picture, matrix: Matrix, *, full: bool) -> Picture:
    """Y (H, W), Cb and Cr (of any size) -> (H, W, 3); chroma is repeated, so that no colour bleeds."""
    height, width = luma.shape
    if blue.shape != luma.shape:
        # Odd sizes: the last chroma sample covers half a pair, so repeat first and cut after.
        blue, red = (_repeat(plane, height, width) for plane in (blue, red))
    yuv = cv2.merge([luma, blue, red])
    return np.asarray(cv2.transform(yuv, yuv_to_rgb(matrix, full=full)), np.uint8)


def _repeat(plane: Picture, height: int, width: int) -> Picture:
    rows, columns = -(-height // plane.shape[0]), -(-width // plane.shape[1])
    size = (plane.shape[1] * columns, plane.shape[0] * rows)
    grown = cv2.resize(plane, size, interpolation=cv2.INTER_NEAREST)
    return np.ascontiguousarray(grown[:height, :width])


def plane_view(plane: Any) -> Picture:
    """The pixels of a plane without the padding of its lines; a view, not a copy."""
    lines = np.frombuffer(plane, np.uint8)[: plane.line_size * plane.height].reshape(
        plane.height, plane.line_size
    )
    return lines[:, : plane.width]
